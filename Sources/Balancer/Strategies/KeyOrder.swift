/// The keys of one model's deployments, kept so that the lowest is found without looking at all.
///
/// A tree of eights: each node holds eight keys, its parent holds the lowest of them and how many deployments below tie
/// for it. At the top up to four nodes stand side by side, which saves small pools a level. A change goes up one path, a
/// pick goes down one. Unlike a heap it can choose among equals evenly. No allocation except in `append`.
struct KeyOrder: ~Copyable, Sendable {
    /// Keys that are `excluded` are never picked.
    static let excluded = Double.infinity

    /// How many nodes may stand side by side at the top.
    private static let mostTops = 4

    private let tolerance: Double
    private(set) var count = 0
    /// Level by level from the top. Slot s, which is lane s % 8 of node s / 8, has node `tops` + s below it.
    private var keys = Slab<SIMD8<Double>>()
    /// By slot of the upper levels: how many deployments below tie for the key. Below the lowest level each is one.
    private var ties = Slab<SIMD8<Int64>>()
    private var tops = 0
    /// The first slot of the lowest level, whose slots are the places.
    private var firstPlace = 0

    init(tolerance: Double) {
        self.tolerance = tolerance
    }

    /// Adds a key behind the others.
    mutating func append(_ key: Double) {
        if count == keys.count * 8 - firstPlace { grow() }
        count += 1
        self[count - 1] = key
    }

    /// The key at a place.
    subscript(_ place: Int) -> Double {
        @inline(__always) get { keys[scalar: firstPlace + place] }
        @inline(__always) set { change(firstPlace + place, to: newValue) }
    }

    /// Puts a key into a slot of the lowest level and brings what stands above it up to date.
    @inline(__always)
    private mutating func change(_ place: Int, to key: Double) {
        let old = keys[scalar: place]
        if old == key { return }
        if firstPlace == 0 { keys[scalar: place] = key } else { climb(place, from: old, to: key) }
    }

    /// `change` where there are levels above the lowest. Each node is read before one of its numbers is stored: read as a
    /// whole afterwards it would have to wait for that.
    private mutating func climb(_ place: Int, from formerKey: Double, to newKey: Double) {
        var slot = place
        var node = slot >> 3
        let former = keys[node]
        keys[scalar: slot] = newKey
        var key = min(newKey, former.lowest(exceptLane: slot & 7))
        let limit = key + tolerance
        var tied = Int64(ByteRanks(former .<= limit).total) &- (formerKey <= limit ? 1 : 0) &+ (newKey <= limit ? 1 : 0)
        while true {
            slot = node &- tops
            node = slot >> 3
            if node < tops { break }
            let formerKeys = keys[node]
            let formerTies = ties[node]
            let (formerKey, formerTied) = (keys[scalar: slot], ties[scalar: slot])
            keys[scalar: slot] = key
            ties[scalar: slot] = tied
            let lowest = min(key, formerKeys.lowest(exceptLane: slot & 7))
            let limit = lowest + tolerance
            tied =
                formerTies.sum(where: formerKeys .<= limit) &- (formerKey <= limit ? formerTied : 0)
                &+ (key <= limit ? tied : 0)
            key = lowest
        }
        keys[scalar: slot] = key
        ties[scalar: slot] = tied
    }

    /// Whether any key is not excluded.
    var hasCandidate: Bool {
        for node in 0..<tops where keys[node].lowest < Self.excluded { return true }
        return false
    }

    /// The place of the lowest key, or of one within the tolerance of it by chance; nil when all are excluded. Changes
    /// nothing, but what is not `mutating` is given a copy of the order's fields.
    @inline(__always)
    mutating func pick(random: inout RandomSource) -> Int? {
        var lowest = Self.excluded
        for node in 0..<tops { lowest = min(lowest, keys[node].lowest) }
        guard lowest < Self.excluded else { return nil }
        let limit = lowest + tolerance
        return firstPlace == 0 ? pickFlat(limit, &random) : descend(limit, &random)
    }

    /// `pick` where the tops are all there is.
    private mutating func pickFlat(_ limit: Double, _ random: inout RandomSource) -> Int {
        if tops == 1 {
            let equals = ByteRanks(keys[0] .<= limit)
            return equals.position(of: equals.total == 1 ? 0 : random.below(equals.total))
        }
        var counts: UInt64 = 0
        for node in 0..<tops {
            counts |= UInt64(truncatingIfNeeded: ByteRanks(keys[node] .<= limit).total) &<< UInt64(node &<< 3)
        }
        let equals = ByteRanks(counts)
        let number = equals.total == 1 ? 0 : random.below(equals.total)
        let node = equals.position(of: number)
        return node << 3 + ByteRanks(keys[node] .<= limit).position(of: number &- equals.sum(before: node))
    }

    /// `pick` down the levels.
    private mutating func descend(_ limit: Double, _ random: inout RandomSource) -> Int {
        var total: Int64 = 0
        for node in 0..<tops { total += ties[node].sum(where: keys[node] .<= limit) }
        var left = total == 1 ? 0 : Int64(random.below(Int(total)))
        var node = 0
        while true {
            let here = ties[node].sum(where: keys[node] .<= limit)
            if left < here { break }
            left -= here
            node += 1
        }
        let firstLeaf = firstPlace >> 3
        while true {
            let counted = SIMD8<Int64>().replacing(with: ties[node], where: keys[node] .<= limit)
            // Further down a tie may lie a little above the limit of all, up to the tolerance; then the count goes
            // round.
            if tolerance > 0 { left %= counted.wrappedSum() }
            let (lane, before) = counted.lane(of: left)
            left -= before
            node = tops + node << 3 + lane
            if node >= firstLeaf { break }
        }
        let equals = ByteRanks(keys[node] .<= limit)
        return node << 3 - firstPlace + equals.position(of: tolerance > 0 ? Int(left) % equals.total : Int(left))
    }

    /// Makes room for at least one more key; everything keeps its place.
    private mutating func grow() {
        let old = (0..<count).map { self[$0] }
        var below = 1
        while (count / 8 + below) / below > Self.mostTops { below *= 8 }
        tops = (count / 8 + below) / below
        var firstLeaf = 0
        var size = tops
        while below > 1 {
            firstLeaf += size
            size *= 8
            below /= 8
        }
        keys = Slab()
        ties = Slab()
        for _ in 0..<firstLeaf + size { keys.append(SIMD8(repeating: Self.excluded)) }
        for _ in 0..<firstLeaf { ties.append(SIMD8()) }
        firstPlace = firstLeaf << 3
        for (place, key) in old.enumerated() { self[place] = key }
    }
}
