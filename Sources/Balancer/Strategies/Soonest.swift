/// Sends a request where its first token is predicted to come soonest, plus the delay it causes those already at work
/// there: wait for a slot, load of the model if it is not in memory, what is driven out for it, reading what is not
/// cached. All in seconds, learned from what Ollama reports of every request. Near-equals (within 5 %) are settled by
/// chance. Suits pools in which boxes, models or prompts differ.
///
/// While every slot is at work requests wait at the gateway, not on a box, and are bound to a box when one comes free.
public struct Soonest: Strategy {
    /// `soonest`.
    public static let name = "soonest"
    /// `Forecast` predicts.
    public static let isForecast = true

    /// Nothing is kept.
    public init() {}

    /// The least predicted seconds, near-equals by chance.
    public mutating func choose(
        _ request: PickRequest, from candidates: Span<Candidate>, random: inout RandomSource
    ) -> Int {
        var lowest = Double.infinity
        for index in candidates.indices { lowest = min(lowest, candidates[index].predicted) }
        let limit = BestChoice.limit(lowest)
        var seen = 0
        var chosen = 0
        for index in candidates.indices where candidates[index].predicted <= limit {
            seen += 1
            if random.below(seen) == 0 { chosen = index }
        }
        return chosen
    }
}
