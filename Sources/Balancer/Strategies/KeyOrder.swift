/// The keys of one model's deployments, kept so that the lowest is found without looking at all, and of equals the one
/// that was served longest ago.
///
/// A tree of eights: each node holds eight keys, its parent holds the lowest of them and when the longest unserved of
/// those below that tie for it was served. At the top up to four nodes stand side by side, which saves small pools a
/// level. A change goes up one path, a pick goes down one. No allocation except in `append`.
struct KeyOrder: ~Copyable, Sendable {
    /// Keys that are `excluded` are never picked.
    static let excluded = Double.infinity

    /// How many nodes may stand side by side at the top.
    private static let mostTops = 4

    private let tolerance: Double
    private(set) var count = 0
    /// Level by level from the top. Slot s, which is lane s % 8 of node s / 8, has node `tops` + s below it.
    private var keys = Slab<SIMD8<Double>>()
    /// By the same slots: when it was last served, or of those below that tie for the key the one served longest ago.
    /// A time says whose it is as well: it is the clock plus the place. Whole numbers, good to 2^52: with a thousand
    /// places, for four million million picks.
    private var times = Slab<SIMD8<Double>>()
    private var tops = 0
    /// Places there is room for, a power of two.
    private var span = 1
    /// Rises by `span` with each serving.
    private var clock = 0.0
    private var step = 1.0
    /// The first slot of the lowest level, whose slots are the places.
    private var firstPlace = 0

    init(tolerance: Double) {
        self.tolerance = tolerance
    }

    /// Adds a key behind the others, as if it had been served now.
    mutating func append(_ key: Double) {
        if count == keys.count * 8 - firstPlace { grow() }
        count += 1
        serve(count - 1, key: key)
    }

    /// The key at a place.
    subscript(_ place: Int) -> Double {
        @inline(__always) get { keys[scalar: firstPlace + place] }
        @inline(__always) set {
            let slot = firstPlace + place
            if keys[scalar: slot] == newValue { return }
            if firstPlace == 0 { keys[scalar: slot] = newValue } else { climb(slot, newValue, times[scalar: slot]) }
        }
    }

    /// A number that is lower the longer a place has not been served.
    @inline(__always)
    func served(_ place: Int) -> Double { times[scalar: firstPlace + place] }

    /// Notes that a place is served, and its key from then on.
    @inline(__always)
    mutating func serve(_ place: Int, key: Double) {
        clock += step
        put(place, key, clock + Double(place))
    }

    @inline(__always)
    private mutating func put(_ place: Int, _ key: Double, _ time: Double) {
        let slot = firstPlace + place
        if firstPlace == 0 {
            keys[scalar: slot] = key
            times[scalar: slot] = time
        } else {
            climb(slot, key, time)
        }
    }

    /// Changes a slot of the lowest level where there are levels above it, and brings those up to date. Each node is read
    /// before one of its numbers is stored: read as a whole afterwards it would have to wait for that.
    private mutating func climb(_ place: Int, _ newKey: Double, _ newTime: Double) {
        var (slot, key, time) = (place, newKey, newTime)
        while true {
            let node = slot >> 3
            let others = keys[node].without(lane: slot & 7)
            let formerTimes = times[node]
            keys[scalar: slot] = key
            times[scalar: slot] = time
            if node < tops { return }
            let lowest = min(key, others.lowest)
            let limit = lowest + tolerance
            let oldest = formerTimes.lowest(where: others .<= limit)
            time = key <= limit ? min(time, oldest) : oldest
            key = lowest
            slot = node &- tops
        }
    }

    /// Whether any key is not excluded.
    var hasCandidate: Bool {
        for node in 0..<tops where keys[node].lowest < Self.excluded { return true }
        return false
    }

    /// The place of the lowest key; of those within the tolerance of it the one that was served longest ago. Nil when all
    /// are excluded. Changes nothing, but what is not `mutating` is given a copy of the order's fields.
    @inline(__always)
    mutating func pick() -> Int? {
        if tops == 1 && firstPlace == 0 {
            let lowest = keys[0].lowest
            guard lowest < Self.excluded else { return nil }
            return place(of: times[0].lowest(where: keys[0] .<= lowest + tolerance))
        }
        var lowest = Self.excluded
        for node in 0..<tops { lowest = min(lowest, keys[node].lowest) }
        guard lowest < Self.excluded else { return nil }
        let limit = lowest + tolerance
        var oldest = Double.infinity
        for node in 0..<tops { oldest = min(oldest, times[node].lowest(where: keys[node] .<= limit)) }
        let place = self.place(of: oldest)
        return firstPlace == 0 || keys[scalar: firstPlace + place] <= limit ? place : search(limit)
    }

    /// `pick` where the oldest of those that tie below their node is above the limit of all, by the tolerance at most.
    @inline(never)
    private mutating func search(_ limit: Double) -> Int {
        var oldest = Double.infinity
        for top in 0..<tops { search(top, limit, &oldest) }
        return place(of: oldest)
    }

    /// Looks for older times than `oldest` at or below a node: none there is older than the node says.
    private mutating func search(_ node: Int, _ limit: Double, _ oldest: inout Double) {
        if node >= firstPlace >> 3 {
            oldest = min(oldest, times[node].lowest(where: keys[node] .<= limit))
            return
        }
        let (keys, times) = (keys[node], times[node])
        for lane in 0..<8 where keys[lane] <= limit && times[lane] < oldest {
            search(tops + node << 3 + lane, limit, &oldest)
        }
    }

    /// The sum's last bits are the whole number's; a conversion would ask first whether it fits.
    @inline(__always)
    private func place(of time: Double) -> Int {
        Int(truncatingIfNeeded: (time + 0x1p52).bitPattern) & (span &- 1)
    }

    /// Makes room for at least one more key; everything keeps its place.
    private mutating func grow() {
        let old = (0..<count).map { (key: self[$0], clock: served($0) - Double($0)) }
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
        times = Slab()
        for _ in 0..<firstLeaf + size {
            keys.append(SIMD8(repeating: Self.excluded))
            times.append(SIMD8())
        }
        firstPlace = firstLeaf << 3
        let formerStep = step
        while span < keys.count * 8 - firstPlace { span *= 2 }
        step = Double(span)
        clock *= step / formerStep
        for (place, last) in old.enumerated() {
            put(place, last.key, last.clock * (step / formerStep) + Double(place))
        }
    }
}
