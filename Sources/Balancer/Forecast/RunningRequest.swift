extension Forecast {
    /// One request that is at work on a placement, or on its way there.
    struct RunningRequest: Sendable {
        var placement: Int32
        // The list of the placement's runs, in the order of dispatch; `next` also links the free ones.
        var previous: Int32 = -1
        var next: Int32 = -1

        var sentAt: Double
        /// Nil before it is seen.
        var firstTokenAt: Double?
        var isStreamed: Bool
        /// When the first token is expected.
        var expectedFirst: Double
        /// Tokens of the prompt, as the gateway estimated them.
        var estimatedTokens: Double
        /// The same, as the instance will count them.
        var promptTokens: Double
        /// Of these, in the slot's cache already, as far as we know.
        var cachedTokens: Double
        var outputLimit: Double
        var flow: UInt64
        /// The place of the slot's memory it writes over; -1: none.
        var memory: Int32 = -1
        /// The load under way belongs to it.
        var isCold: Bool
        var serviceClass: ServiceClass
        /// Seconds that its prompt takes to read alone.
        var readingTime: Double
        /// Seconds that others' prompts had left to be read when it came, and how many they were.
        var unread = 0.0
        var readers: Int32 = 0
        /// Nobody else's prompt was there while its own was read.
        var readsAlone: Bool { readers == 0 && !isJoined }
        /// Another came while it read.
        var isJoined = false
        /// Others of its placement that were there when it came.
        var ahead: Int32
        /// Earlier ones still at work at its first token.
        var beside: Int32 = 0
        /// Models at work on the instance when it came, its own included.
        var active: Int32
        var streamSecondsAtFirst = 0.0
        var readSecondsAtFirst = 0.0
        /// Seconds that those before it read while it had no first token: where prompts are read one after the other it
        /// waited for them, though a slot was free.
        var readingAhead = 0.0
        /// When requests before it ended, the latest sixteen.
        var endsAhead = SIMD16<Double>(repeating: -.infinity)
        private(set) var endsCounted = 0
        /// Nothing but its own load stood between it and its slot.
        var isAlone: Bool

        /// A request before it has ended.
        mutating func sawEnd(at now: Double) {
            endsAhead[endsCounted % SIMD16<Double>.scalarCount] = now
            endsCounted += 1
        }

        /// Whether a request before it ended so close to a moment.
        func hasEnd(near moment: Double, within tolerance: Double) -> Bool {
            any((endsAhead .>= moment - tolerance) .& (endsAhead .<= moment + tolerance))
        }

        /// How many requests before it ended after a moment; no more than sixteen.
        func ends(after moment: Double) -> Int32 {
            var count: Int32 = 0
            for index in endsAhead.indices where endsAhead[index] > moment { count += 1 }
            return count
        }
    }
}
