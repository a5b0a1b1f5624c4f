public import Balancer

/// Pools to measure with: one model on so many ready instances.
public enum BenchmarkPool {
    /// The sizes every strategy is measured at.
    public static let sizes = [3, 16, 128, 1024]

    /// A balancer of `size` instances under one strategy, on the machine's clock; `ModelID` 0 is its model.
    public static func make(_ strategy: String, size: Int) -> PoolBalancer {
        let breaker = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        let indices = 0..<size
        let spec = PoolSpec(
            instances: indices.map {
                InstanceSpec(name: "gpu-\($0)", apiBase: "http://gpu-\($0):11434", provider: "ollama", probed: false)
            },
            deployments: indices.map {
                DeploymentSpec(
                    id: "d\($0)", modelName: "llama3", upstreamModel: "ollama/llama3.1:8b", tag: "llama3.1:8b",
                    listedTag: "llama3.1:8b", instance: InstanceID(index: $0), weight: 1, slots: nil,
                    maxParallel: nil, unavailable: nil, breaker: breaker, context: nil, order: 0, rpm: nil, tpm: nil)
            },
            models: [
                ModelSpec(name: "llama3", strategy: strategy, deployments: indices.map(DeploymentID.init(index:)))
            ],
            settings: BalancerSettings(
                fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
                retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: 512, maxWait: .seconds(30),
                saturationPause: .seconds(1), decisions: 0, protectsContext: true),
            seed: 1, version: "0")
        return PoolBalancer(spec, time: .live, observer: SilentObserver())
    }

    /// One pick and its settlement as a success.
    @inline(__always)
    public static func pair(_ balancer: PoolBalancer, _ request: PickRequest, _ outcome: Outcome) {
        do throws(PickError) {
            let lease = try balancer.pick(ModelID(index: 0), request)
            lease.settle(outcome)
        } catch {
            fatalError("the pool has ready instances: \(error)")
        }
    }

    /// A request of middling length.
    public static let request = PickRequest(promptTokens: 200, tried: [])

    /// A success of middling speed.
    public static let outcome = Outcome.succeeded(
        Sample(
            timeToFirstToken: .milliseconds(200), duration: .seconds(2), promptTokens: 200, completionTokens: 80,
            times: BoxTimes(
                total: .seconds(2), load: .zero, prefill: .milliseconds(190), decode: .milliseconds(1700))))
}

/// Hears and says nothing.
private struct SilentObserver: BalancerObserver {
    func note(_ fact: Fact) {}
}
