import TestSupport
import Testing

@testable import Balancer

/// Which limit holds a request, and when it opens: by time, behind those who wait already.
@Suite struct OpeningTests {
    let model = ModelID(index: 0)
    let box = LeaseBox()

    private static func pool(
        size: Int = 1, rpm: Int? = nil, tpm: Int? = nil, cap: Int? = nil
    ) -> (balancer: PoolBalancer, clock: ManualClock) {
        var fixture = PoolFixture("least-busy", size: size, maxParallel: cap, tripAfter: 1)
        fixture.spec.settings.maxWaiting = 16
        for index in fixture.spec.deployments.indices {
            fixture.spec.deployments[index].rpm = rpm
            fixture.spec.deployments[index].tpm = tpm
        }
        let (balancer, clock, _) = fixture.make()
        return (balancer, clock)
    }

    private func refusal(_ balancer: PoolBalancer, _ request: PickRequest = .after()) throws -> Unavailable {
        let error = #expect(throws: PickError.self) { try balancer.run(.success(), after: request) }
        guard case .full(let why) = error else { throw PickError.unknownModel }
        return why
    }

    @Test func `spent rpm is named with the time at which a new minute begins`() throws {
        let (balancer, clock) = Self.pool(rpm: 2)
        for _ in 0..<2 { try balancer.run(.success()) }
        clock.advance(by: .seconds(6))
        let why = try refusal(balancer)
        #expect(why.limit == .rpm && why.opensIn == .seconds(54) && why.retryAfter == .seconds(54))
        #expect(why.message.contains("rpm limit is reached for 54 s"))
    }

    @Test func `those who wait already take the next minute first`() throws {
        let (balancer, _) = Self.pool(rpm: 2)
        for _ in 0..<2 { try balancer.run(.success()) }
        for (number, seconds) in [(0, 60), (1, 60), (2, 120), (3, 120), (4, 180)] {
            #expect(try refusal(balancer).opensIn == .seconds(seconds))
            _ = try balancer.wait(for: model, .after()) { [box] lease in box.put(lease, as: number) }
        }
        #expect(try refusal(balancer).opensIn == .seconds(180))
        box.settleAll()
    }

    @Test func `of two deployments the one whose minute ends first counts`() throws {
        let (balancer, clock) = Self.pool(size: 2, rpm: 1)
        try balancer.run(.success())
        clock.advance(by: .seconds(10))
        try balancer.run(.success())
        #expect(try refusal(balancer).opensIn == .seconds(50))
    }

    @Test func `a request that is too large for the rest of a minute's tokens is told of tpm`() throws {
        let (balancer, clock) = Self.pool(tpm: 300)
        try balancer.run(.ignored, after: PickRequest(promptTokens: 200, tried: []))
        clock.advance(by: .seconds(40))
        try balancer.run(.ignored, after: PickRequest(promptTokens: 50, tried: []))
        let why = try refusal(balancer, PickRequest(promptTokens: 200, tried: []))
        #expect(why.limit == .tpm && why.opensIn == .seconds(20))
        #expect(why.message.contains("tpm of 300 leaves too little"))
    }

    @Test func `a cap opens with an event, so no time is promised`() throws {
        let (balancer, _) = Self.pool(cap: 1)
        let lease = try balancer.pick(model, .after())
        let why = try refusal(balancer)
        #expect(why.limit == .maxParallel && why.opensIn == nil && why.retryAfter == .seconds(1))
        #expect(why.message.contains("max_parallel_requests") && why.message.contains(" of 1"))
        lease.settle(.success())
    }

