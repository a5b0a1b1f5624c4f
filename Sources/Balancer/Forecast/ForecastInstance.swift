extension Forecast {
    /// One instance, as the forecast sees it.
    struct Instance: Sendable {
        var firstPlacement: Int32 = -1
        /// Requests of ours at work there.
        var running: Int32 = 0
        /// Requests of other gateways for models of ours.
        var outside: Int32 = 0
        /// Models of ours that are at work there, for whichever gateway.
        var active: Int32 = 0
        /// When the loads of ours are done.
        var loaderFreeAt = 0.0
        var memory: MemoryBelief
        /// What its placements show of its slots.
        var slots = SlotBelief.Likeness()
        /// Answers since it knew nothing of them.
        var answers: Int32 = 0
        /// One server serves all its models alike.
        var reading = ReadingBelief()
        /// Of the placements that were measured there.
        var figures = Figures()
        /// Bytes that it holds for models that are none of our placements.
        var foreignBytes = 0.0
        var foreignCount = 0
        /// It does not list what it has in memory, or is not probed: everything it serves counts as in memory.
        var isAlwaysReady: Bool

        /// - Parameter memory: bytes, where that is known.
        init(isAlwaysReady: Bool, memory: Int?) {
            self.isAlwaysReady = isAlwaysReady
            self.memory = MemoryBelief(configured: memory)
        }
    }
}
