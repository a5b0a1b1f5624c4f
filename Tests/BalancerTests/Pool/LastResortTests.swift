import TestSupport
import Testing

@testable import Balancer

/// The panic rule, the retry budget, and what is said when nothing helps.
@Suite struct LastResortTests {
    /// A pool whose every breaker is open, for failed answers.
    func openPool(size: Int) throws -> (balancer: PoolBalancer, clock: ManualClock) {
        var fixture = PoolFixture("least-busy", size: size, tripAfter: 1)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, clock, _) = fixture.make()
        for _ in 0..<size {
            try balancer.run(.failed(.timedOut))
            clock.advance(by: .seconds(1))
        }
        #expect(balancer.states.allSatisfy { $0 == "cooling_down" })
        return (balancer, clock)
    }

    @Test func `with every breaker open one trial each goes out, the least bad first`() throws {
        let (balancer, _) = try openPool(size: 3)
        let box = LeaseBox()
        var picked: [Int] = []
        for number in 0..<3 {
            let lease = try balancer.pick(ModelID(index: 0), .after())
            picked.append(lease.instance.index)
            box.put(lease, as: number)
        }
        #expect(Set(picked) == [0, 1, 2], "each once")
        guard case .unavailable(let why) = #expect(throws: PickError.self, performing: { try balancer.run(.ignored) })
        else { return #expect(Bool(false), "the fourth has to wait") }
        #expect(why.message.contains("gpu-1") && why.message.contains("cooling down"))
        #expect(why.retryAfter >= .seconds(1))
        box.settleAll()
    }

    @Test func `a trial in need that succeeds brings the instance back`() throws {
        let (balancer, _) = try openPool(size: 2)
        let instance = try balancer.run(.success())
        #expect(balancer.states[instance] == "ready")
        for _ in 0..<20 { #expect(try balancer.run(.success()) == instance) }
    }

    @Test func `trials in need that fail do not lengthen the wait`() throws {
        let (balancer, clock) = try openPool(size: 1)
        for _ in 0..<50 { try balancer.run(.failed(.timedOut)) }
        clock.advance(by: .seconds(35))
        #expect(balancer.snapshot().deployments[0].reason?.contains("waits for one trial") == true)
    }

    @Test func `need does not send anyone where connections are refused`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1).make()
        try balancer.run(.failed(.refused))
        #expect(throws: PickError.self) { try balancer.run(.success()) }
    }

    @Test func `need does not send anyone to a draining instance or one that is down`() async throws {
        var fixture = PoolFixture("least-busy", size: 2, isProbed: true, tripAfter: 1)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, _, _) = fixture.make()
        for _ in 0..<2 { try balancer.run(.failed(.timedOut)) }
        _ = try await balancer.drain("gpu-1")
        for _ in 0..<3 { await balancer.observe(.bad(1, "no route to host")) }
        guard case .unavailable(let why) = #expect(throws: PickError.self, performing: { try balancer.run(.success()) })
        else { return #expect(Bool(false), "nothing may be picked") }
        #expect(why.message.contains("gpu-1 is draining"))
        #expect(why.message.contains("gpu-2 is down (no route to host)"))
    }

    @Test func `a retry to a proven instance is always allowed`() throws {
        var fixture = PoolFixture("least-busy", size: 3)
        fixture.spec.settings.retryBudget = RetryBudget(percent: 0, minimum: 0)
        let (balancer, _, _) = fixture.make()
        for _ in 0..<100 { #expect([1, 2].contains(try balancer.run(.success(), after: .after(0)))) }
    }

    @Test func `the budget limits retries onto failing instances, by time`() throws {
        var fixture = PoolFixture("least-busy", size: 2, tripAfter: 100)
        fixture.spec.settings.retryBudget = RetryBudget(percent: 0, minimum: 3)
        let (balancer, clock, _) = fixture.make()
        try balancer.run(.failed(.timedOut), after: .after(1))
        for _ in 0..<3 { try balancer.run(.failed(.timedOut), after: .after(1)) }
        #expect(throws: PickError.budgetSpent) { try balancer.run(.ignored, after: .after(1)) }
        #expect(!balancer.mayRetry())
        clock.advance(by: .seconds(1))
        #expect(balancer.mayRetry())
        #expect(try balancer.run(.success(), after: .after(1)) == 0)
        // It has succeeded since its last failure: no budget needed any more.
        for _ in 0..<20 { try balancer.run(.success(), after: .after(1)) }
    }

    /// A place there costs no budget. The failing one may be picked, or a trial of it is due.
    @Test(arguments: [100, 1])
    func `a request that has no budget waits for one that is proven and full`(tripAfter: Int) throws {
        var fixture = PoolFixture("least-busy", size: 3, maxParallel: 1, tripAfter: tripAfter)
        fixture.spec.settings.retryBudget = RetryBudget(percent: 0, minimum: 0)
        let (balancer, clock, _) = fixture.make()
        try balancer.run(.failed(.timedOut), after: .after(0, 1))
        clock.advance(by: .seconds(40))
        let holder = LeaseBox()
        holder.put(try balancer.pick(ModelID(index: 0), .after(0, 2)), as: 0)
        let error = #expect(throws: PickError.self) { try balancer.run(.ignored, after: .after(0)) }
        guard case .full(let why) = error else { return _ = Issue.record("\(String(describing: error))") }
        #expect(why.limit == .maxParallel)
        holder.settleAll()
        #expect(try balancer.run(.success(), after: .after(0)) == 1)
    }

    @Test func `a request that has no budget waits for no place that opens too late`() throws {
        var fixture = PoolFixture("least-busy", size: 3, tripAfter: 100)
        fixture.spec.settings.retryBudget = RetryBudget(percent: 0, minimum: 0)
        fixture.spec.deployments[1].rpm = 1
        let (balancer, clock, _) = fixture.make()
        try balancer.run(.failed(.timedOut), after: .after(0, 1))
        #expect(try balancer.run(.success(), after: .after(0, 2)) == 1)
        var request = PickRequest.after(0)
        request.mostWait = .seconds(30)
        #expect(throws: PickError.budgetSpent) { try balancer.run(.ignored, after: request) }
        clock.advance(by: .seconds(45))
        guard case .full = #expect(throws: PickError.self, performing: { try balancer.run(.ignored, after: request) })
        else { return _ = Issue.record("a place opens in fifteen seconds") }
    }

    /// Plans knew nothing of the budget: whoever waited for the one that is well was sent to the one that fails.
    @Test func `a request that has no budget is planned for none that fails`() throws {
        var fixture = PoolFixture("soonest", size: 3, maxParallel: 1, tripAfter: 100)
        fixture.spec.settings.retryBudget = RetryBudget(percent: 0, minimum: 0)
        var pool = PoolState(fixture.spec, at: .zero)
        let failing = try pool.pick(0, .after(0, 1), at: .zero).get()
        pool.settle(failing, .failed(.timedOut), sampled: false, at: .zero)
        let held = try pool.pick(0, .after(0, 2), at: .zero).get()
        _ = try pool.wait(0, .after(0), granted: { _ in }, refused: { _ in }, at: .zero).get()
        func grants(until end: Moment) -> [Grant] {
            var grants: [Grant] = []
            while let wake = pool.nextWake(), wake <= end {
                pool.serveAll(at: wake)
                grants += pool.takeEffects()?.granted.map(\.grant) ?? []
            }
            return grants
        }
        #expect(grants(until: .zero + .seconds(1)).isEmpty && pool.waiting == 1)
        pool.settle(held, .success(), sampled: false, at: .zero + .seconds(1))
        #expect(grants(until: .zero + .seconds(2)).map(\.instance) == [1])
    }

    @Test func `a retry that has forgotten where it failed costs budget all the same`() throws {
        var fixture = PoolFixture("least-busy", size: 1, tripAfter: 100)
        fixture.spec.settings.retryBudget = RetryBudget(percent: 0, minimum: 1)
        let (balancer, _, _) = fixture.make()
        try balancer.run(.failed(.serverError(status: 500)))
        var again = PickRequest.after()
        again.isRetry = true
        try balancer.run(.failed(.serverError(status: 500)), after: again)
        #expect(throws: PickError.budgetSpent) { try balancer.run(.ignored, after: again) }
        try balancer.run(.failed(.serverError(status: 500)))
    }

    @Test func `the budget grows with the requests of the last ten seconds`() throws {
        var fixture = PoolFixture("least-busy", size: 2, tripAfter: 1000)
        fixture.spec.settings.retryBudget = RetryBudget(percent: 20, minimum: 0)
        let (balancer, clock, _) = fixture.make()
        for _ in 0..<50 {
            try balancer.run(.success())
            clock.advance(by: .milliseconds(10))
        }
        let failing = try balancer.run(.failed(.timedOut))
        let other = 1 - failing
        var granted = 0
        while granted < 100 {
            do throws(PickError) {
                try balancer.run(.failed(.timedOut), after: .after(other))
                granted += 1
            } catch {
                #expect(error == .budgetSpent)
                break
            }
        }
        #expect(granted == 10, "20 % of 51")
    }

    /// 89 of 300 clients heard that there was no instance.
    @Test(arguments: Strategies.names)
    func `boxes that fail half of the time keep the half that they can do`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 3).make()
        var random = RandomSource(seed: 11)
        for _ in 0..<30 { try balancer.run(.success()) }
        for _ in 0..<2000 {
            clock.advance(by: .milliseconds(20))
            let isGood = random.unit() < 0.5
            try balancer.run(isGood ? .success() : .failed(.serverError(status: 500)))
        }
    }

    /// Errors come first, and good answers later: 48 to 131 of 300 clients heard that there was no instance.
    @Test(arguments: Strategies.names)
    func `errors in a row take no box out while it works on answers, where no other does better`(strategy: String)
        throws
    {
        let (balancer, clock, _) = PoolFixture(strategy, size: 3).make()
        var random = RandomSource(seed: 3)
        for _ in 0..<60 { try balancer.run(.success()) }
        let running = LeaseBox()
        var (began, ended) = (0, 0)
        for _ in 0..<300 {
            clock.advance(by: .milliseconds(2))
            let lease = try balancer.pick(ModelID(index: 0), .after())
            if random.unit() < 0.5 {
                running.put(lease, as: began)
                began += 1
            } else {
                lease.settle(.failed(.serverError(status: 500)))
            }
            // Twenty clients at once.
            if began - ended >= 20 {
                running.settle(ended, .success())
                ended += 1
            }
        }
        for number in ended..<began { running.settle(number, .success()) }
        // A strategy that leaves a box at its first error learns nothing of the others for a while, which then seem to do better.
        #expect(balancer.states.count { $0 == "ready" } >= 2)
    }

    @Test func `boxes that do nothing of their work are all taken out soon`() throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 3).make()
        for _ in 0..<60 { try balancer.run(.success()) }
        let running = LeaseBox()
        for number in 0..<120 {
            clock.advance(by: .milliseconds(1))
            guard let lease = try? balancer.pick(ModelID(index: 0), .after()) else { break }
            running.put(lease, as: number)
            // Twenty clients at once.
            if number >= 19 { running.settle(number - 19, .failed(.serverError(status: 500))) }
        }
        #expect(balancer.states == ["cooling_down", "cooling_down", "cooling_down"])
        for number in 0..<120 { running.settle(number, .ignored) }
    }

    @Test func `a box that only fails beside others that do well is out after the failures that are configured`() throws
    {
        let (balancer, _, _) = PoolFixture("round-robin", size: 3, tripAfter: 3).make()
        for _ in 0..<60 { try balancer.run(.success()) }
        let running = LeaseBox()
        for number in 0..<12 { running.put(try balancer.pick(ModelID(index: 0), .after(1, 2)), as: number) }
        for number in 0..<3 { running.settle(number, .failed(.serverError(status: 500))) }
        #expect(balancer.states[0] == "cooling_down")
        for number in 3..<12 { running.settle(number, .ignored) }
    }

    /// One that does nothing of its work is taken out beside such ones.
    @Test func `a box that always fails is taken out though the others fail now and then`() throws {
        let (balancer, clock, _) = PoolFixture("round-robin", size: 3).make()
        var random = RandomSource(seed: 5)
        for _ in 0..<600 {
            clock.advance(by: .milliseconds(20))
            let lease = try balancer.pick(ModelID(index: 0), .after())
            let isGood = lease.instance.index != 0 && random.unit() < 0.5
            lease.settle(isGood ? .success() : .failed(.serverError(status: 500)))
        }
        #expect(balancer.states[0] == "cooling_down")
        #expect(balancer.states[1...] == ["ready", "ready"])
    }

    @Test func `says where to pull a missing tag and who has it`() async throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 3, isProbed: true).make()
        let tag = KnownTag(name: "llama3.1:8b", digest: "sha256:1", size: 1, isRemote: false)
        await balancer.observe(.good(0, tags: []))
        await balancer.observe(.good(1, tags: []))
        await balancer.observe(.good(2, tags: [tag]))
        for _ in 0..<3 { await balancer.observe(.bad(2, "time-out")) }
        guard case .unavailable(let why) = #expect(throws: PickError.self, performing: { try balancer.run(.success()) })
        else { return #expect(Bool(false), "nothing may be picked") }
        #expect(
            why.message
                == "no instance with `llama3.1:8b` can be used now; pull it on one of gpu-1, gpu-2 "
                + "(gpu-3 has it but is down (time-out))")
    }

    @Test func `a deployment without its key is down for ever, with the reason`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.spec.deployments[0].unavailable = "OPENAI_API_KEY is not set"
        let (balancer, _, _) = fixture.make()
        for _ in 0..<20 { #expect(try balancer.run(.success()) == 1) }
        #expect(balancer.snapshot().deployments[0].state == "down")
        #expect(balancer.snapshot().deployments[0].reason == "OPENAI_API_KEY is not set")
    }

    @Test func `an unknown model is said to be one`() {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1).make()
        #expect(throws: PickError.unknownModel) { try balancer.run(.ignored, model: 7) }
        #expect(balancer.model(named: "llama3") == ModelID(index: 0))
        #expect(balancer.model(named: "gpt") == nil)
    }

    @Test func `need does not send anyone to an instance that has asked to be left alone`() throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 1, tripAfter: 1).make()
        let box = LeaseBox()
        for number in 0..<2 { box.put(try balancer.pick(ModelID(index: 0), .after()), as: number) }
        box.settle(0, .failed(.timedOut))
        box.settle(1, .failed(.saturated(retryAfter: .seconds(5))))
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        clock.advance(by: .seconds(6))
        #expect(try balancer.run(.success()) == 0)
    }
}

