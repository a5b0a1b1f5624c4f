import ArgumentParser
import Glibc
import NIOCore
import NIOPosix

/// `drover-load`: bounded load on this machine, from `drover farm` or through a gateway.
@main
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drover-load", abstract: "Load for benchmarks, on the loopback address only.",
        discussion: """
            Without a mode: opens streams and holds them, and tells how long each chunk took from the box (a farm with \
            stamps) to here. The last line of the output is JSON.
            """)

    @Option(help: "Where requests go; a URL without a path means /v1/chat/completions.")
    var url = "http://127.0.0.1:4000"
    @Option(help: "The model that is asked for.") var model = "llama3"
    @Option(help: "The bearer key, if the gateway wants one.") var key: String?
    @Option(help: "Tokens per answer; without it the model decides.") var tokens: Int?
    @Option(help: "How long the measurement takes.") var seconds = 20.0
    @Option(help: "Streams to hold open.") var streams = 2_000
    @Option(help: "Seconds over which the streams are opened, before the measurement.") var ramp = 4.0
    @Option(help: "Delay per chunk that the 99th percentile may have, in milliseconds; else the exit status is 1.")
    var limitMs: Double?
    @Option(name: .customLong("watch-pid"), help: "NAME=PID: a process whose CPU and memory are shown; repeatable.")
    var watchPids: [String] = []
    @Flag(help: "Measure the time from a client's close to the farm's count of it. Needs --farm.") var cancel = false
    @Option(help: "Where the farm's counters are: any box, or its control port.") var farm = "http://127.0.0.1:21433"
    @Option(help: "How many clients close, one after the other.") var count = 50
    @Option(help: "Send whole requests at this rate, each connection waiting for its answer.")
    var requestsPerSecond: Double?
    @Option(help: "Connections for that.") var connections = 64

    func validate() throws {
        guard (1...20_000).contains(streams), (1...20_000).contains(connections), (1...10_000).contains(count) else {
            throw ValidationError("streams and connections go up to 20000, --count up to 10000")
        }
        guard (0.1...600).contains(seconds), (0...120).contains(ramp), (1...1_000_000).contains(tokens ?? 1),
            (0.001...1_000_000).contains(requestsPerSecond ?? 1)
        else {
            throw ValidationError("--seconds goes from 0.1 to 600, --ramp to 120, --tokens and the rate to a million")
        }
        _ = try Target(url)
        _ = try Target(farm)
        _ = try watched()
    }

    func run() async throws {
        raiseOpenFiles()
        let target = try Target(url)
        let watch = ProcessWatch(try watched())
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let report: Report
        do {
            if cancel {
                report = try await CancelLoad.run(
                    target.request(model: model, stream: true, tokens: tokens, key: key), to: target,
                    farm: try Target(farm), count: count, on: group.next())
            } else if let requestsPerSecond {
                report = try await RequestLoad.run(
                    target.request(model: model, stream: false, tokens: tokens, key: key), to: target,
                    rate: requestsPerSecond, connections: connections, seconds: seconds, on: group.next(), watch: watch)
            } else {
                report = try await StreamLoad.run(
                    target.request(model: model, stream: true, tokens: tokens, key: key), to: target,
                    streams: streams, ramp: ramp, seconds: seconds, on: group.next(), watch: watch)
            }
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
        print(report.text(limitMilliseconds: limitMs))
        print(report.json)
        if report.isBeyond(limitMs) { throw ExitCode(1) }
    }

    private func watched() throws -> [ProcessWatch.Watched] {
        try watchPids.map { text in
            let parts = text.split(separator: "=")
            guard parts.count == 2, let pid = Int32(parts[1]) else {
                throw ValidationError("--watch-pid takes NAME=PID, not \(text)")
            }
            return ProcessWatch.Watched(name: String(parts[0]), pid: pid)
        }
    }

    /// Every stream is an open file.
    private func raiseOpenFiles() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
