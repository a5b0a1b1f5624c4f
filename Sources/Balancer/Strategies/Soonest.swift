/// Sends a request where its first token is predicted to come soonest, plus the delay it causes those already at work
/// there: wait for a slot, load of the model if it is not in memory, what is driven out for it, reading what is not
/// cached. All in seconds, learned from what Ollama reports of every request. Near-equals (within 5 %) are settled by
/// chance. Suits pools in which boxes, models or prompts differ.
///
/// While every slot is at work requests wait at the gateway, not on a box, and are bound to a box when one comes free.
public enum Soonest: Strategy {
    /// `soonest`.
    public static let name = "soonest"
    /// `Forecast` decides.
    public static let isForecast = true

    /// All that may be picked are equal here.
    public static func key(of candidate: Candidate) -> Double { 0 }
}
