import Balancer
import TestSupport
import Testing

/// What each kind of failure does to what is picked next.
@Suite struct FailureTests {
    static let inferenceFailures: [Failure] = [
        .connectionLost, .timedOut, .serverError(status: 500), .incomplete,
    ]

    /// Fails on `gpu-1` so many times: first attempts that go elsewhere succeed.
    func fail(_ balancer: PoolBalancer, _ failure: Failure, times: Int) throws {
        for _ in 0..<times { #expect(try balancer.run(.failed(failure), after: .after(1, 2)) == 0) }
    }

    @Test(arguments: inferenceFailures)
    func `five in a row take one model of the instance out, not the others`(failure: Failure) throws {
        var fixture = PoolFixture("least-busy", size: 3)
        fixture.spec.settings.retryBudget.minimum = 100
        fixture.addModel("gemma", strategy: "least-busy", onFirst: 1)
        let (balancer, _, facts) = fixture.make()
        try fail(balancer, failure, times: 4)
        #expect(balancer.states[0] == "ready")
        try fail(balancer, failure, times: 1)
        #expect(balancer.states == ["cooling_down", "ready", "ready", "ready"])
        let tripped = facts.take().filter { if case .tripped = $0 { true } else { false } }
        #expect(tripped.count == 1)
        for _ in 0..<50 { #expect(try balancer.run(.success()) != 0) }
        #expect(try balancer.run(.success(), model: 1) == 0)
    }

    @Test func `a refused connection takes the whole instance out at once`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.addModel("gemma", strategy: "least-busy", onFirst: 1)
        let (balancer, _, _) = fixture.make()
        #expect(try balancer.run(.failed(.refused), after: .after(1)) == 0)
        #expect(balancer.states == ["cooling_down", "ready", "cooling_down"])
        #expect(balancer.snapshot().instances[0].state == "cooling_down")
        #expect(balancer.snapshot().instances[0].reason?.contains("refused") == true)
    }

    @Test func `the first good probe closes what a refused connection opened`() async throws {
        let (balancer, _, facts) = PoolFixture("least-busy", size: 2, isProbed: true).make()
        try balancer.run(.failed(.refused), after: .after(1))
        #expect(facts.take().contains(.staleKnowledge(InstanceID(index: 0))))
        await balancer.observe(.good(0))
        #expect(balancer.states[0] == "ready")
        #expect(facts.take().contains { if case .recovered(let place) = $0 { place.model == nil } else { false } })
    }

    @Test func `good probes alone never close what failed answers opened`() async throws {
        var fixture = PoolFixture("least-busy", size: 2, isProbed: true)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        for _ in 0..<5 { try balancer.run(.failed(.timedOut), after: .after(1)) }
        for _ in 0..<20 {
            clock.advance(by: .seconds(1))
            await balancer.observe(.good(0))
            #expect(try balancer.run(.success()) == 1)
        }
        #expect(balancer.snapshot().deployments[0].breaker == "open")
        clock.advance(by: .seconds(20))
        // Time is up and probes passed: the next request is the trial, the one after it is not.
        let trial = try balancer.pick(ModelID(index: 0), .after())
        #expect(trial.instance.index == 0)
        #expect(balancer.snapshot().deployments[0].breaker == "half_open")
        #expect(try balancer.run(.success()) == 1)
        trial.settle(.success())
        #expect(balancer.snapshot().deployments[0].breaker == "closed")
    }

    @Test func `a failed trial keeps it out for longer`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        for _ in 0..<5 { try balancer.run(.failed(.timedOut), after: .after(1)) }
        clock.advance(by: .seconds(36))
        #expect(try balancer.run(.failed(.timedOut)) == 0)
        clock.advance(by: .seconds(59))
        #expect(try balancer.run(.success()) == 1)
        clock.advance(by: .seconds(14))
        #expect(try balancer.run(.success()) == 0)
    }

