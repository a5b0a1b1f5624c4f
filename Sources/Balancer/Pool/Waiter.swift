/// Somebody in a model's queue.
struct Waiter: Sendable {
    let number: UInt64
    var request: PickRequest
    /// The other models in whose queues it stands too, under the same number: it is served where a place opens first.
    let also: [Int]
    let granted: @Sendable (consuming Lease) -> Void
    /// Called instead when nothing can serve it any more, in any of its queues.
    let refused: @Sendable (PickError) -> Void
    let since: Moment
    /// The price of its turn, in tokens; 0 where there are no turns.
    var cost = 0.0
    /// Its turn among the keys; see `FairOrder`.
    var turn = 0.0
    /// Seconds to its first token, by the last plan.
    var foreseen: Double?
}
