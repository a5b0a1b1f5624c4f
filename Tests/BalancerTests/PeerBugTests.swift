import Balancer
import TestSupport
import Testing

/// What users of other balancers have reported, each shown not to happen here.
@Suite struct PeerBugTests {
    let model = ModelID(index: 0)

    /// Requests that take `hold` further picks to end; how many went where.
    func spread(_ balancer: PoolBalancer, _ clock: ManualClock, count: Int, hold: Int, outcome: (Int) -> Outcome)
        throws -> [Int]
    {
        let box = LeaseBox()
        var counts = [Int](repeating: 0, count: balancer.snapshot().instances.count)
        var places: [Int: Int] = [:]
        for number in 0..<count {
            clock.advance(by: .milliseconds(50))
            let lease = try balancer.pick(model, .after())
            let instance = lease.instance.index
            counts[instance] += 1
            places[number] = instance
            box.put(lease, as: number)
            if let place = places[number - hold] { box.settle(number - hold, outcome(place)) }
        }
        box.settleAll()
        return counts
    }

    // litellm #39322, PR #40401: the counter drifts, ties always take the first, one box gets nearly all.
    @Test(arguments: [1, 3, 10]) func `least-busy does not collapse onto one box`(hold: Int) throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 4).make()
        var turn = 0
        let counts = try spread(balancer, clock, count: 2000, hold: hold) { _ in
            turn += 1
            return turn % 3 == 0 ? .ignored : .success()
        }
        #expect(counts.allSatisfy { $0 > 380 && $0 < 620 }, "\(counts)")
        #expect(balancer.snapshot().inFlight == 0)
    }

    @Test func `least-busy settles the very first tie by chance`() throws {
        let firsts = try (0..<40).map { seed in
            try PoolFixture("least-busy", size: 4, seed: UInt64(seed)).make().balancer.run(.success())
        }
        #expect(Set(firsts) == [0, 1, 2, 3])
    }

    // ROUTING.md 6: counters per model do not see the other models of the box.
    @Test func `least-busy sees the other models of the box`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.addModel("gemma", strategy: "simple-shuffle", onFirst: 1)
        let (balancer, _, _) = fixture.make()
        let box = LeaseBox()
        for number in 0..<5 { box.put(try balancer.pick(ModelID(index: 1), .after()), as: number) }
        for _ in 0..<20 { #expect(try balancer.run(.success()) == 1) }
        box.settleAll()
    }

    // olla #144: a box that answers 503 in no time attracts the most traffic. litellm PR #34836: never taken out.
    @Test(arguments: Strategies.names, [Failure.serverError(status: 500), .saturated(retryAfter: nil), .refused])
    func `a box that fails fast is no black hole`(strategy: String, failure: Failure) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 3, isProbed: true).make()
        let box = LeaseBox()
        var wasted = 0
        for number in 0..<1000 {
            clock.advance(by: .milliseconds(20))
            let lease = try balancer.pick(model, .after())
            if lease.instance.index == 1 {
                wasted += 1
                lease.settle(.failed(failure))
            } else {
                box.put(lease, as: number)
            }
            box.settle(number - 10, .success())
        }
        box.settleAll()
        #expect(wasted <= 25, "\(wasted) of 1,000 went into the hole")
    }

    // litellm PR #27610: refused connections were excluded from cooldown.
    @Test(arguments: Strategies.names) func `a box that refuses is out after one request`(strategy: String) throws {
        let (balancer, _, _) = PoolFixture(strategy, size: 3, isProbed: true).make()
        try balancer.run(.failed(.refused), after: .after(0, 2))
        for _ in 0..<100 { #expect(try balancer.run(.success()) != 1) }
    }

    // A box that was bad once is never sampled again: hours idle.
    @Test(arguments: Strategies.names) func `a box that recovers gets its share again`(strategy: String) throws {
        var fixture = PoolFixture(strategy, size: 3)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        _ = try spread(balancer, clock, count: 200, hold: 3) { _ in .success() }
        for _ in 0..<5 { try balancer.run(.failed(.timedOut), after: .after(0, 2)) }
        #expect(balancer.states[1] == "cooling_down")
        clock.advance(by: .seconds(36))
        let counts = try spread(balancer, clock, count: 600, hold: 3) { _ in .success() }
        #expect(counts[1] > 120, "\(counts)")
    }

    // The same with a box that was restarted: probes, not a trial, bring it back.
    @Test(arguments: Strategies.names)
    func `a box that was restarted gets its share again`(strategy: String) async throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 3, isProbed: true).make()
        _ = try spread(balancer, clock, count: 200, hold: 3) { _ in .success() }
        try balancer.run(.failed(.refused), after: .after(0, 2))
        for _ in 0..<3 { await balancer.observe(.bad(1)) }
        for _ in 0..<2 { await balancer.observe(.good(1)) }
        let counts = try spread(balancer, clock, count: 600, hold: 3) { _ in .success() }
        #expect(counts[1] > 120, "\(counts)")
    }

    // litellm PR #25548: the window froze on its oldest samples, one cold start was held against a box for ever.
    @Test(arguments: ["latency-based", "peak-ewma"])
    func `one cold start is forgotten`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 3).make()
        _ = try spread(balancer, clock, count: 300, hold: 3) { _ in .success() }
        try balancer.run(.success(.seconds(20)), after: .after(0, 2))
        // Six minutes of ordinary traffic, then what is its share?
        _ = try spread(balancer, clock, count: 7200, hold: 3) { _ in .success() }
        let counts = try spread(balancer, clock, count: 600, hold: 3) { _ in .success() }
        #expect(counts[1] > 100, "\(counts)")
    }

    // litellm's latency routing has no in-flight term: everything goes to one box until its first slow answer.
    @Test(arguments: ["latency-based", "peak-ewma"])
    func `a burst does not herd onto the fastest box`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 4).make()
        _ = try spread(balancer, clock, count: 400, hold: 3) { place in
            .success(.milliseconds(place == 2 ? 100 : 200))
        }
        let box = LeaseBox()
        var counts = [0, 0, 0, 0]
        for number in 0..<50 {
            let lease = try balancer.pick(model, .after())
            counts[lease.instance.index] += 1
            box.put(lease, as: number)
        }
        box.settleAll()
        #expect(counts[2] == counts.max(), "the fast one gets the most: \(counts)")
        #expect(counts.allSatisfy { $0 >= 5 && $0 <= 27 }, "\(counts)")
    }

    // litellm PR #40202: time per token of the whole answer made a slow box look fast. Ours is per prompt token.
    @Test func `long prompts do not make a box look slow`() throws {
        let (balancer, clock, _) = PoolFixture("latency-based", size: 2).make()
        // gpu-1 gets prompts of 4,000 tokens in 2 s (0.49 ms a token), gpu-2 of 100 tokens in 0.5 s (3 ms a token).
        for _ in 0..<20 {
            clock.advance(by: .milliseconds(100))
            try balancer.run(.success(.seconds(2), tokens: 4000), after: .after(1))
            try balancer.run(.success(.milliseconds(500), tokens: 100), after: .after(0))
        }
        for _ in 0..<20 { #expect(try balancer.run(.ignored) == 0) }
    }

    // litellm #40130: 60 s recorded, 0.7 s applied. PR #34836: a cooled box is served again within 10 s.
    @Test func `a cooldown lasts as long as it says`() async throws {
        var fixture = PoolFixture("least-busy", size: 2, isProbed: true)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        for _ in 0..<5 { try balancer.run(.failed(.timedOut), after: .after(0)) }
        for _ in 0..<299 {
            clock.advance(by: .milliseconds(100))
            await balancer.observe(.good(1))
            #expect(try balancer.run(.success()) == 0)
        }
    }

    // litellm #25504: no way to see a cooldown.
    @Test func `a cooldown is visible with its reason`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, _, _) = fixture.make()
        for _ in 0..<5 { try balancer.run(.failed(.serverError(status: 502)), after: .after(0)) }
        let row = balancer.snapshot().deployments[1]
        #expect(row.state == "cooling_down" && row.breaker == "open" && row.failures == 5)
        let reason = try #require(row.reason)
        #expect(reason.hasPrefix("cooling down for 3") && reason.hasSuffix(" s after answers with status 502"))
    }
}
