import Balancer

/// A strategy by name, and whether it runs over the pool's placement by hand: `litellm-least-busy@pinned`.
struct SimulatedStrategy {
    /// Those for comparison.
    static let baselines: [any Baseline.Type] = [
        LiteLLMShuffle.self, LiteLLMLeastBusy.self, LiteLLMLatency.self, RandomChoice.self,
        LeastBusyBoxes.self,
    ]
    static let pinnedSuffix = "@pinned"

    private let name: String
    private let isPinned: Bool

    init(_ text: String) throws(UnknownStrategy) {
        isPinned = text.hasSuffix(Self.pinnedSuffix)
        name = isPinned ? String(text.dropLast(Self.pinnedSuffix.count)) : text
        let isKnown =
            Strategies.named(name) != nil || name == ClairvoyantPolicy.name
            || Self.baselines.contains { $0.name == name }
        guard isKnown else { throw UnknownStrategy(name: text) }
    }

    func run(
        _ pool: SimulatedPool, _ workload: Workload, gateways: SimulatedGateways, seed: UInt64, progress: (Int) -> Void
    ) -> Simulation.Result {
        let placement = isPinned ? Placement(pinned: pool) : Placement(everywhere: pool)
        if let baseline = Self.baselines.first(where: { $0.name == name }) {
            return run(baseline, pool, workload, placement, seed: seed, progress: progress)
        }
        if name == ClairvoyantPolicy.name {
            let policy = ClairvoyantPolicy(pool, workload, placement: placement, seed: seed)
            return finish(policy, pool, workload, seed: seed, progress: progress) { $0.open == 0 }
        }
        if gateways.count > 1 {
            let policy = GatewaysPolicy(
                name, pool, workload, placement: placement, count: gateways.count, isSharing: gateways.areSharing,
                seed: seed)
            return finish(policy, pool, workload, seed: seed, progress: progress) {
                $0.open.inFlight == 0 && $0.open.waiting == 0
            }
        }
        let policy = BalancerPolicy(name, pool, workload, placement: placement, seed: seed)
        return finish(policy, pool, workload, seed: seed, progress: progress) {
            $0.open.inFlight == 0 && $0.open.waiting == 0
        }
    }

    private func run<Chooser: Baseline>(
        _ baseline: Chooser.Type, _ pool: SimulatedPool, _ workload: Workload, _ placement: Placement, seed: UInt64,
        progress: (Int) -> Void
    ) -> Simulation.Result {
        let policy = BaselinePolicy<Chooser>(pool, workload, placement: placement, seed: seed)
        return finish(policy, pool, workload, seed: seed, progress: progress) { $0.inFlight == 0 }
    }

    private func finish<Policy: RoutingPolicy & ~Copyable>(
        _ policy: consuming Policy, _ pool: SimulatedPool, _ workload: Workload, seed: UInt64,
        progress: (Int) -> Void, isBalanced: (borrowing Policy) -> Bool
    ) -> Simulation.Result {
        let countedFrom = Int(Double(workload.requests.count) * Simulation.warmUp)
        var run = Run(pool, workload, policy: policy, countedFrom: countedFrom, seed: seed)
        run.toTheEnd(progress: progress)
        let count = FiguresCount(
            pool: pool, workload: workload, countedFrom: countedFrom, table: run.table,
            predictions: run.policy.predictions)
        let (figures, traces) = count.figures(
            loads: run.loads, evictions: run.evictions, workBefore: run.workBefore, workAfter: run.workAfter)
        return Simulation.Result(figures: figures, traces: traces, isBalanced: isBalanced(run.policy))
    }
}
