extension Forecast {
    /// One tag, wherever it is.
    struct Tag: Sendable {
        let name: String
        /// Bytes in memory; from an instance that has it loaded, else from its size on disk, else a guess.
        var size = Tag.usualSize
        var isSizeSeen = false
        /// Instances that have it in memory.
        var residents = 0
        var lengths = OutputLengths()
        var keyLengths = KeyLengths()
        /// Of the instances on which it was measured.
        var figures = Figures()
        /// Tokens that an instance counts for each one estimated.
        var promptScale = LearnedValue()
        /// Requests per second, decayed.
        var rate = 0.0
        var rateAt = 0.0
        /// Requests at work that somebody waits for, and those that nobody does.
        var urgent: Int32 = 0
        var batch: Int32 = 0
        /// `urgent` on average over the last minute, as of `urgentAt`.
        var urgentMean = 0.0
        var urgentAt = 0.0

        static let usualSize = 5e9
    }
}
