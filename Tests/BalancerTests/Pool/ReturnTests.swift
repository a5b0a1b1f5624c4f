import Balancer
import TestSupport
import Testing

/// Boxes that come back are tried soon, whatever the strategy thinks of them.
@Suite struct ReturnTests {
    enum Trouble: CaseIterable, Sendable {
        /// Connections are refused and probes fail.
        case gone
        /// Probes fail, no request was there.
        case silent
        /// Requests fail until the breaker opens; probes go on to succeed.
        case failing
        /// One request has failed, the breaker is closed.
        case stumbled
    }

    private let model = ModelID(index: 0)

    /// A pool of three in which all have answered fast.
    private func warmPool(_ strategy: String) async throws -> (balancer: PoolBalancer, clock: ManualClock) {
        var fixture = PoolFixture(strategy, size: 3, isProbed: true)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        for instance in 0..<3 { await balancer.observe(.good(instance)) }
        for _ in 0..<150 {
            clock.advance(by: .milliseconds(20))
            try balancer.run(.success(.milliseconds(1)))
        }
        return (balancer, clock)
    }

    /// Five seconds between probes of the first box, ten requests a second; how many of them it got.
    private func interval(_ balancer: PoolBalancer, _ clock: ManualClock, sick: Outcome?) throws -> Int {
        var count = 0
        for _ in 0..<50 {
            clock.advance(by: .milliseconds(100))
            let lease = try balancer.pick(model, .after())
            let isFirst = lease.instance.index == 0
            if isFirst { count += 1 }
            lease.settle(isFirst ? sick ?? .success(.milliseconds(1)) : .success(.milliseconds(1)))
        }
        return count
    }

    /// `latency-based` sent a box that had healed none of 120 requests: its estimate forgets a failure in minutes.
    @Test(arguments: Strategies.names, Trouble.allCases)
    func `a box that has healed is tried within rise + 1 probe intervals`(
        strategy: String, trouble: Trouble
    ) async throws {
        let (balancer, clock) = try await warmPool(strategy)
        let sick: Outcome = trouble == .gone ? .failed(.refused) : .failed(.serverError(status: 500))
        let failures = [Trouble.gone: 1, .silent: 0, .failing: 5, .stumbled: 1][trouble] ?? 0
        for _ in 0..<failures { try balancer.run(sick, after: .after(1, 2)) }
        if trouble != .stumbled {
            // Longer than a breaker is open.
            for _ in 0..<8 {
                await balancer.observe(trouble == .failing ? .good(0) : .bad(0))
                let count = try interval(balancer, clock, sick: sick)
                if trouble != .failing { #expect(count == 0 || trouble == .silent) }
            }
        }
        if trouble == .failing { for _ in 0..<14 { _ = try interval(balancer, clock, sick: sick) } }
        var counts: [Int] = []
        for _ in 0..<3 {
            counts.append(try interval(balancer, clock, sick: nil))
            await balancer.observe(.good(0))
        }
        counts.append(try interval(balancer, clock, sick: nil))
        #expect(counts.prefix(3).reduce(0, +) > 0 || counts[3] > 0 && trouble == .failing, "\(counts)")
        // Once it has answered it is one of them again.
        let after = try interval(balancer, clock, sick: nil) + interval(balancer, clock, sick: nil)
        #expect(after >= 5, "\(after) of 100 after \(counts)")
    }

    @Test func `one request at a time is sent to find out, and one that says nothing is followed by another`()
        async throws
    {
        let (balancer, clock) = try await warmPool("latency-based")
        try balancer.run(.failed(.serverError(status: 500)), after: .after(1, 2))
        for _ in 0..<20 { #expect(try balancer.run(.success(.milliseconds(1))) != 0) }
        await balancer.observe(.good(0))
        for _ in 0..<20 { #expect(try balancer.run(.success(.milliseconds(1))) != 0) }
        await balancer.observe(.good(0))
        let trial = try balancer.pick(model, .after())
        #expect(trial.instance.index == 0)
        for _ in 0..<20 {
            clock.advance(by: .milliseconds(10))
            #expect(try balancer.run(.success(.milliseconds(1))) != 0)
        }
        await balancer.observe(.good(0))
        #expect(try balancer.run(.success(.milliseconds(1))) != 0)
        trial.settle(.ignored)
        #expect(try balancer.run(.failed(.serverError(status: 500))) == 0)
        for _ in 0..<20 { #expect(try balancer.run(.success(.milliseconds(1))) != 0) }
    }

    @Test(arguments: Strategies.names)
    func `where nobody probes a failure is forgiven after the time a breaker is open`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 3).make()
        for _ in 0..<60 { try balancer.run(.success(.milliseconds(1))) }
        try balancer.run(.failed(.timedOut), after: .after(1, 2))
        var counts = 0
        for _ in 0..<310 {
            clock.advance(by: .milliseconds(100))
            if try balancer.run(.success(.milliseconds(1))) == 0 { counts += 1 }
        }
        #expect(counts > 0)
    }
}
