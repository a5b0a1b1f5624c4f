import TestSupport
import Testing

@testable import Balancer

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
        /// The same, and a request that was there before has gone well behind it.
        case stumbledBeside
    }

    private let model = ModelID(index: 0)

    /// A pool of three in which all have answered fast.
    private func warmPool(
        _ strategy: String, isProbed: Bool = true
    ) async throws -> (balancer: PoolBalancer, clock: ManualClock) {
        var fixture = PoolFixture(strategy, size: 3, isProbed: isProbed)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        if isProbed { for instance in 0..<3 { await balancer.observe(.good(instance)) } }
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
        let failures = [Trouble.silent: 0, .failing: 5][trouble] ?? 1
        let older = LeaseBox()
        if trouble == .stumbledBeside { older.put(try balancer.pick(model, .after(1, 2)), as: 0) }
        for _ in 0..<failures { try balancer.run(sick, after: .after(1, 2)) }
        older.settle(0, .success(.milliseconds(1)))
        if trouble != .stumbled, trouble != .stumbledBeside {
            // Longer than a breaker is open.
            for _ in 0..<8 {
                await balancer.observe(trouble == .failing ? .good(0) : .bad(0))
                let count = try interval(balancer, clock, sick: sick)
                if trouble != .failing { #expect(count == 0 || trouble == .silent) }
            }
        }
        var counts: [Int] = []
        for _ in 0..<3 {
            counts.append(try interval(balancer, clock, sick: nil))
            await balancer.observe(.good(0))
        }
        #expect(counts.reduce(0, +) > 0, "\(counts)")
        // Once it has answered it is one of them again.
        let after = try interval(balancer, clock, sick: nil) + interval(balancer, clock, sick: nil)
        #expect(after >= 5, "\(after) of 100 after \(counts)")
    }

    /// A failure that a request behind it has answered for is none that good probes have to disprove: the trial would forget what was learned.
    @Test(arguments: Strategies.names, [true, false])
    func `no trial is owed after a failure that newer requests stand behind`(
        strategy: String, isProbed: Bool
    ) async throws {
        let (balancer, clock) = try await warmPool(strategy, isProbed: isProbed)
        try balancer.run(.failed(.serverError(status: 500)), after: .after(1, 2))
        // Longer than a request takes.
        clock.advance(by: .seconds(2))
        for _ in 0..<3 { try balancer.run(.success(.milliseconds(1)), after: .after(1, 2)) }
        if isProbed { for _ in 0..<4 { await balancer.observe(.good(0)) } } else { clock.advance(by: .seconds(60)) }
        for _ in 0..<6 {
            clock.advance(by: .milliseconds(1))
            let lease = try balancer.pick(model, .after())
            #expect(lease.grant.proof == .none)
            lease.settle(.success(.milliseconds(1)))
        }
    }

    /// A box that hangs may answer probes all the while: each trial is a client's wait, so time has its say.
    @Test(arguments: Strategies.names)
    func `a box that does not answer is not tried sooner for its good probes`(strategy: String) async throws {
        let (balancer, clock) = try await warmPool(strategy)
        for _ in 0..<5 { try balancer.run(.failed(.timedOut), after: .after(1, 2)) }
        for _ in 0..<5 {
            await balancer.observe(.good(0))
            #expect(try interval(balancer, clock, sick: .failed(.timedOut)) == 0)
        }
        await balancer.observe(.good(0))
        var count = 0
        for _ in 0..<3 { count += try interval(balancer, clock, sick: nil) }
        #expect(count > 0, "one successful trial brings it back")
    }

    /// So that a box which fails again, or has to load its model first, does not have a third of all requests at once.
    @Test(arguments: Strategies.names)
    func `a box that comes back has one request, and more with each that succeeds`(strategy: String) async throws {
        let (balancer, clock) = try await warmPool(strategy)
        for _ in 0..<3 { await balancer.observe(.bad(0)) }
        for _ in 0..<2 { await balancer.observe(.good(0)) }
        let box = LeaseBox()
        var (number, own) = (0, [Int]())
        func begin(_ count: Int) throws -> Int {
            let before = own.count
            for _ in 0..<count {
                let lease = try balancer.pick(model, .after())
                if lease.instance.index == 0 { own.append(number) }
                box.put(lease, as: number)
                number += 1
            }
            return own.count - before
        }
        #expect(try begin(12) == 1)
        var allowed = 1
        for _ in 0..<4 where allowed < 16 {
            clock.advance(by: .milliseconds(50))
            for number in own { box.settle(number, .success(.milliseconds(1))) }
            allowed += own.count
            own = []
            let more = try begin(24)
            #expect(more > 0 && more <= allowed || allowed >= 16, "\(more), not \(allowed)")
        }
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0)
    }

    @Test(arguments: Strategies.names)
    func `a box that comes back to an empty pool has all of it`(strategy: String) async throws {
        let (balancer, _, _) = PoolFixture(strategy, size: 1, isProbed: true).make()
        await balancer.observe(.good(0))
        for _ in 0..<3 { await balancer.observe(.bad(0)) }
        for _ in 0..<2 { await balancer.observe(.good(0)) }
        let box = LeaseBox()
        for number in 0..<8 where strategy != "soonest" { box.put(try balancer.pick(model, .after()), as: number) }
        box.settleAll()
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
