/// Prefers the shortest recent time to first token per prompt token, times what is in flight there plus one; of
/// near-equals (within 10 %) the one served longest ago is next. Suits instances of different speed.
///
/// The estimate decays within a minute, so that an instance that was slow once is measured again; without the in-flight
/// term every request would go to one instance until its first slow answer.
public struct LatencyBased: KeyedStrategy {
    /// `latency-based`.
    public static let name = "latency-based"
    /// LiteLLM's spelling.
    public static let aliases = ["latency-based-routing"]
    /// Per prompt token, one minute; a millisecond per token before the first sample.
    public static let latency: LatencyEWMA.Rule? = .init(
        timeConstant: 60, keepsPeaks: false, isPerPromptToken: true, seed: 0.001)
    /// 10 %, on a scale of logarithms.
    public static let tolerance = 0.0953

    /// Nothing is kept.
    public init() {}

    /// The logarithm of latency × (in flight + 1).
    public static func key(of tally: Tally) -> Double {
        tally.latencyLevel + tally.loadLevel
    }
}
