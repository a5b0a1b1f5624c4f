import ArgumentParser
import FoundationEssentials
import Simulator

/// `drover fit`: a simulator's pool file from a request log.
struct FitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit", abstract: "Estimate a pool file for `drover simulate` from a request log.",
        discussion: """
            The log is the gateway's own, a JSON object per line. The file goes to standard output; what the log cannot tell \
            stands there as a default with a comment. Then: drover simulate --pool pool.yaml --trace requests.jsonl
            """)

    @Option(help: "The request log.") var log: String

    func run() throws {
        guard let data = FileManager.default.contents(atPath: log) else {
            Terminal.complain("error: \(log) cannot be read; is it there, and readable?")
            throw ExitCode(1)
        }
        let read = FitLog(String(decoding: data, as: UTF8.self))
        for fault in read.faults { Terminal.complain("\(log):\(fault.line): \(fault.message); passed over") }
        do throws(TraceFault) {
            Terminal.write(try PoolFit(read).yaml)
        } catch {
            Terminal.complain("error: \(log) \(error.message)")
            throw ExitCode(1)
        }
        if read.untimed > 0 {
            Terminal.complain(
                "\(read.untimed) answered requests have no times of an instance; they count for shares alone")
        }
    }
}
