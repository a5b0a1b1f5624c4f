/// The keys of one model's deployments, kept so that the lowest is found without looking at all.
///
/// A tree of eights: each node holds eight keys and how many deployments below tie for each, its parent holds the
/// lowest of them and the sum of its ties. At the top up to four nodes stand side by side, which saves small pools a
/// level. A change goes up one path, a pick goes down one. Unlike a heap it can choose
/// among equals evenly. No allocation except in `append`.
struct KeyOrder: Sendable {
    private struct Node: Sendable {
        var keys = SIMD8<Double>(repeating: KeyOrder.excluded)
        var ties = SIMD8<Int64>()

        /// How many deployments below have a key of at most `limit`; a tie counts where its lowest key does.
        @inline(__always)
        func count(upTo limit: Double) -> Int64 {
            SIMD8<Int64>().replacing(with: ties, where: keys .<= limit).wrappedSum()
        }

        /// The lowest key. `min()` of the library is not inlined.
        @inline(__always)
        var lowest: Double {
            let four = keys.lowHalf.replacing(with: keys.highHalf, where: keys.highHalf .< keys.lowHalf)
            let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .< four.lowHalf)
            return two[0] < two[1] ? two[0] : two[1]
        }

        /// Writes one lane. By a mask: a lane stored alone makes the vector load that follows wait for it.
        @inline(__always)
        mutating func set(_ lane: Int, key: Double, ties count: Int64) {
            let lanes = SIMD8<Double>(0, 1, 2, 3, 4, 5, 6, 7) .== Double(lane)
            keys.replace(with: key, where: lanes)
            ties.replace(with: count, where: lanes)
        }

        /// The lane that holds the `number`-th of the deployments counted by `count(upTo:)`, and how many of these lie
        /// before it. Without branches: which lane it is cannot be foreseen.
        @inline(__always)
        func lane(of number: Int64, upTo limit: Double) -> (lane: Int, before: Int64) {
            let counted = SIMD8<Int64>().replacing(with: ties, where: keys .<= limit)
            var sum: Int64 = 0
            var lane = 0
            var before: Int64 = 0
            for index in 0..<8 {
                sum += counted[index]
                lane += sum <= number ? 1 : 0
                before = sum <= number ? sum : before
            }
            return (lane, before)
        }
    }

    /// Keys that are `excluded` are never picked.
    static let excluded = Double.infinity

    /// How many nodes may stand side by side at the top.
    private static let mostTops = 4

    private let tolerance: Double
    private(set) var count = 0
    /// Level by level from the top: the children of node n are the eight from `tops` + 8 n.
    private var nodes: [Node] = []
    private var tops = 0
    /// Where the lowest level begins; its lanes are the places.
    private var firstLeaf = 0

    init(tolerance: Double) {
        self.tolerance = tolerance
    }

    /// Adds a key behind the others.
    mutating func append(_ key: Double) {
        if count == (nodes.count - firstLeaf) * 8 { grow() }
        count += 1
        self[count - 1] = key
    }

    /// The key at a place.
    subscript(_ place: Int) -> Double {
        get { nodes[firstLeaf + place >> 3].keys[place & 7] }
        set {
            let (tops, tolerance) = (tops, tolerance)
            var index = firstLeaf + place >> 3
            nodes.withUnsafeMutableBufferPointer { nodes in
                var lane = place & 7
                var key = newValue
                var ties: Int64 = newValue < Self.excluded ? 1 : 0
                while true {
                    var node = nodes[index]
                    node.set(lane, key: key, ties: ties)
                    nodes[index] = node
                    if index < tops { return }
                    key = node.lowest
                    ties = node.count(upTo: key + tolerance)
                    lane = (index - tops) & 7
                    index = (index - tops) >> 3
                }
            }
        }
    }

    /// Whether any key is not excluded.
    var hasCandidate: Bool {
        for index in 0..<tops where nodes[index].lowest < Self.excluded { return true }
        return false
    }

    /// The place of the lowest key, or of one within the tolerance of it by chance; nil when all are excluded.
    func pick(random: inout RandomSource) -> Int? {
        nodes.withUnsafeBufferPointer { nodes in
            var lowest = Self.excluded
            for index in 0..<tops { lowest = Swift.min(lowest, nodes[index].lowest) }
            guard lowest < Self.excluded else { return nil }
            let limit = lowest + tolerance
            var total: Int64 = 0
            for index in 0..<tops { total += nodes[index].count(upTo: limit) }
            var left = total == 1 ? 0 : Int64(random.below(Int(total)))
            var index = 0
            while true {
                let here = nodes[index].count(upTo: limit)
                if left < here { break }
                left -= here
                index += 1
            }
            while true {
                let node = nodes[index]
                // Further down a tie may lie a little above the limit of all, up to the tolerance; then the count goes
                // round.
                if tolerance > 0 { left %= node.count(upTo: limit) }
                let (lane, before) = node.lane(of: left, upTo: limit)
                if index >= firstLeaf { return (index - firstLeaf) << 3 + lane }
                left -= before
                index = tops + index << 3 + lane
            }
        }
    }

    /// Makes room for at least one more key; everything keeps its place.
    private mutating func grow() {
        let old = (0..<count).map { self[$0] }
        var below = 1
        while (count / 8 + below) / below > Self.mostTops { below *= 8 }
        tops = (count / 8 + below) / below
        firstLeaf = 0
        var size = tops
        while below > 1 {
            firstLeaf += size
            size *= 8
            below /= 8
        }
        nodes = Array(repeating: Node(), count: firstLeaf + size)
        for (place, key) in old.enumerated() { self[place] = key }
    }
}
