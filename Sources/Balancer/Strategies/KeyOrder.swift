/// The keys of one model's deployments, kept so that the lowest is found without looking at all.
///
/// Blocks of 16 keys, each with its lowest key and how many tie with it: a change costs one block, a pick one pass over
/// the blocks. At 1,024 keys that is as fast as a heap, at 3 it is faster, and unlike a heap it can choose among equals
/// evenly. No allocation except in `append`.
struct KeyOrder: Sendable {
    private static let width = 16

    /// Keys that are `excluded` are never picked.
    static let excluded = Double.infinity

    private(set) var count = 0
    private let tolerance: Double
    private var keys: [SIMD16<Double>] = []
    private var lowest: [Double] = []
    private var ties: [Int] = []

    init(tolerance: Double) {
        self.tolerance = tolerance
    }

    /// Adds a key behind the others.
    mutating func append(_ key: Double) {
        if count % Self.width == 0 {
            keys.append(SIMD16(repeating: Self.excluded))
            lowest.append(Self.excluded)
            ties.append(0)
        }
        count += 1
        self[count - 1] = key
    }

    /// The key at a place.
    subscript(_ place: Int) -> Double {
        get { keys[place / Self.width][place % Self.width] }
        set {
            let block = place / Self.width
            keys[block][place % Self.width] = newValue
            let least = keys[block].min()
            lowest[block] = least
            ties[block] = Self.count(keys[block], upTo: least + tolerance)
        }
    }

    /// Whether any key is not excluded.
    var hasCandidate: Bool {
        lowest.contains { $0 < Self.excluded }
    }

    /// The place of the lowest key, or of one within the tolerance of it by chance; nil when all are excluded.
    func pick(random: inout RandomSource) -> Int? {
        var least = Self.excluded
        for key in lowest where key < least { least = key }
        guard least < Self.excluded else { return nil }
        let limit = least + tolerance
        var total = 0
        for block in lowest.indices where lowest[block] <= limit { total += ties[block] }
        var chosen = total == 1 ? 0 : random.below(total)
        for block in lowest.indices where lowest[block] <= limit {
            guard chosen >= ties[block] else { return place(chosen, of: block, upTo: limit) }
            chosen -= ties[block]
        }
        preconditionFailure("a tie lies in one of the blocks")
    }

    /// The `number`-th key of a block that is not above `limit`. A block's own ties may reach a little above the limit
    /// of all; then the count goes round.
    private func place(_ number: Int, of block: Int, upTo limit: Double) -> Int {
        let candidates = keys[block]
        var left = number % Self.count(candidates, upTo: limit)
        for lane in 0..<Self.width where candidates[lane] <= limit {
            if left == 0 { return block * Self.width + lane }
            left -= 1
        }
        preconditionFailure("the block's lowest key is not above the limit")
    }

    private static func count(_ keys: SIMD16<Double>, upTo limit: Double) -> Int {
        var count = 0
        for lane in 0..<width where keys[lane] <= limit { count += 1 }
        return count
    }
}
