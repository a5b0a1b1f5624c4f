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
        /// When the first token is expected.
        var expectedFirst: Double
        var isStreamed: Bool
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
        /// Others of its placement that were there when it came.
        var ahead: Int32
        /// Earlier ones still at work at its first token.
        var beside: Int32 = 0
        /// Models at work on the instance when it came, its own included.
        var active: Int32
        var streamSecondsAtFirst = 0.0
        /// Nothing but its own load stood between it and its slot.
        var isAlone: Bool
    }
}
