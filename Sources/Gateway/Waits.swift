import Balancer

/// A request's waits for a place: how long they took, and what the queue said.
struct Waits {
    /// When the attempt that runs, or waits, asked for an instance.
    private(set) var askedAt = Moment.zero
    /// All waits and pauses that are over.
    private(set) var total = Duration.zero
    /// Its last place in the queue of the model it is at; 0: none.
    private(set) var position = 0
    /// How long its first token would take, as that queue said.
    private(set) var predicted: Duration?

    /// A part of the request is over: parts wait beside each other, so the longest wait counts.
    mutating func took(_ part: Waits) {
        total = max(total, part.total)
        position = max(position, part.position)
        if let own = part.predicted { predicted = max(predicted ?? own, own) }
    }

    /// Another model has another queue.
    mutating func beginModel() {
        position = 0
        predicted = nil
    }

    /// The balancer is asked for an instance.
    mutating func asked(at now: Moment) { askedAt = now }

    /// The queue gave it a place.
    mutating func queued(at position: Int, predicted: Duration?) {
        self.position = position
        self.predicted = predicted
    }

    /// It was given no place, since the wait would be too long.
    mutating func refused(predicted: Duration?) { self.predicted = predicted }

    /// A wait or a pause is over, however it ended.
    mutating func ended(since began: Moment, at now: Moment) { total += now - began }
}
