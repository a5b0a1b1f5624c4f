import TestSupport
import Testing

@testable import Balancer

/// An instance that says of requests that they are at fault although its peers take them.
@Suite struct DeclineTests {
    /// Some requests, of which instance 0 declines those that it gets; another one is asked about each, and takes it.
    private func run(_ count: Int, on balancer: PoolBalancer, status: Int = 413) throws -> [Int] {
        var got = [0, 0, 0]
        for _ in 0..<count {
            let lease = try balancer.pick(ModelID(index: 0), .after())
            let instance = lease.instance.index
            got[instance] += 1
            lease.settle(instance == 0 ? .declined(status: status) : .success())
            if instance == 0 { try balancer.run(.success(), after: .after(0)) }
        }
        return got
    }

    @Test func `is seen, said and logged once, and stays ready`() throws {
        let (balancer, _, facts) = PoolFixture("simple-shuffle", size: 3).make()
        _ = try run(30, on: balancer)
        let rows = balancer.snapshot().deployments
        #expect(rows.map(\.state) == ["ready", "ready", "ready"])
        let reason = try #require(rows[0].reason)
        #expect(reason.hasPrefix("answered 4xx (last: 413) to 3 of its last 3 requests, its peers to 0 of "))
        #expect(rows[1].reason == nil && rows[2].reason == nil && rows[0].failures == 0)
        #expect(balancer.standsOut(DeploymentID(index: 0)) && !balancer.standsOut(DeploymentID(index: 1)))
        let told = facts.take().filter {
            if case .standsOut(let place, _) = $0 { place.instance.index == 0 } else { false }
        }
        #expect(told.count == 1)
    }

    @Test(arguments: Strategies.names)
    func `loses its attraction under every strategy, and is tried again now and then`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 3).make()
        var got = 0
        for _ in 0..<60 {
            got += try run(1, on: balancer)[0]
            clock.advance(by: .seconds(2))
        }
        // Three show it; from then on it is asked once in ten seconds.
        #expect(got <= 3 + 13, "\(got)")
        #expect(try run(60, on: balancer)[0] <= 1)
        // Strategies that go by latencies may prefer its peers for their own reasons.
        guard Strategies.named(strategy)?.latency == nil else { return }
        #expect(got >= 3 && balancer.standsOut(DeploymentID(index: 0)))
        clock.advance(by: .seconds(11))
        #expect(try run(60, on: balancer)[0] == 1)
    }

    @Test(arguments: Strategies.names)
    func `is used while nothing else may be`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 3, maxParallel: 1).make()
        // Each is asked, whatever the strategy thinks of it.
        for _ in 0..<20 {
            clock.advance(by: .seconds(2))
            try balancer.run(.declined(status: 413), after: .after(1, 2))
            for peer in 1...2 { try balancer.run(.success(), after: .after(0, 3 - peer)) }
        }
        #expect(balancer.standsOut(DeploymentID(index: 0)))
        let first = try balancer.pick(ModelID(index: 0), .after())
        let second = try balancer.pick(ModelID(index: 0), .after())
        let third = try balancer.pick(ModelID(index: 0), .after())
        #expect(third.instance.index == 0)
        first.settle(.ignored)
        second.settle(.ignored)
        third.settle(.ignored)
    }

    @Test func `requests that every instance declines make none stand out`() throws {
        let (balancer, _, facts) = PoolFixture("least-busy", size: 3).make()
        for _ in 0..<90 { try balancer.run(.declined(status: 400)) }
        #expect(balancer.snapshot().deployments.allSatisfy { $0.reason == nil && $0.failures == 0 })
        #expect(facts.take().isEmpty)
    }

    @Test func `one alone has nobody to stand out against`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1).make()
        for _ in 0..<30 { try balancer.run(.declined(status: 413)) }
        #expect(balancer.snapshot().deployments[0].reason == nil)
        #expect(try balancer.run(.success()) == 0)
    }

    @Test func `a trial that is declined is not followed by the next one at once`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        for _ in 0..<5 { try balancer.run(.failed(.serverError(status: 500)), after: .after(1)) }
        #expect(balancer.snapshot().deployments[0].breaker == "open")
        clock.advance(by: .seconds(40))
        #expect(try balancer.run(.declined(status: 413)) == 0, "the trial")
        for _ in 0..<10 { #expect(try balancer.run(.success()) == 1) }
        clock.advance(by: .seconds(31))
        #expect(try balancer.run(.success()) == 0, "the next trial")
        #expect(balancer.snapshot().deployments[0].breaker == "closed")
    }

    @Test func `one that is back and declines is not owed a request again at once`() async throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, isProbed: true).make()
        for _ in 0..<3 { await balancer.observe(.bad(0)) }
        await balancer.observe(.good(1))
        for _ in 0..<2 { await balancer.observe(.good(0)) }
        let busy = try balancer.pick(ModelID(index: 0), .after())
        let trial = try balancer.pick(ModelID(index: 0), .after())
        let first = [busy.instance.index, trial.instance.index]
        #expect(first.contains(0))
        busy.settle(first[0] == 0 ? .declined(status: 413) : .success())
        trial.settle(first[1] == 0 ? .declined(status: 413) : .success())
        var got = [0, 0]
        for _ in 0..<10 { got[try balancer.run(.success())] += 1 }
        // Its shadow lasts, so the other one is less busy; owed, it would get all of them.
        #expect(got[0] <= 5, "\(got)")
    }

    @Test func `a second opinion is never a trial`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, _, _) = fixture.make()
        for _ in 0..<5 { try balancer.run(.failed(.serverError(status: 500)), after: .after(1)) }
        var ask = PickRequest.after(1)
        ask.isOptional = true
        #expect(throws: PickError.self) { try balancer.run(.success(), after: ask) }
        ask.isOptional = false
        #expect(try balancer.run(.success(), after: ask) == 0, "in need it is tried")
    }
}
