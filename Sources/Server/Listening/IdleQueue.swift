import Balancer

/// Which connections of a loop have waited for a request for longest, for the case that there are too many.
///
/// They are looked for when one is needed, a few at a time: connections cost nothing for being idle, and a newcomer among ten
/// thousand does not look at all of them.
struct IdleQueue {
    /// How long a connection has waited.
    struct Wait: Comparable {
        /// Part of a head has come: it goes after those of which nothing has.
        var hasBegun: Bool
        var since: Moment

        static func < (left: Wait, right: Wait) -> Bool {
            left.hasBegun == right.hasBegun ? left.since < right.since : !left.hasBegun
        }
    }

    /// Found at once.
    private static let batch = 64

    private var found: [(lane: HotLane, wait: Wait)] = []

    /// The connection to close next; nil where none waits.
    mutating func next(of lanes: [HotLane]) -> HotLane? {
        if let known = pop() { return known }
        found = Self.longest(lanes.compactMap { lane in lane.front.wait.map { (lane, $0) } })
        return pop()
    }

    /// The longest waits of all, the longest last.
    static func longest<One>(_ all: [(One, Wait)], most: Int = batch) -> [(One, Wait)] {
        Array(all.sorted { $0.1 < $1.1 }.prefix(most).reversed())
    }

    private mutating func pop() -> HotLane? {
        while let (lane, wait) = found.popLast() {
            // It may have gone, or had a request, since it was found.
            if lane.slot >= 0, lane.front.wait == wait { return lane }
        }
        return nil
    }
}
