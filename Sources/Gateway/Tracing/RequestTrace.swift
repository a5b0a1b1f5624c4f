import Dialects

/// A request's own place in a trace, and the span that it hangs from.
public struct RequestTrace: Sendable, Equatable {
    /// The request's span.
    public var own: TraceContext
    /// The caller's span; 0 where this request is the first of its trace.
    public var parent: UInt64

    /// A place below another.
    public init(own: TraceContext, parent: UInt64) {
        self.own = own
        self.parent = parent
    }

    /// The place of a call. Its ids are of the call's own name and chance, which costs no further chance.
    ///
    /// Where the chance of a call is a secret (it names an answer that only its owner may go on from) it is left out, since
    /// ids of traces are seen by others.
    init(_ call: CallHead, sampler: TraceSampler) {
        let seed = call.callID.hashed ^ (call.front.keepsAnswers ? 0 : call.random)
        let parent = call.trace
        let high = parent?.high ?? Self.mixed(seed &+ 1)
        let low = parent?.low ?? Self.mixed(seed &+ 2)
        own = TraceContext(
            high: high, low: low, span: Self.span(3, of: seed), isSampled: sampler.keeps(parent: parent, low: low))
        self.parent = parent?.span ?? 0
    }

    /// The id of a span below the request's own: never 0, which means none.
    public func child(_ number: Int) -> UInt64 { Self.span(UInt64(number) &* 0x9E37_79B9_7F4A_7C15, of: own.span) }

    private static func span(_ number: UInt64, of seed: UInt64) -> UInt64 { max(1, mixed(seed &+ number)) }

    /// SplitMix64's last step, a bijection.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var word = number &+ 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
