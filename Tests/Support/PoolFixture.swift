public import Balancer
import Locking

/// Small pools for tests: one model `llama3` on instances `gpu-1`, `gpu-2`, …
public struct PoolFixture: Sendable {
    /// The specification; change it before making a balancer.
    public var spec: PoolSpec

    /// A pool of `size` instances that nobody probes, unless `isProbed`.
    public init(
        _ strategy: String, size: Int, isProbed: Bool = false, maxParallel: Int? = nil, weights: [Double] = [],
        tripAfter: Int = 5, seed: UInt64 = 1
    ) {
        let breaker = BreakerSettings(
            tripAfter: tripAfter, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        spec = PoolSpec(
            instances: (0..<size).map {
                InstanceSpec(
                    name: "gpu-\($0 + 1)", apiBase: "http://gpu-\($0 + 1):11434", provider: "ollama", probed: isProbed)
            },
            deployments: (0..<size).map {
                DeploymentSpec(
                    id: "id-\($0 + 1)", modelName: "llama3", upstreamModel: "ollama/llama3.1:8b", tag: "llama3.1:8b",
                    listedTag: "llama3.1:8b", instance: InstanceID(index: $0),
                    weight: $0 < weights.count ? weights[$0] : 1, slots: nil,
                    maxParallel: maxParallel, unavailable: nil, breaker: breaker, context: nil, order: 0, rpm: nil,
                    tpm: nil)
            },
            models: [
                ModelSpec(
                    name: "llama3", strategy: strategy, deployments: (0..<size).map(DeploymentID.init(index:)))
            ],
            settings: BalancerSettings(
                fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
                retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: 3, maxWait: .seconds(30),
                saturationPause: .seconds(1), decisions: 0, protectsContext: true),
            seed: seed, version: "0.1.0")
    }

    /// Adds a second model on the first `count` instances.
    public mutating func addModel(_ name: String, strategy: String, onFirst count: Int) {
        let first = spec.deployments.count
        for index in 0..<count {
            var deployment = spec.deployments[index]
            deployment.id = "\(name)-\(index + 1)"
            deployment.modelName = name
            deployment.tag = name
            deployment.listedTag = "\(name):latest"
            deployment.upstreamModel = "ollama/\(name)"
            spec.deployments.append(deployment)
        }
        spec.models.append(
            ModelSpec(
                name: name, strategy: strategy, deployments: (first..<first + count).map(DeploymentID.init(index:))))
    }

    /// A balancer on a manual clock, and what it tells.
    public func make() -> (balancer: PoolBalancer, clock: ManualClock, facts: FactRecorder) {
        let clock = ManualClock()
        let facts = FactRecorder()
        return (PoolBalancer(spec, time: clock.source, observer: facts), clock, facts)
    }
}

/// Keeps every fact it hears.
public final class FactRecorder: BalancerObserver {
    private let heard = Locked<[Fact]>([])

    /// A recorder that has heard nothing.
    public init() {}

    /// Keeps the fact.
    public func note(_ fact: Fact) {
        heard.withLock { $0.append(fact) }
    }

    /// What was heard since the last call.
    public func take() -> [Fact] {
        heard.withLock { facts in
            defer { facts = [] }
            return facts
        }
    }
}

/// Keeps leases that arrive by call-back, in order.
public final class LeaseBox: Sendable {
    private struct Kept: ~Copyable {
        var leases: [Int: Slot] = [:]
        var order: [Int] = []
    }

    /// A lease cannot lie in an array; each has its own cell.
    private final class Slot: Sendable {
        let lease: Locked<Lease?>
        init(_ lease: consuming sending Lease) { self.lease = Locked(lease) }
    }

    private let kept = Locked(Kept())

    /// An empty box.
    public init() {}

    /// Keeps a lease under a number.
    public func put(_ lease: consuming sending Lease, as number: Int) {
        let slot = Slot(lease)
        kept.withLock {
            $0.leases[number] = slot
            $0.order.append(number)
        }
    }

    /// The numbers under which leases arrived, in order.
    public var order: [Int] { kept.withLock { $0.order } }

