/// Counts that are kept by themselves while requests come and go, held against what they count.
///
/// Worked out from a copy when somebody reads the pool, so no request pays for it.
struct PoolAudit {
    private(set) var checked = 0
    /// Comparisons that do not hold.
    private(set) var drift = 0

    /// Counts that only the pool itself knows; read together with its copy.
    struct Inside: Sendable {
        /// Requests that wait, one that waits for several models once.
        let queued: Int
        /// Deployments that come back, and instances with shadows.
        let (returning, shadowed): (Int, Int)
        /// Requests that the forecast takes to run; nil where there is none.
        let runs: Int?
        /// By model: trials that are due.
        let dueTrials: [Int]
    }

    init(_ frame: PoolFrame) {
        let inside = frame.inside
        var (open, due) = (
            [Int](repeating: 0, count: frame.instances.count), [Int](repeating: 0, count: frame.models.count)
        )
        for (state, history) in zip(frame.deployments, frame.histories) {
            open[Int(state.instance)] += Int(state.inFlight)
            if state.isDue, !state.isGone { due[Int(state.model)] += 1 }
            check(state.inFlight >= 0 && state.requests >= Int(state.inFlight))
            check((0...max(0, Int(state.inFlight))).contains(history.hedges))
        }
        for (index, state) in frame.instances.enumerated() {
            let record = frame.instanceRecords[index]
            check(Int(state.inFlight) == open[index])
            check(Int(state.shadows) == record.shadows.count)
            check(record.late.count <= Int(state.inFlight))
        }
        for (index, trials) in inside.dueTrials.enumerated() { check(trials == due[index]) }
        check(frame.inFlight == open.reduce(0, +))
        check(frame.waiting == inside.queued)
        check(inside.returning == frame.histories.count { $0.comeback.isOn })
        check(inside.shadowed == frame.instances.count { $0.shadows > 0 })
        if let runs = inside.runs { check((0...max(0, frame.inFlight)).contains(runs)) }
    }

    private mutating func check(_ holds: Bool) {
        checked += 1
        if !holds { drift += 1 }
    }
}

extension PoolState {
    /// The counts that a copy of the states does not have.
    var counts: PoolAudit.Inside {
        var queued = Set<UInt64>()
        if waiting > 0 { for model in models.indices { queued.formUnion(models[model].waiters.lazy.map(\.number)) } }
        return PoolAudit.Inside(
            queued: queued.count, returning: returning, shadowed: shadowed, runs: forecast?.runs,
            dueTrials: models.indices.map { models[$0].dueTrials })
    }
}

extension PoolSnapshot {
    /// Whether the pool's counts are what they count.
    public struct Audit: Codable, Equatable, Sendable {
        /// How many were looked at.
        public var checked: Int
        /// How many of them are wrong; anything but 0 is a fault of ours.
        public var drift: Int
    }
}
