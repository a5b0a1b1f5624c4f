import Testing

@testable import Balancer

@Suite struct KeyOrderTests {
    @Test(arguments: [1, 3, 8, 9, 16, 33, 100, 257, 1024])
    func `always finds what a scan finds`(size: Int) {
        var random = RandomSource(seed: UInt64(size))
        var chance = RandomSource(seed: 5)
        var order = KeyOrder(tolerance: 0)
        var keys: [Double] = []
        for _ in 0..<size {
            let key = Double(random.below(4))
            order.append(key)
            keys.append(key)
        }
        for _ in 0..<300 {
            let place = random.below(size)
            keys[place] = random.below(5) == 0 ? KeyOrder.excluded : Double(random.below(4))
            order[place] = keys[place]
            let picked = order.pick(random: &chance)
            let lowest = keys.min() ?? KeyOrder.excluded
            #expect(picked.map { keys[$0] } == (lowest < KeyOrder.excluded ? lowest : nil))
            let hasCandidate = order.hasCandidate
            #expect(hasCandidate == (lowest < KeyOrder.excluded))
        }
    }

    @Test(arguments: [2, 7, 20, 70, 600])
    func `equals are chosen evenly`(size: Int) {
        var random = RandomSource(seed: 11)
        var order = KeyOrder(tolerance: 0)
        for place in 0..<size { order.append(place % 3 == 2 ? 5 : 1) }
        let equals = (0..<size).count { $0 % 3 != 2 }
        var counts = [Int](repeating: 0, count: size)
        let draws = 400 * equals
        for _ in 0..<draws { counts[order.pick(random: &random) ?? 0] += 1 }
        for place in 0..<size {
            if place % 3 == 2 { #expect(counts[place] == 0) } else { #expect(abs(counts[place] - 400) < 120) }
        }
    }

    @Test(arguments: [3, 40, 300])
    func `nothing above the tolerance is picked`(size: Int) {
        var random = RandomSource(seed: 2)
        var order = KeyOrder(tolerance: 0.1)
        let keys = (0..<size).map { _ in random.unit() }
        for key in keys { order.append(key) }
        let lowest = keys.min() ?? 0
        var seen: Set<Int> = []
        for _ in 0..<5000 {
            guard let place = order.pick(random: &random) else { return #expect(Bool(false), "there are candidates") }
            #expect(keys[place] <= lowest + 0.1)
            seen.insert(place)
        }
        #expect(seen.count == keys.count { $0 <= lowest + 0.1 }, "each of the equals comes up")
    }

    /// The tree's shape decides how equals are numbered, and so what a seed picks. The digests are of its first version.
    @Test(
        arguments: [
            (3, 0.0, 0xC9EA_EC88_DAEF_32EE),
            (16, 0.0, 0xA355_1110_E0CB_404A),
            (40, 0.0, 0x50F8_6A53_A976_6F95),
            (300, 0.0, 0xCB96_1D72_E178_0738),
            (16, 0.1, 0x6CEC_62AB_2F7F_1A83),
            (40, 0.1, 0x43A4_43E2_7290_0249),
            (300, 0.1, 0x0B02_C011_CDE0_06B8),
        ] as [(Int, Double, UInt64)])
    func `a seed goes on picking the same places`(size: Int, tolerance: Double, expected: UInt64) {
        var random = RandomSource(seed: UInt64(size))
        var order = KeyOrder(tolerance: tolerance)
        for _ in 0..<size { order.append(Double(random.below(20)) / 20) }
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for _ in 0..<2000 {
            guard let place = order.pick(random: &random) else { return #expect(Bool(false), "there are candidates") }
            digest = (digest ^ UInt64(place)) &* 0x100_0000_01B3
            order[place] = random.below(9) == 0 ? KeyOrder.excluded : order[place] + Double(random.below(20)) / 20
            order[random.below(size)] = Double(random.below(20)) / 20
        }
        #expect(digest == expected)
    }

    @Test func `an empty order has nothing`() {
        var random = RandomSource(seed: 1)
        var order = KeyOrder(tolerance: 0)
        let (place, hasCandidate) = (order.pick(random: &random), order.hasCandidate)
        #expect(place == nil)
        #expect(!hasCandidate)
    }
}
