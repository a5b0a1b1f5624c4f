import Balancer
import Config
import Logging
import Server
import ServiceLifecycle
import Telemetry
import Testing

@testable import CLI

#if canImport(Glibc)
    import Glibc
#endif

/// A gateway that logs all it can, to see what it says.
enum LoggedGateway {
    /// Runs a gateway of that YAML while `body` uses its port, and answers everything it logged, at level debug.
    /// - Parameter name: as if the YAML stood in that file.
    static func log(
        _ yaml: String, name: String = "test.yaml", key: String?, while body: (Int) async throws -> Void
    ) async throws -> String {
        let loaded = Loader.load(text: yaml, name: name, environment: [:])
        try #require(loaded.faults.isEmpty, "\(loaded.faults)")
        var template = Array("/tmp/drover-log-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        try #require(file >= 0)
        unlink(template)
        defer { close(file) }

        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let process = try await GatewayProcess(
            loaded.configuration,
            options: GatewayProcess.Options(host: "127.0.0.1", port: 0, threads: 1, tls: nil),
            telemetry: { names in
                Telemetry(
                    names: names, sink: LogSink(descriptor: file, format: .json, maximumQueuedBytes: 1 << 20),
                    level: .debug, unixSeconds: TimeSource.live.unixSeconds)
            },
            masterKey: key, onListening: { found.yield($0) })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: process.services.map { .init(service: $0) }, logger: process.telemetry.logger("test")))
        let running = Task {
            defer { found.finish() }
            try await group.run()
        }
        for await port in ports {
            try await body(port)
            await group.triggerGracefulShutdown()
        }
        try await running.value
        process.close()
        try await process.server.endLoops()
        return try text(of: file)
    }

    private static func text(of file: Int32) throws -> String {
        let size = Int(lseek(file, 0, SEEK_END))
        try #require(size >= 0)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = max(0, pread(file, buffer.baseAddress, size, 0))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
