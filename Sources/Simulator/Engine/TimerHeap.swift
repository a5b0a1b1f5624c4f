/// Requests by the moment at which somebody's patience with them ends. Equal moments in the order they were added.
struct TimerHeap: Sendable {
    struct Timer: Sendable {
        var time: Int64
        var request: Int32
        /// The request's step when it was set: a timer whose request is past it is stale.
        var step: Int32
        var order: UInt64 = 0
    }

    private var timers: [Timer] = []
    private var order: UInt64 = 0

    var time: Int64 { timers.first?.time ?? WakeTable.never }

    mutating func insert(_ timer: Timer) {
        order += 1
        timers.append(timer)
        timers[timers.count - 1].order = order
        var child = timers.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            timers.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> Timer {
        timers.swapAt(0, timers.count - 1)
        let first = timers.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < timers.count && precedes(child, least) {
                least = child
            }
            guard least != parent else { return first }
            timers.swapAt(least, parent)
            parent = least
        }
    }

    private func precedes(_ one: Int, _ other: Int) -> Bool {
        (timers[one].time, timers[one].order) < (timers[other].time, timers[other].order)
    }
}
