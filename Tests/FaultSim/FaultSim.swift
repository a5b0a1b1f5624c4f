import ArgumentParser
import Glibc

/// Runs the gateway's serving code against seeded faults in virtual time.
@main
struct FaultSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "FaultSim",
        abstract:
            "The gateway's serving code under seeded faults, in virtual time: each seed runs twice and must do the same."
    )

    @Option(help: "One seed, with its story.") var seed: UInt64?
    @Option(help: "How many seeds.") var seeds = 2000
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "End after so many seeds that fail.") var stopAt = 20
    @Flag(help: "Print how often each thing happened.") var census = false

    mutating func run() throws {
        Self.makeHashesTheSame()
        JobQueue.install()
        if let seed {
            let run = try SeedRun(seed, isPrinted: true)
            for failure in run.failures { print("seed \(seed): \(failure)") }
            print("seed \(seed): trace \(String(run.hash, radix: 16)), \(run.failures.isEmpty ? "sound" : "FAILED")")
            if !run.failures.isEmpty { throw ExitCode.failure }
            return
        }
        var sweep = Sweep()
        try sweep.run(from: from, count: seeds, stopAt: stopAt)
        sweep.report(census: census)
        if !sweep.failed.isEmpty || !sweep.surprises.isEmpty { throw ExitCode.failure }
    }

    /// Swift's hashes begin anew in every dictionary, unless the process is told otherwise before it begins.
    private static func makeHashesTheSame() {
        guard getenv("SWIFT_DETERMINISTIC_HASHING") == nil else { return }
        setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
        execv("/proc/self/exe", CommandLine.unsafeArgv)
        fatalError("the process cannot begin anew")
    }
}
