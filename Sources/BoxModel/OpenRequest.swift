/// A request that is not over.
struct OpenRequest: Sendable {
    enum Stage: Sendable {
        /// Needs a load. To `waiting` or `reading` when its model is there.
        case queued
        /// Waits for a slot. To `reading`.
        case waiting
        /// Holds a slot until its prompt is read. To `writing`, `stuck` or the end.
        case reading(until: Nanoseconds)
        /// Writes its next token when the box's `written` gets to `next`. To `stuck` or the end.
        case writing(next: Double)
        /// Has done all it will; only its client can end it.
        case stuck
    }

    let demand: BoxDemand
    var stage = Stage.queued
    var timings: BoxTimings
    var remaining: Int

    init(demand: BoxDemand, arrived: Nanoseconds) {
        self.demand = demand
        timings = BoxTimings(arrived: arrived, obtained: arrived, started: arrived, read: arrived, finished: arrived)
        remaining = if case .generate(let tokens) = demand.work { tokens } else { 0 }
    }
}
