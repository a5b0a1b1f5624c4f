import Balancer
import TestSupport
import Testing

@Suite struct ShuffleTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `spreads by weight, smoothly`(seed: UInt64) throws {
        let (balancer, _, _) = PoolFixture("simple-shuffle", size: 3, weights: [1, 2, 5], seed: seed).make()
        var counts = [0.0, 0, 0]
        for picks in 1...800 {
            counts[try balancer.run(.success())] += 1
            // Never more than one and a half turns from the exact share: random picks would be off by 20.
            for (count, weight) in zip(counts, [1.0, 2, 5]) {
                #expect(abs(count - Double(picks) * weight / 8) <= 1.5, "after \(picks): \(counts)")
            }
        }
    }

    @Test func `starts at another point with another seed`() throws {
        let firsts = try (0..<40).map { seed in
            try PoolFixture("simple-shuffle", size: 3, seed: UInt64(seed)).make().balancer.run(.success())
        }
        #expect(Set(firsts) == [0, 1, 2])
    }

    @Test func `one that was out does not catch up on the turns it missed`() async throws {
        let (balancer, _, _) = PoolFixture("simple-shuffle", size: 3).make()
        _ = try await balancer.drain("gpu-1")
        for _ in 0..<300 { try balancer.run(.success()) }
        _ = try await balancer.undrain("gpu-1")
        let picks = try (0..<9).map { _ in try balancer.run(.success()) }
        #expect(picks.count { $0 == 0 } <= 4, "\(picks)")
    }

    @Test func `a weight of zero is used only when nothing else is left`() async throws {
        let (balancer, _, _) = PoolFixture("simple-shuffle", size: 2, weights: [0, 1]).make()
        for _ in 0..<200 { #expect(try balancer.run(.success()) == 1) }
        _ = try await balancer.drain("gpu-2")
        #expect(try balancer.run(.success()) == 0)
    }
}
