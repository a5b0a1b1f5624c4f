/// Where the upstream says the time went, in nanoseconds; 0 where it does not say.
public struct UpstreamTimings: Sendable, Equatable {
    /// From the request's arrival there to its last token, queueing and loading included.
    public var totalNanoseconds: Int64 = 0
    /// Until the model was ready.
    public var loadNanoseconds: Int64 = 0
    /// Reading the prompt.
    public var promptEvalNanoseconds: Int64 = 0
    /// Writing the answer.
    public var evalNanoseconds: Int64 = 0

    /// All zero: nothing known.
    public init() {}
}
