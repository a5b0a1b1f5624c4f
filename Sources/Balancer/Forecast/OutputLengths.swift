#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How long a model's answers are: a histogram of recent ones, and what is left of an answer that has got so far.
///
/// The median, not the mean: lengths have heavy tails, and a mean makes every wait look long (ROUTING.md section 6).
struct OutputLengths: Sendable {
    /// Buckets per doubling: coarse ones say the same of the rest for too long (docs/ROUTING.md has the runs).
    private static let perDoubling = 16.0
    private static let buckets = 288
    /// Once that many are in, the old ones count half.
    private static let memory: Float = 1024
    /// The table of what is left is made anew after that many.
    private static let refreshAfter = 16
    /// Before anything was seen: an answer of this many tokens.
    static let usual = 200.0

    private var counts = [Float](repeating: 0, count: OutputLengths.buckets)
    private var total: Float = 0
    private var unseen = 0
    /// By bucket of what is written: the median of the whole answers that are longer.
    private var lengths: [Float]

    init() {
        lengths = (0..<Self.buckets).map { Float(Self.usual / 2 + Self.lower($0) * 1.5) }
        lengths[0] = Float(Self.usual)
    }

    /// Tokens of a new answer: the median.
    var expected: Double { Double(lengths[0]) }

    /// Tokens that an answer still has to come when `written` are out: the median, at least 1.
    @inline(__always)
    func remaining(after written: Double) -> Double {
        max(1, Double(lengths[Self.bucket(written)]) - written)
    }

    /// Takes in the length of a whole answer.
    mutating func record(_ tokens: Int) {
        guard tokens > 0 else { return }
        if total >= Self.memory {
            for index in counts.indices { counts[index] /= 2 }
            total /= 2
        }
        counts[Self.bucket(Double(tokens))] += 1
        total += 1
        unseen += 1
        if unseen >= Self.refreshAfter || total <= 16 { refresh() }
    }

    private mutating func refresh() {
        unseen = 0
        // From the longest down: the answers that are longer than bucket `written`, and the middle one of them.
        var longer: Float = 0
        var middle = Self.buckets - 1
        var aboveMiddle: Float = 0
        for written in stride(from: Self.buckets - 1, through: 0, by: -1) {
            // Half of a bucket's answers are longer than its middle.
            longer += counts[written]
            while middle > written, aboveMiddle + counts[middle] < longer / 2 {
                aboveMiddle += counts[middle]
                middle -= 1
            }
            // Longer than any so far: a fourth of it is still to come.
            lengths[written] = Float(longer > 0 ? Self.centre(middle) : Self.centre(written) * 1.25)
        }
    }

    @inline(__always)
    private static func bucket(_ tokens: Double) -> Int {
        // Written so that endless and none come out as the last and the first.
        tokens > 1 ? Int(min(Double(buckets - 1), log2(tokens) * perDoubling)) : 0
    }

    private static func lower(_ bucket: Int) -> Double { exp2(Double(bucket) / perDoubling) }

    private static func centre(_ bucket: Int) -> Double { exp2((Double(bucket) + 0.5) / perDoubling) }
}