    /// Settles the lease kept under a number; false when there is none.
    @discardableResult
    public func settle(_ number: Int, _ outcome: Outcome) -> Bool {
        guard let slot = kept.withLock({ $0.leases.removeValue(forKey: number) }) else { return false }
        guard let lease = slot.lease.withLock({ $0.take() }) else { return false }
        lease.settle(outcome)
        return true
    }

    /// No lease has arrived under that number.
    public struct NoLease: Error {}

    /// Gives the lease kept under a number away.
    public func take(_ number: Int) throws -> Lease {
        guard let slot = kept.withLock({ $0.leases.removeValue(forKey: number) }),
            let lease = slot.lease.withLock({ $0.take() })
        else { throw NoLease() }
        return lease
    }

    /// Settles everything that is left as ignored.
    public func settleAll() {
        for number in kept.withLock({ Array($0.leases.keys) }) { settle(number, .ignored) }
    }
}

/// Keeps refusals that arrive by call-back, in order.
public final class RefusalBox: Sendable {
    private let kept = Locked<[(number: Int, error: PickError)]>([])

    /// An empty box.
    public init() {}

    /// Keeps a refusal under a number.
    public func put(_ error: PickError, as number: Int) { kept.withLock { $0.append((number, error)) } }

    /// The refusals, in order.
    public var all: [(number: Int, error: PickError)] { kept.withLock { $0 } }
}

extension Outcome {
    /// A success with this time to first token and a prompt of this length.
    public static func success(_ timeToFirstToken: Duration = .milliseconds(200), tokens: Int = 100) -> Outcome {
        .succeeded(
            Sample(
                timeToFirstToken: timeToFirstToken, duration: timeToFirstToken + .seconds(1), promptTokens: tokens,
                completionTokens: 50,
                times: BoxTimes(
                    total: timeToFirstToken + .seconds(1), load: .zero, prefill: timeToFirstToken,
                    decode: .seconds(1))))
    }
}

extension ProbeReport {
    /// A good probe of an instance.
    public static func good(_ instance: Int, tags: [KnownTag]? = nil, loaded: [LoadedModel]? = nil) -> ProbeReport {
        ProbeReport(
            instance: InstanceID(index: instance), at: .zero, latency: .milliseconds(3), result: .reachable,
            version: "0.33.0", tags: tags, loaded: loaded)
    }

    /// A good probe of an instance at that time, which has these tags in memory.
    public static func loaded(_ instance: Int, _ tags: [String] = ["llama3.1:8b"], at now: Moment) -> ProbeReport {
        ProbeReport(
            instance: InstanceID(index: instance), at: now, latency: .milliseconds(1), result: .reachable, version: nil,
            tags: nil,
            loaded: tags.map { LoadedModel(model: $0, contextLength: 4096, size: 1, sizeVRAM: 1, expiresAt: "") })
    }

    /// A bad probe of an instance.
    public static func bad(_ instance: Int, _ reason: String = "connection refused") -> ProbeReport {
        ProbeReport(
            instance: InstanceID(index: instance), at: .zero, latency: .milliseconds(3),
            result: .unreachable(reason: reason), version: nil, tags: nil, loaded: nil)
    }
}

extension PickRequest {
    /// A first attempt, or a retry that has failed on these.
    public static func after(_ tried: Int...) -> PickRequest {
        var set = InstanceSet()
        for instance in tried { set.insert(InstanceID(index: instance)) }
        return PickRequest(promptTokens: 100, tried: set)
    }
}

extension PoolBalancer {
    /// Picks for a model and settles at once; where it went.
    @discardableResult
    public nonisolated func run(
        _ outcome: Outcome, model: Int = 0, after request: PickRequest = .after()
    ) throws(PickError) -> Int {
        let lease = try pick(ModelID(index: model), request)
        let instance = lease.instance.index
        lease.settle(outcome)
        return instance
    }

    /// The rows of the snapshot's deployments, as state names.
    public nonisolated var states: [String] { snapshot().deployments.map(\.state) }
}
