import Balancer
import Logging
import Synchronization
import Telemetry
import Testing

@Suite struct PoolMetricsTests {
    private static let breaker = BreakerSettings(
        tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
    static let pool = PoolSpec(
        instances: ["gpu-1", "gpu-2"].map {
            InstanceSpec(name: $0, apiBase: "http://\($0)", provider: "ollama", probed: true)
        },
        deployments: [0, 1].map {
            DeploymentSpec(
                id: "d\($0)", modelName: "llama3", upstreamModel: "ollama/llama3", tag: "llama3",
                listedTag: "llama3:latest", instance: InstanceID(index: $0), weight: 1, slots: nil, maxParallel: nil,
                unavailable: nil,
                breaker: breaker, context: nil, order: 0, rpm: nil, tpm: nil)
        },
        models: [
            ModelSpec(name: "llama3", strategy: "least-busy", deployments: [0, 1].map(DeploymentID.init(index:)))
        ],
        settings: BalancerSettings(
            fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
            retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: 512, maxWait: .seconds(30),
            saturationPause: .seconds(1), decisions: 0, protectsContext: true),
        seed: 1, version: "0.1.0")

    private func place(_ index: Int, model: String? = nil) -> Fact.Place {
        Fact.Place(instance: InstanceID(index: index), instanceName: "gpu-\(index + 1)", model: model)
    }

    private func said(_ facts: [Fact], level: Logger.Level = .info) -> [Substring] {
        let bench = TelemetryBench(.text(colours: false), level: level)
        let metrics = PoolMetrics(pool: Self.pool, logger: bench.telemetry.logger("pool")) { _ in }
        for fact in facts { metrics.note(fact) }
        return bench.written().split(separator: "\n").map { $0.dropFirst("12:00:00.123 ".count) }
    }

    @Test func `what an operator wants to know is a notice`() {
        let lines = said(
            [
                .tripped(place(0, model: "llama3"), for: .seconds(30)), .recovered(place(0)),
                .wentDown(place(1), reason: "connection refused"), .cameUp(place(1)), .drained(place(0)),
                .undrained(place(0)), .foundTag(place(0), tag: "llama3:latest"),
            ], level: .notice)
        #expect(
            lines == [
                "notice a breaker opened breaker.seconds=30 instance.id=gpu-1 model.name=llama3",
                "notice a breaker closed instance.id=gpu-1",
                "notice an instance went down instance.id=gpu-2 reason=connection refused",
                "notice an instance came up instance.id=gpu-2",
                "notice an instance is being drained instance.id=gpu-1",
                "notice an instance is back in rotation instance.id=gpu-1",
                "notice an instance has a tag that it lacked instance.id=gpu-1 tag=llama3:latest",
            ])
    }

    @Test func `what an operator should act on is a warning`() {
        let lines = said(
            [
                .halfOpened(place(0)), .lacksTag(place(0), tag: "llama3:latest"), .staleKnowledge(InstanceID(index: 0)),
                .digestMismatch(model: "llama3", message: "gpu-1 and gpu-2 differ"),
                .standsOut(place(0), "answered 4xx to 3 of its last 3 requests"),
            ], level: .warning)
        #expect(
            lines == [
                "warning an instance lacks a configured tag; pull it there instance.id=gpu-1 tag=llama3:latest",
                "warning instances of one model differ model.name=llama3 reason=gpu-1 and gpu-2 differ",
                "warning an instance refuses what its peers take instance.id=gpu-1 "
                    + "reason=answered 4xx to 3 of its last 3 requests",
            ])
    }

    @Test func `stale knowledge asks for a probe`() {
        let asked = Mutex<[InstanceID]>([])
        let metrics = PoolMetrics(pool: Self.pool, logger: Logger(label: "x") { _ in SwiftLogNoOpLogHandler() }) { id in
            asked.withLock { $0.append(id) }
        }
        metrics.note(.staleKnowledge(InstanceID(index: 1)))
        metrics.note(.cameUp(place(0)))
        #expect(asked.withLock { $0 } == [InstanceID(index: 1)])
    }
}
