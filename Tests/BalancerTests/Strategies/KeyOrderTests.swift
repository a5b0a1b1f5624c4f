import Testing

@testable import Balancer

@Suite struct KeyOrderTests {
    @Test(arguments: [1, 3, 8, 9, 16, 33, 100, 257, 1024])
    func `always finds what a scan finds`(size: Int) {
        var random = RandomSource(seed: UInt64(size))
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
            let picked = order.pick()
            let lowest = keys.min() ?? KeyOrder.excluded
            #expect(picked.map { keys[$0] } == (lowest < KeyOrder.excluded ? lowest : nil))
            let hasCandidate = order.hasCandidate
            #expect(hasCandidate == (lowest < KeyOrder.excluded))
        }
    }

    @Test(arguments: [2, 7, 20, 70, 600])
    func `equals take turns`(size: Int) {
        var order = KeyOrder(tolerance: 0)
        for place in 0..<size { order.append(place % 3 == 2 ? 5 : 1) }
        let equals = (0..<size).count { $0 % 3 != 2 }
        var counts = [Int](repeating: 0, count: size)
        for _ in 0..<(4 * equals) {
            let place = order.pick() ?? 0
            counts[place] += 1
            order.serve(place, key: order[place])
        }
        for place in 0..<size { #expect(counts[place] == (place % 3 == 2 ? 0 : 4)) }
    }

    @Test(arguments: [1, 3, 9, 33, 100, 257, 1024])
    func `of equals the one served longest ago is always found`(size: Int) {
        var random = RandomSource(seed: UInt64(size))
        var order = KeyOrder(tolerance: 0)
        for _ in 0..<size { order.append(0) }
        var served = Array(0..<size)
        for step in 0..<400 {
            let place = random.below(size)
            if random.below(2) == 0 {
                order[place] = random.below(6) == 0 ? KeyOrder.excluded : Double(random.below(3))
            } else {
                order.serve(place, key: Double(random.below(3)))
                served[place] = size + step
            }
            let lowest = (0..<size).map { order[$0] }.min() ?? KeyOrder.excluded
            let expected = (0..<size).filter { order[$0] == lowest }.min { served[$0] < served[$1] }
            #expect(order.pick() == (lowest < KeyOrder.excluded ? expected : nil))
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
            guard let place = order.pick() else { return #expect(Bool(false), "there are candidates") }
            #expect(keys[place] <= lowest + 0.1)
            seen.insert(place)
            order.serve(place, key: order[place])
        }
        #expect(seen.count == keys.count { $0 <= lowest + 0.1 }, "each of the equals comes up")
    }

    @Test func `an empty order has nothing`() {
        var order = KeyOrder(tolerance: 0)
        let (place, hasCandidate) = (order.pick(), order.hasCandidate)
        #expect(place == nil)
        #expect(!hasCandidate)
    }
}
