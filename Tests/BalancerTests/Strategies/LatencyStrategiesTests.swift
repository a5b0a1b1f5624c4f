import Balancer
import TestSupport
import Testing

@Suite struct LatencyStrategiesTests {
    @Test(arguments: ["latency-based", "peak-ewma"])
    func `a box that is twice as fast gets more, not all`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 2).make()
        let box = LeaseBox()
        var places: [Int] = []
        for number in 0..<2000 {
            clock.advance(by: .milliseconds(50))
            let lease = try balancer.pick(ModelID(index: 0), .after())
            places.append(lease.instance.index)
            box.put(lease, as: number)
            if number >= 6 { box.settle(number - 6, .success(.milliseconds(places[number - 6] == 0 ? 200 : 400))) }
        }
        box.settleAll()
        let share = Double(places.count { $0 == 0 }) / 2000
        #expect(share > 0.55 && share < 0.8, "\(share)")
    }

    @Test(arguments: ["latency-based", "peak-ewma"])
    func `the first token counts as soon as it is known, and once`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 2).make()
        clock.advance(by: .seconds(1))
        var slow = try balancer.pick(ModelID(index: 0), .after(1))
        slow.firstToken(after: .seconds(9))
        // Still in flight, and already known to be slow: nobody else is sent there.
        for _ in 0..<8 { #expect(try balancer.run(.ignored) == 1) }
        slow.firstToken(after: .milliseconds(1))
        slow.settle(.success(.milliseconds(1)))
        for _ in 0..<8 { #expect(try balancer.run(.ignored) == 1) }
    }

    @Test(arguments: ["latency-based", "peak-ewma"])
    func `a box that only loaded models at once is not taken for a fast one`(strategy: String) throws {
        let shares = try [Outcome.loaded(.milliseconds(1)), .loaded(nil), .ignored].map { outcome in
            let (balancer, clock, _) = PoolFixture(strategy, size: 2).make()
            for _ in 0..<40 {
                clock.advance(by: .milliseconds(100))
                try balancer.run(outcome, after: .after(1))
                try balancer.run(.success(.milliseconds(400)), after: .after(0))
            }
            return try (0..<200).reduce(into: 0) { sum, _ in
                clock.advance(by: .milliseconds(100))
                sum += try balancer.run(.ignored)
            }
        }
        #expect(shares[0] == shares[2] && shares[1] == shares[2], "\(shares)")
    }

    @Test func `peak-ewma leaves a box that slows down at once`() throws {
        let (balancer, clock, _) = PoolFixture("peak-ewma", size: 2).make()
        for _ in 0..<40 {
            clock.advance(by: .milliseconds(100))
            try balancer.run(.success(.milliseconds(100)))
        }
        try balancer.run(.success(.seconds(3)), after: .after(1))
        for _ in 0..<30 { #expect(try balancer.run(.success(.milliseconds(100))) == 1) }
    }

    @Test(arguments: ["latency-based", "peak-ewma"])
    func `a slow box is measured again after a while`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 2).make()
        try balancer.run(.success(.seconds(2)), after: .after(1))
        var first: Int?
        for step in 0..<4000 {
            clock.advance(by: .milliseconds(100))
            if try balancer.run(.success(.milliseconds(200))) == 0 {
                first = step
                break
            }
        }
        // Ten times slower: back after 2.3 time constants, of 10 or 60 seconds.
        #expect(first.map { $0 > 50 && $0 < 1700 } == true, "after \(first ?? -1) steps of 100 ms")
    }

    @Test func `a second first token does not count`() throws {
        let (balancer, _, _) = PoolFixture("peak-ewma", size: 2).make()
        try balancer.run(.success(.milliseconds(500)), after: .after(0))
        var lease = try balancer.pick(ModelID(index: 0), .after(1))
        lease.firstToken(after: .milliseconds(100))
        lease.firstToken(after: .seconds(9))
        lease.settle(.ignored)
        for _ in 0..<10 { #expect(try balancer.run(.ignored) == 0) }
    }
}
