import Gateway
import Testing

@testable import Telemetry

/// Counters of what comes and goes.
@Suite struct LoopCountersTests {
    private func names(_ instances: [String], _ deployments: [(Int, Int)]) -> TelemetryNames {
        TelemetryNames(
            models: ["llama3", "phi"], instances: instances.map { .init(name: $0, provider: "ollama") },
            deployments: deployments.map { .init(model: $0.0, instance: $0.1) }, errors: ["x"])
    }

    private func record(model: Int, deployment: Int) -> RequestRecord {
        RequestRecord(
            model: model, deployment: deployment, outcome: .succeeded, status: 200, stream: false, attempts: 1,
            durationNanoseconds: 1, callID: CallID(high: 1, low: 2))
    }

    private func counts(_ counters: LoopCounters, _ names: TelemetryNames) -> [String] {
        MergedCounters([LoopSnapshot(counters)], names: names).rows.map {
            "\($0.model) \($0.instance) \($0.cells[Int(RequestOutcome.succeeded.rawValue)])"
        }
    }

    @Test func `a row has a column for each outcome`() {
        #expect(LoopCounters.Column.retries == RequestOutcome.allCases.count)
    }

    @Test func `something else at a position is counted from 0, and the others go on`() {
        let before = names(["gpu-1", "gpu-2"], [(0, 0), (0, 1)])
        var counters = LoopCounters(before)
        for deployment in [0, 1, 1] { counters.count(record(model: 0, deployment: deployment)) }
        // A fallback's answer has a row of its own.
        counters.count(record(model: 1, deployment: 1))
        let after = names(["gpu-1", "gpu-9"], [(0, 0), (1, 1)])
        counters.grow(to: after)
        #expect(counts(counters, after) == ["llama3 gpu-1 1"])
        counters.count(record(model: 1, deployment: 1))
        counters.count(record(model: 0, deployment: 1))
        #expect(counts(counters, after) == ["llama3 gpu-1 1", "llama3 gpu-9 1", "phi gpu-9 1"])
    }
}