/// The panic rule while something else stands in.
@Suite struct StandInTests {
    @Test func `a box that is out is not tried while something stands in, and is when nothing does`() throws {
        let (balancer, _) = try LastResortTests().openPool(size: 2)
        var request = PickRequest.after()
        request.hasElsewhere = true
        for _ in 0..<9 {
            guard
                case .unavailable(let why) = #expect(
                    throws: PickError.self, performing: { try balancer.run(.success(), after: request) })
            else { return }
            #expect(why.mayBeTried && why.limit == nil)
        }
        #expect(balancer.snapshot().deployments.map(\.requests) == [1, 1])
        request.hasElsewhere = false
        _ = try balancer.run(.failed(.timedOut), after: request)
        #expect(balancer.snapshot().deployments.map(\.requests).reduce(0, +) == 3)
    }

    @Test func `a retry does not fall on a box that is out while something stands in`() throws {
        var fixture = PoolFixture("least-busy", size: 2, tripAfter: 1)
        fixture.spec.settings.retryBudget.minimum = 100
        let (balancer, _, _) = fixture.make()
        #expect(try balancer.run(.failed(.timedOut), after: .after(1)) == 0)
        var request = PickRequest.after(1)
        request.hasElsewhere = true
        guard
            case .unavailable(let why) = #expect(
                throws: PickError.self, performing: { try balancer.run(.success(), after: request) })
        else { return }
        #expect(why.mayBeTried)
        request.hasElsewhere = false
        #expect(try balancer.run(.success(), after: request) == 0)
    }

    @Test func `refused connections are not tried in need, so nothing is promised`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1).make()
        try balancer.run(.failed(.refused))
        var request = PickRequest.after()
        request.hasElsewhere = true
        guard
            case .unavailable(let why) = #expect(
                throws: PickError.self, performing: { try balancer.run(.success(), after: request) })
        else { return }
        #expect(!why.mayBeTried)
    }
}
