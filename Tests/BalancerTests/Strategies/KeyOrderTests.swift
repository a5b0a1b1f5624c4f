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
            #expect(order.hasCandidate == (lowest < KeyOrder.excluded))
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

    @Test func `an empty order has nothing`() {
        var random = RandomSource(seed: 1)
        let order = KeyOrder(tolerance: 0)
        #expect(order.pick(random: &random) == nil)
        #expect(!order.hasCandidate)
    }
}
