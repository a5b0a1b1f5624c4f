import Testing

@testable import Balancer

@Suite struct ByteRanksTests {
    @Test func `finds each set lane of every mask`() {
        for bits in 0..<256 {
            let set = (0..<8).filter { bits >> $0 & 1 == 1 }
            var lanes = SIMD8<Int64>()
            for lane in set { lanes[lane] = 1 }
            let ranks = ByteRanks(lanes .== 1)
            #expect(ranks.total == set.count)
            for (number, lane) in set.enumerated() {
                #expect(ranks.position(of: number) == lane)
                #expect(ranks.sum(before: lane) == number)
            }
        }
    }

    @Test func `finds where among counts the n-th lies`() {
        var random = RandomSource(seed: 3)
        for _ in 0..<200 {
            let counts = (0..<4).map { _ in random.below(9) }
            var bytes: UInt64 = 0
            var places: [Int] = []
            for (place, count) in counts.enumerated() {
                bytes |= UInt64(count) << UInt64(8 * place)
                places += Array(repeating: place, count: count)
            }
            let ranks = ByteRanks(bytes)
            #expect(ranks.total == places.count)
            for (number, place) in places.enumerated() {
                #expect(ranks.position(of: number) == place)
                #expect(ranks.sum(before: place) == counts[..<place].reduce(0, +))
            }
        }
    }
}
