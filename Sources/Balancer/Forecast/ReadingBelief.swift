/// How the prompts that an instance reads at the same time for one model share its card, which no instance says.
///
/// Learned from first tokens of requests that came while others were being read: each shows how much later than alone it was,
/// and so which of the ways explains it best. Until something is known it is llama-server's, since that is what Ollama runs.
struct ReadingBelief: Sendable {
    enum Way: Int, CaseIterable, Sendable {
        /// One after the other.
        case inTurn
        /// All at once, each at its share.
        case shared
        /// As if alone.
        case apart
    }

    /// Each older sample counts a tenth less.
    private static let memory = 0.9
    /// What the other ways must be better by before they are believed, in multiples of the wait that was to be explained.
    private static let prior = SIMD4<Double>(0, 2, 2, .infinity)

    /// How far off each way was, in shares of what the first would have it.
    private var errors = ReadingBelief.prior

    /// The one that explains best what was seen.
    private(set) var way = Way.inTurn

    /// A prompt's first token came `late` seconds later than alone, where each way foresaw one of these.
    mutating func record(late: Double, inTurn: Double, shared: Double) {
        guard inTurn > 0 else { return }
        errors *= SIMD4(Self.memory, Self.memory, Self.memory, 1)
        errors[0] += min(abs(late - inTurn) / inTurn, 1)
        errors[1] += min(abs(late - shared) / inTurn, 1)
        errors[2] += min(abs(late) / inTurn, 1)
        way = errors[0] <= min(errors[1], errors[2]) ? .inTurn : errors[1] <= errors[2] ? .shared : .apart
    }
}
