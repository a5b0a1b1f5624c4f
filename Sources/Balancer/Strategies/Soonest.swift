/// Sends a request where its first token is predicted to come soonest, plus the delay it causes those already at work
/// there: wait for a slot, load of the model if it is not in memory, what is driven out for it, reading what is not
/// cached. All in seconds, learned from what Ollama reports of every request. Of near-equals (within 5 %) the one served
/// longest ago is next. Suits pools in which instances, models or prompts differ.
///
/// While every slot is at work requests wait at the gateway, not on an instance, and are bound to an instance when one comes free.
public struct Soonest: Strategy {
    /// `soonest`.
    public static let name = "soonest"
    /// The predictions of `Forecast`, which know the caches of prompts too.
    public static let needs: StrategyNeeds = [.prediction, .prefix]

    /// Nothing is kept.
    public init() {}

    /// The least predicted seconds, of near-equals the one served longest ago.
    public mutating func choose(
        _ request: PickRequest, from candidates: Span<Candidate>, random: inout RandomSource
    ) -> Int {
        var lowest = Double.infinity
        for index in candidates.indices { lowest = min(lowest, candidates[index].predicted) }
        let limit = BestChoice.limit(lowest)
        var chosen = 0
        var oldest = Double.infinity
        for index in candidates.indices where candidates[index].predicted <= limit {
            if candidates[index].served < oldest { (chosen, oldest) = (index, candidates[index].served) }
        }
        return chosen
    }
}