    @Test func `a trial whose client leaves is followed by another trial`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        for _ in 0..<5 { try balancer.run(.failed(.timedOut), after: .after(1)) }
        clock.advance(by: .seconds(36))
        #expect(try balancer.run(.ignored) == 0)
        #expect(try balancer.run(.success()) == 0)
    }

    @Test func `saturation never trips: it is left alone for as long as it says`() throws {
        let (balancer, clock, facts) = PoolFixture("least-busy", size: 2, tripAfter: 1).make()
        #expect(try balancer.run(.failed(.saturated(retryAfter: .seconds(7))), after: .after(1)) == 0)
        #expect(balancer.states[0] == "full")
        #expect(facts.take().isEmpty)
        for _ in 0..<20 { #expect(try balancer.run(.success()) == 1) }
        clock.advance(by: .seconds(8))
        #expect(balancer.states[0] == "ready")
        #expect(try (0..<40).map { _ in try balancer.run(.success()) }.contains(0))
        #expect(balancer.snapshot().deployments[0].breaker == "closed")
    }

    @Test func `a missing tag takes the deployment out until a probe sees the tag`() async throws {
        let (balancer, _, facts) = PoolFixture("least-busy", size: 2, isProbed: true).make()
        #expect(try balancer.run(.failed(.missingTag), after: .after(1)) == 0)
        #expect(balancer.states[0] == "lacks_tag")
        let said = facts.take()
        #expect(said.contains(.staleKnowledge(InstanceID(index: 0))))
        #expect(said.contains { if case .lacksTag(_, let tag) = $0 { tag == "llama3.1:8b" } else { false } })
        let tag = KnownTag(name: "llama3.1:8b", digest: "sha256:1", size: 1, isRemote: false)
        await balancer.observe(.good(0, tags: [tag]))
        #expect(balancer.states[0] == "ready")
    }

    /// A manifest may stay where its blobs are gone: the list has the tag, and each request for it is a 404.
    @Test(arguments: Strategies.names)
    func `a tag that is listed and missed all the same takes the deployment out as other failures do`(
        strategy: String
    ) async throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 2, isProbed: true, tripAfter: 3).make()
        let tag = KnownTag(name: "llama3.1:8b", digest: "sha256:1", size: 1, isRemote: false)
        var missed = 0
        for second in 0..<60 {
            for index in 0..<2 { await balancer.observe(.good(index, tags: [tag])) }
            for _ in 0..<4 {
                clock.advance(by: .milliseconds(250))
                let lease = try balancer.pick(ModelID(index: 0), .after())
                guard lease.instance == InstanceID(index: 0) else {
                    lease.settle(.success())
                    continue
                }
                missed += 1
                lease.settle(.failed(.missingTag))
                try balancer.run(.success(), after: .after(0))
            }
            if second == 9 { #expect(balancer.snapshot().deployments[0].breaker == "open") }
        }
        #expect((1...8).contains(missed), "\(missed) of 240")
        var served = 0
        for _ in 0..<90 {
            clock.advance(by: .seconds(1))
            for index in 0..<2 { await balancer.observe(.good(index, tags: [tag])) }
            if try balancer.run(.success()) == 0 { served += 1 }
        }
        #expect(served > 5 && balancer.states[0] == "ready")
    }

    @Test func `with cooldowns off nothing opens`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.spec.settings.breakersEnabled = false
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, _, facts) = fixture.make()
        for _ in 0..<10 {
            try balancer.run(.failed(.refused), after: .after(1))
            try balancer.run(.failed(.timedOut), after: .after(1))
        }
        #expect(balancer.states == ["ready", "ready"])
        #expect(facts.take().isEmpty)
    }

    @Test func `stragglers from before the breaker opened do not open it again`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        let box = LeaseBox()
        for number in 0..<20 { box.put(try balancer.pick(ModelID(index: 0), .after(1)), as: number) }
        for number in 0..<5 { box.settle(number, .failed(.timedOut)) }
        let reason = balancer.snapshot().deployments[0].reason
        clock.advance(by: .milliseconds(10))
        for number in 5..<20 { box.settle(number, .failed(.timedOut)) }
        #expect(balancer.snapshot().deployments[0].reason == reason)
        clock.advance(by: .seconds(36))
        #expect(try balancer.run(.success()) == 0, "the first trial comes after the first wait")
    }

    /// Time made it due while it had no room, and nothing but a count changes when a place opens.
    @Test func `one that was at its cap when it came to be owed a request gets it when a place opens`() throws {
        let (balancer, clock, _) = PoolFixture("latency-based", size: 2, maxParallel: 1).make()
        for _ in 0..<20 { try balancer.run(.success(.milliseconds(1))) }
        try balancer.run(.failed(.serverError(status: 500)), after: .after(1))
        let peer = try balancer.pick(ModelID(index: 0), .after())
        let held = try balancer.pick(ModelID(index: 0), .after())
        #expect(peer.instance.index == 1 && held.instance.index == 0)
        clock.advance(by: .seconds(31))
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        held.settle(.ignored)
        peer.settle(.success(.milliseconds(1)))
        #expect(try balancer.run(.success(.milliseconds(1))) == 0, "it is owed one, whatever its latency was")
    }
}
