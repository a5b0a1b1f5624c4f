/// How long the answers to single keys' requests are: a median for each, once it has had enough of them.
///
/// Each answer moves its key's median by a share, up or down, that shrinks with their number: half lie on either side in the
/// end (Robbins and Monro's stochastic approximation, 1951, on a scale of logarithms).
struct KeyLengths: Sendable {
    /// Keys remembered at most; when all places are taken, those with few answers go.
    private static let most = 1024
    /// Answers before a key's own median counts.
    private static let needed = 10
    private static let leastStep = 0.05

    private var medians: [UInt64: (tokens: Double, answers: Int)] = [:]

    /// The median answer to a key's requests, in tokens; nil while too few are known, and for 0, which is no key.
    func expected(_ flow: UInt64) -> Double? {
        guard flow != 0, let known = medians[flow], known.answers >= Self.needed else { return nil }
        return known.tokens
    }

    /// Takes in the length of a whole answer.
    mutating func record(_ tokens: Int, for flow: UInt64) {
        guard flow != 0, tokens > 0 else { return }
        guard var known = medians[flow] else {
            if medians.count >= Self.most { medians = medians.filter { $0.value.answers >= Self.needed } }
            if medians.count < Self.most { medians[flow] = (Double(tokens), 1) }
            return
        }
        known.answers += 1
        let step = 1 + max(1 / Double(known.answers), Self.leastStep)
        if Double(tokens) > known.tokens { known.tokens *= step } else { known.tokens /= step }
        medians[flow] = known
    }
}
