import Balancer
import Curl
import Locking
import Logging
import TestSupport

@testable import Prober

/// One prober over scripted instances `a`, `b` …, a clock that stands still, and what it says.
final class ProberBench: Sendable {
    let clock = ManualClock()
    let instances = ScriptedInstances()
    let requests = ProbeRequests()
    let prober: PoolProber
    private let failures = FailureList()
    private let reports: AsyncStream<ProbeReport>

    init(
        _ targets: [ProbeTarget], canary: @escaping @Sendable (InstanceID) -> Canary? = { _ in nil },
        canaryEnded: @escaping @Sendable (Canary, Duration?) -> Void = { _, _ in }
    ) {
        let (stream, continuation) = AsyncStream<ProbeReport>.makeStream()
        reports = stream
        prober = PoolProber(
            targets: targets,
            settings: ProbeSettings(interval: .seconds(5), timeout: .seconds(2), fall: 3, rise: 2), seed: 1,
            time: clock.source, requests: requests, send: instances.send,
            observer: PoolProber.Observer(
                report: { continuation.yield($0) }, failed: { [failures] in failures.add($1) },
                canary: canary, canaryEnded: canaryEnded),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    var failed: [ProbeFailure] { failures.all }

    convenience init() {
        self.init([
            ProbeTarget(
                instance: InstanceID(index: 4), name: "a", baseURL: "http://a/", authorization: "Bearer k")
        ])
        healthy("a")
    }

    func healthy(_ host: String, reused: Bool = true) {
        instances.answer(
            host, "/api/tags", #"{"models":[{"name":"Llama3","digest":"d1","size":5}]}"#, reused: reused)
        instances.answer(
            host, "/api/ps",
            #"{"models":[{"model":"llama3:latest","size":9,"size_vram":8,"context_length":4096,"expires_at":"t"}]}"#
        )
        instances.answer(host, "/api/version", #"{"version":"0.33.0"}"#)
    }

    /// Runs the prober while `body` runs.
    func run(_ body: (inout AsyncStream<ProbeReport>.Iterator) async throws -> Void) async throws {
        let running = Task { await prober.run() }
        var iterator = reports.makeAsyncIterator()
        try await body(&iterator)
        running.cancel()
        await running.value
    }

    /// Lets the time pass until the next thing is due.
    func advanceToNext() async {
        let due = await clock.nextSleep()
        clock.advance(by: due - clock.now)
    }

    private final class FailureList: Sendable {
        private let list = Locked<[ProbeFailure]>([])
        var all: [ProbeFailure] { list.withLock { $0 } }
        func add(_ failure: ProbeFailure) { list.withLock { $0.append(failure) } }
    }
}
