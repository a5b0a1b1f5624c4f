extension PoolSnapshot {
    /// Those of one class who wait for a model.
    public struct Queue: Codable, Equatable, Sendable {
        /// The class's name.
        public var serviceClass: String
        /// How many wait.
        public var waiting: Int
        /// How long the one has waited that came first, in seconds.
        public var longestWaitSeconds: Double

        enum CodingKeys: String, CodingKey {
            case serviceClass = "class"
            case waiting
            case longestWaitSeconds = "longest_wait_s"
        }
    }
}

extension WaitingLine {
    /// How many wait and how long, by class, the most urgent first; classes in which nobody waits are left out. One pass.
    func byClass(at now: Moment) -> [PoolSnapshot.Queue] {
        guard !isEmpty else { return [] }
        var counts = InlineArray<3, Int>(repeating: 0)
        var first = InlineArray<3, Moment>(repeating: now)
        for waiter in self {
            let place = waiter.request.serviceClass.rawValue
            counts[place] += 1
            if waiter.since < first[place] { first[place] = waiter.since }
        }
        return ServiceClass.allCases.compactMap { one in
            guard counts[one.rawValue] > 0 else { return nil }
            return PoolSnapshot.Queue(
                serviceClass: one.name, waiting: counts[one.rawValue],
                longestWaitSeconds: Rounded.thousandths((now - first[one.rawValue]).inSeconds))
        }
    }
}
