/// Which traces are kept, by the names of `OTEL_TRACES_SAMPLER`.
public enum TraceSampler: Sendable, Equatable {
    /// All.
    case always
    /// None.
    case never
    /// This share of them, by the trace's id: every gateway that sees one decides alike.
    case ratio(Double)
    /// As the caller has decided; where there is none, by the share.
    indirect case parentBased(TraceSampler)

    /// Whether a trace is kept.
    ///
    /// - Parameters:
    ///   - parent: the caller's place, where it has said one.
    ///   - low: the last 64 bits of the trace's id.
    public func keeps(parent: TraceContext?, low: UInt64) -> Bool {
        switch self {
        case .always: true
        case .never: false
        // The 56 bits of an id that are by chance whoever made it.
        case .ratio(let share): low & 0x00ff_ffff_ffff_ffff < UInt64(min(max(share, 0), 1) * 0x1p56)
        case .parentBased(let root): parent?.isSampled ?? root.keeps(parent: nil, low: low)
        }
    }
}
