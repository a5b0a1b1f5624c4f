/// Facts that no client of a box can see: for a mark that others are measured by, and for tests.
extension BoxScheduler {
    /// The rest of a request.
    public struct Remainder: Equatable, Sendable {
        /// Nanoseconds of reading, alone on the card.
        public var reading: Double
        /// Tokens to be written, the present one in part.
        public var tokens: Double
    }

    /// The rest of an open request; nil when it is not open or does no work any more.
    public func remainder(of id: Int) -> Remainder? {
        guard let request = requests[id] else { return nil }
        let model = request.demand.model
        switch request.stage {
        case .queued, .waiting:
            return Remainder(
                reading: pace.readingTime(of: request.demand.promptTokens, model: model),
                tokens: Double(request.remaining))
        case .reading(let until):
            let left = max(0, until - streams[model].readClock)
            return Remainder(reading: min(left, request.readingTime), tokens: Double(request.remaining))
        case .writing(let next):
            return Remainder(
                reading: 0,
                tokens: max(0, next - streams[model].written) + Double(request.remaining - request.step))
        case .stuck: return nil
        }
    }

    /// Prompts are read that many times slower than by the card's own figure. Set by `slow`.
    public var readingSlowness: Double { pace.readingSlowness }

    /// Whether a model is in memory.
    public func isResident(_ model: Int) -> Bool { residents[model] != nil }

    /// The model that is being loaded, and when that will be done.
    public var loading: (model: Int, until: Nanoseconds)? {
        guard case .loading(_, let resident, let until) = head else { return nil }
        return (resident.model, until)
    }

    /// Whether a request waits until some model is out of memory.
    public var isMakingRoom: Bool {
        if case .waiting = head { true } else { false }
    }

    /// How many tokens of a prompt an idle slot of the model remembers.
    public func rememberedTokens(of demand: BoxDemand) -> Int {
        let blocks = residents[demand.model]?.cache.longest(demand.prefix) ?? 0
        return min(blocks * demand.blockTokens, max(demand.promptTokens - 1, 0))
    }
}