    @Test(arguments: [(30, 3), (61, 0)])
    func `who waits for a cap is refused when the last place of the minute is taken, if the next is too late`(
        patience: Int, lost: Int
    ) throws {
        let (balancer, clock) = Self.pool(rpm: 3, cap: 1)
        let refused = RefusalBox()
        var running: Lease? = try balancer.pick(model, .after())
        var request = PickRequest.after()
        request.mostWait = .seconds(patience)
        for number in 1...5 {
            _ = try balancer.wait(
                for: model, request, granted: { [box] lease in box.put(lease, as: number) },
                refused: { refused.put($0, as: number) })
        }
        clock.advance(by: .milliseconds(500))
        running.take()!.settle(.success())
        #expect(box.order == [1] && refused.all.isEmpty, "one more of the minute is left")
        clock.advance(by: .milliseconds(500))
        box.settle(1, .success())
        #expect(box.order == [1, 2])
        #expect(refused.all.map(\.number) == Array([3, 4, 5].prefix(lost)))
        for told in refused.all {
            guard case .full(let why) = told.error else { return #expect(Bool(false), "it is full") }
            #expect(why.limit == .rpm && why.opensIn == .seconds(59))
        }
        #expect(balancer.snapshot().waiting == 3 - lost)
        box.settleAll()
    }

    @Test(arguments: ["least-busy", "soonest"])
    func `tokens that what runs may give back are waited for, and those that are spent are not`(strategy: String) throws
    {
        var fixture = PoolFixture(strategy, size: 1, maxParallel: 1)
        fixture.spec.settings.maxWaiting = 16
        fixture.spec.deployments[0].tpm = 300
        var pool = PoolState(fixture.spec, at: .zero)
        var now = Moment.zero
        var request = PickRequest(promptTokens: 300, tried: [])
        request.mostWait = .seconds(30)
        var running = try pool.pick(0, request, at: now).get()
        for _ in 0..<3 { _ = try pool.wait(0, request, granted: { _ in }, refused: { _ in }, at: now).get() }
        var granted: [Grant] = []
        var refused = 0
        func look() {
            for _ in 0..<9 {
                now = now + .milliseconds(50)
                pool.serveAll(at: now)
                guard let effects = pool.takeEffects() else { continue }
                granted += effects.granted.map(\.grant)
                refused += effects.refused.count
            }
        }
        look()
        #expect(granted.isEmpty && refused == 0, "all are counted as running")
        func used(_ tokens: Int) -> Outcome {
            .succeeded(
                Sample(
                    timeToFirstToken: .milliseconds(1), duration: .milliseconds(2), promptTokens: tokens,
                    completionTokens: 0, times: nil))
        }
        pool.settle(running, used(0), sampled: false, at: now)
        look()
        #expect(granted.isEmpty && refused == 3, "nobody knows of less than was counted")
        now = now + .seconds(61)
        granted = []
        refused = 0
        running = try pool.pick(0, request, at: now).get()
        request.promptTokens = 250
        for _ in 0..<3 { _ = try pool.wait(0, request, granted: { _ in }, refused: { _ in }, at: now).get() }
        look()
        pool.settle(running, used(40), sampled: false, at: now)
        look()
        #expect(granted.count == 1 && refused == 0, "the next has room, and may give back too")
        pool.settle(granted[0], used(250), sampled: false, at: now)
        look()
        let waiting = pool.waiting
        #expect(granted.count == 1 && refused == 2 && waiting == 0)
    }

    @Test func `under soonest too those who wait for a cap are refused when the minute is used up`() throws {
        var fixture = PoolFixture("soonest", size: 1, maxParallel: 1)
        fixture.spec.settings.maxWaiting = 16
        fixture.spec.deployments[0].rpm = 2
        var pool = PoolState(fixture.spec, at: .zero)
        var request = PickRequest.after()
        request.mostWait = .seconds(30)
        let first = try pool.pick(0, request, at: .zero).get()
        for _ in 0..<4 { _ = try pool.wait(0, request, granted: { _ in }, refused: { _ in }, at: .zero).get() }
        pool.settle(first, .success(), sampled: false, at: .zero + .seconds(1))
        pool.serveAll(at: .zero + .seconds(2))
        let effects = pool.takeEffects()
        #expect(effects?.granted.count == 1 && effects?.refused.count == 3)
        for told in effects?.refused ?? [] {
            guard case .full(let why) = told.error else { return #expect(Bool(false), "it is full") }
            #expect(why.limit == .rpm && why.opensIn == .seconds(58))
        }
    }

    /// Two models, the first with a limit by the minute, and places for one request at a time.
    private static func twoModels(rpm: Int) -> PoolFixture {
        var fixture = PoolFixture("least-busy", size: 2, maxParallel: 1)
        fixture.spec.settings.maxWaiting = 16
        fixture.spec.models[0].deployments = [DeploymentID(index: 0)]
        fixture.spec.models.append(
            ModelSpec(name: "smart", strategy: "least-busy", deployments: [DeploymentID(index: 1)]))
        fixture.spec.deployments[1].modelName = "smart"
        fixture.spec.deployments[0].rpm = rpm
        return fixture
    }

    @Test func `one who waits for two models takes nobody's place in the minute of one`() throws {
        var pool = PoolState(Self.twoModels(rpm: 2).spec, at: .zero)
        let second = ModelID(index: 1)
        let first = try pool.pick(0, .after(), at: .zero).get()
        _ = try pool.pick(1, .after(), at: .zero).get()
        for _ in 0..<3 {
            _ = try pool.wait(
                0, .after(), also: [WaitPlace(second, .after())], granted: { _ in }, refused: { _ in }, at: .zero
            ).get()
        }
        var patient = PickRequest.after()
        patient.mostWait = .seconds(70)
        _ = try pool.wait(0, patient, granted: { _ in }, refused: { _ in }, at: .zero).get()
        // The first of them has the last place of the minute; the others may go to the second model before the next one.
        pool.settle(first, .success(), sampled: false, at: .zero + .seconds(1))
        let effects = pool.takeEffects()
        #expect(effects?.granted.count == 1 && effects?.refused.count == 0)
        let waiting = pool.waiting
        #expect(waiting == 3)
    }

    @Test func `whoever comes behind one who waits for two models is told of the next place`() throws {
        let (balancer, _, _) = Self.twoModels(rpm: 1).make()
        let second = ModelID(index: 1)
        try balancer.run(.success())
        box.put(try balancer.pick(second, .after()), as: 0)
        let ticket = try balancer.wait(for: model, .after(), also: [WaitPlace(second, .after())], granted: { _ in })
        #expect(try refusal(balancer).opensIn == .seconds(60))
        let other = try balancer.wait(for: model, .after()) { _ in }
        #expect(try refusal(balancer).opensIn == .seconds(120), "this one waits for nothing else")
        for ticket in [ticket, other] { balancer.leave(ticket) }
        box.settleAll()
    }

    @Test func `need waits for a limit that opens in time, and not for one that does not`() throws {
        var fixture = PoolFixture("least-busy", size: 2, tripAfter: 1)
        fixture.spec.deployments[1].rpm = 1
        let (balancer, _, _) = fixture.make()
        #expect(try balancer.run(.failed(.timedOut), after: .after(1)) == 0, "its breaker opens")
        #expect(try balancer.run(.success()) == 1)
        var request = PickRequest.after()
        request.mostWait = .seconds(70)
        #expect(try refusal(balancer, request).limit == .rpm)
        request.mostWait = .seconds(5)
        request.hasElsewhere = true
        let why = try refusal(balancer, request)
        #expect(why.limit == .rpm && why.mayBeTried)
        request.hasElsewhere = false
        #expect(try balancer.run(.success(), after: request) == 0)
    }
}
