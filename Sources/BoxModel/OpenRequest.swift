/// A request that is not over.
struct OpenRequest: Sendable {
    enum Stage: Sendable {
        /// Needs a load. To `waiting` or `reading` when its model is there.
        case queued
        /// Waits for a slot. To `reading`.
        case waiting
        /// Holds a slot until the box's `readClock` gets to `until`. To `writing`, `stuck` or the end.
        case reading(until: Double)
        /// Writes its next token when its model's `written` gets to `next`. To `stuck` or the end.
        case writing(next: Double)
        /// Has done all it will; only its client can end it.
        case stuck
    }

    let demand: BoxDemand
    var stage = Stage.queued
    var timings: BoxTimings
    /// Nanoseconds that it reads, alone on the card.
    var readingTime = 0.0
    /// The same from the batch on that has its first token: what its box calls its reading.
    var ownTime = 0.0
    /// Tokens to write.
    var remaining: Int
    /// Of these, how many with its next step.
    var step = 1
    /// Its slot, while it holds one.
    var slot = -1

    init(demand: BoxDemand, arrived: Nanoseconds) {
        self.demand = demand
        timings = BoxTimings(arrived: arrived, obtained: arrived, started: arrived, read: arrived, finished: arrived)
        remaining = if case .generate(let tokens) = demand.work { tokens } else { 0 }
    }
}
