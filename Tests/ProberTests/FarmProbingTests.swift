import Balancer
import Curl
import Farm
import Logging
import TestSupport
import Testing

@testable import Prober

/// The prober over real sockets against simulated boxes. Its schedule goes by a clock that stands still, so nothing sleeps.
@Suite struct FarmProbingTests {
    private struct Deaf: BalancerObserver { func note(_ fact: Fact) {} }

    private struct Bench {
        let farm: BoxFarm
        let clock: ManualClock
        let balancer: PoolBalancer
        var reports: AsyncStream<ProbeReport>.Iterator

        /// Lets the time pass until the next probes are due, and waits for `count` of them.
        mutating func nextReports(_ count: Int = 1) async -> [ProbeReport] {
            let due = await clock.nextSleep()
            clock.advance(by: due - clock.now)
            return await take(count)
        }

        mutating func take(_ count: Int) async -> [ProbeReport] {
            var taken: [ProbeReport] = []
            while taken.count < count, let report = await reports.next() { taken.append(report) }
            return taken
        }

        func state(_ index: Int) -> String { balancer.snapshot().deployments[index].state }
    }

    private func pool(_ urls: [String], tag: String) -> PoolSpec {
        let breaker = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        return PoolSpec(
            instances: urls.map { InstanceSpec(name: $0, apiBase: $0, provider: "ollama", probed: true) },
            deployments: urls.indices.map {
                DeploymentSpec(
                    id: "d\($0)", modelName: "m", upstreamModel: "ollama/\(tag)", tag: tag,
                    listedTag: TagMatching.ollama.listed(tag), instance: InstanceID(index: $0), weight: 1, slots: nil,
                    maxParallel: nil, unavailable: nil,
                    breaker: breaker, context: nil, order: 0, rpm: nil, tpm: nil)
            },
            models: [
                ModelSpec(
                    name: "m", strategy: "least-busy", deployments: urls.indices.map(DeploymentID.init(index:)))
            ],
            settings: BalancerSettings(
                fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
                retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: 4, maxWait: .seconds(1),
                saturationPause: .seconds(1), decisions: 0, protectsContext: true),
            seed: 1, version: "0")
    }

    private func withFarm(
        boxes: Int, timeout: Duration = .seconds(10), _ body: (inout Bench) async throws -> Void
    ) async throws {
        let farm = BoxFarm(.instant(boxes: boxes))
        try await farm.start()
        let clock = ManualClock()
        let spec = pool(farm.urls, tag: "llama3.1:8b")
        let balancer = PoolBalancer(spec, time: clock.source, observer: Deaf())
        let (stream, continuation) = AsyncStream<ProbeReport>.makeStream()
        let curl = CurlMulti(maximumIdleConnections: boxes)
        let prober = PoolProber(
            targets: farm.urls.enumerated().map {
                ProbeTarget(instance: InstanceID(index: $0), name: $1, baseURL: $1, authorization: nil)
            },
            settings: ProbeSettings(interval: .seconds(5), timeout: timeout, fall: 3, rise: 2), seed: 1,
            time: clock.source, requests: ProbeRequests(), curl: curl,
            observer: PoolProber.Observer(
                report: { report in
                    await balancer.observe(report)
                    continuation.yield(report)
                }, failed: { _, _ in }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { await prober.run() }
        var bench = Bench(farm: farm, clock: clock, balancer: balancer, reports: stream.makeAsyncIterator())
        try await body(&bench)
        running.cancel()
        await running.value
        curl.stop()
        await farm.shutdown()
    }

    @Test func `learns what boxes have, and makes them ready`() async throws {
        try await withFarm(boxes: 3) { bench in
            #expect(bench.state(0) == "unknown")
            for report in await bench.take(3) {
                #expect(report.result == .reachable)
                #expect(report.version == "0.33.0")
                #expect(report.tags?.map(\.name) == ["llama3.1:8b"])
                #expect(report.tags?.first?.digest.utf8.count == 64)
                #expect(report.loaded == [])
                #expect(report.latency > .zero)
            }
            let pool = bench.balancer.snapshot()
            #expect(pool.instances.allSatisfy { $0.ollamaVersion == "0.33.0" })
            #expect(pool.warnings.isEmpty)
        }
    }

    @Test func `asks nothing of a box but its lists, however often`() async throws {
        try await withFarm(boxes: 1) { bench in
            _ = await bench.take(1)
            for _ in 0..<10 { _ = await bench.nextReports() }
            let received = await bench.farm.received(box: 0)
            #expect(Set(received.map(\.target)) == ["/api/tags", "/api/ps", "/api/version"])
            #expect(received.allSatisfy { $0.method == "GET" && $0.body.isEmpty })
            let stats = await bench.farm.stats(box: 0)
            #expect(stats.loads == 0 && stats.tokens == 0)
        }
    }

    @Test func `a box that refuses goes down after three probes and comes back after two`() async throws {
        try await withFarm(boxes: 1) { bench in
            _ = await bench.take(1)
            while bench.state(0) != "ready" { _ = await bench.nextReports() }
            try await bench.farm.inject(FarmFault(.refuse), box: 0)
            var failed = 0
            while bench.state(0) != "down", failed < 10 {
                for report in await bench.nextReports() where report.result != .reachable { failed += 1 }
            }
            #expect(failed == 3)
            try await bench.farm.inject(FarmFault(.none), box: 0)
            var good = 0
            while bench.state(0) != "ready", good < 10 {
                for report in await bench.nextReports() where report.result == .reachable { good += 1 }
            }
            #expect(good == 2)
        }
    }

    @Test func `a box that accepts and never answers runs into the time limit`() async throws {
        try await withFarm(boxes: 1, timeout: .milliseconds(100)) { bench in
            _ = await bench.take(1)
            try await bench.farm.inject(FarmFault(.hang), box: 0)
            let report = try #require(await bench.nextReports().first)
            guard case .unreachable(let reason) = report.result else {
                return #expect(Bool(false), "it was reachable")
            }
            #expect(reason.contains("timed out"))
        }
    }

    @Test func `a box without the tag is found out, and found again`() async throws {
        try await withFarm(boxes: 1) { bench in
            _ = await bench.take(1)
            try await bench.farm.inject(FarmFault(.missingTag), box: 0)
            let without = try #require(await bench.nextReports().first)
            #expect(without.tags?.contains { $0.name == "llama3.1:8b" } == false)
            #expect(bench.state(0) == "lacks_tag")
            try await bench.farm.inject(FarmFault(.none), box: 0)
            _ = await bench.nextReports()
            #expect(bench.state(0) == "ready")
        }
    }

    @Test func `one tag with two contents is a warning`() async throws {
        try await withFarm(boxes: 2) { bench in
            try await bench.farm.inject(FarmFault(.wrongDigest), box: 1)
            _ = await bench.take(2)
            var rounds = 0
            while bench.balancer.snapshot().warnings.isEmpty, rounds < 10 {
                _ = await bench.nextReports()
                rounds += 1
            }
            #expect(bench.balancer.snapshot().warnings.count == 1)
        }
    }
}
