import Logging
import Telemetry

/// Variables that LiteLLM's command line reads where an option is not given.
struct LiteLLMVariables {
    let environment: [String: String]

    private func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// `PORT`; one that is no port is another program's, such as the `tcp://…` of linked containers.
    var port: Int? { text("PORT").flatMap { Int($0) }.flatMap { (0...65535).contains($0) ? $0 : nil } }

    /// `HOST`, where it is an address: some shells keep the machine's name there.
    var host: String? {
        text("HOST").flatMap { host in
            host.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" } && host.contains { $0 == "." || $0 == ":" }
                ? host : nil
        }
    }

    /// `NUM_WORKERS`.
    var workers: Int? { text("NUM_WORKERS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }

    /// `SSL_CERTFILE_PATH` and `SSL_KEYFILE_PATH`.
    var certificateFile: String? { text("SSL_CERTFILE_PATH") }
    var keyFile: String? { text("SSL_KEYFILE_PATH") }

    /// `CONFIG_FILE_PATH`.
    var config: String? { text("CONFIG_FILE_PATH") }

    /// `DETAILED_DEBUG` and `DEBUG`, where they say yes; else `LITELLM_LOG`.
    var logLevel: Logger.Level? {
        let yes = ["1", "true", "t", "yes", "y", "on"]
        let asksForDebug = ["DETAILED_DEBUG", "DEBUG"].compactMap(text).contains { yes.contains($0.lowercased()) }
        return asksForDebug ? .debug : text("LITELLM_LOG").flatMap(LogLevel.named)
    }
}
