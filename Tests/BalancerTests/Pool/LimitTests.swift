import TestSupport
import Testing

@testable import Balancer

@Suite struct LimitTests {
    let model = ModelID(index: 0)
    let box = LeaseBox()

    func fixture(_ strategy: String = "least-busy", size: Int = 1, rpm: Int? = nil, tpm: Int? = nil) -> PoolFixture {
        var fixture = PoolFixture(strategy, size: size)
        fixture.spec.deployments[0].rpm = rpm
        fixture.spec.deployments[0].tpm = tpm
        return fixture
    }

    func request(_ promptTokens: Int, limit: Int? = nil) -> PickRequest {
        var request = PickRequest(promptTokens: promptTokens, tried: [])
        request.outputLimit = limit
        return request
    }

    func used(_ prompt: Int, _ completion: Int) -> Outcome {
        .succeeded(
            Sample(
                timeToFirstToken: .milliseconds(1), duration: .milliseconds(2), promptTokens: prompt,
                completionTokens: completion, times: nil))
    }

    @Test(arguments: Strategies.names)
    func `as many requests as allowed, and again a minute after the first`(strategy: String) throws {
        let (balancer, clock, _) = fixture(strategy, rpm: 5).make()
        clock.advance(by: .seconds(7))
        for number in 0..<5 {
            box.put(try balancer.pick(model, .after()), as: number)
            clock.advance(by: .seconds(1))
        }
        for number in 0..<5 { box.settle(number, .success()) }
        guard case .full(let why) = #expect(throws: PickError.self, performing: { try balancer.run(.success()) })
        else { return #expect(Bool(false), "five have gone") }
        #expect(why.retryAfter == .seconds(55))
        #expect(why.message.contains("gpu-1 is full: its rpm limit is reached for 55 s"), "\(why.message)")
        let row = balancer.snapshot().deployments[0]
        #expect(row.state == "full" && row.reason == "its rpm limit is reached; a new minute begins in 55 s")
        clock.advance(by: .seconds(55) - .nanoseconds(1))
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        clock.advance(by: .nanoseconds(1))
        for _ in 0..<5 { try balancer.run(.success()) }
        #expect(throws: PickError.self) { try balancer.run(.success()) }
    }

    @Test(arguments: Strategies.names)
    func `the others serve while one's limit is reached`(strategy: String) throws {
        let (balancer, clock, _) = fixture(strategy, size: 2, rpm: 3).make()
        for _ in 0..<50 {
            try balancer.run(.ignored)
            clock.advance(by: .milliseconds(10))
        }
        #expect(balancer.snapshot().deployments.map(\.requests) == [3, 47])
        #expect(try balancer.run(.ignored, after: .after(0)) == 1)
        clock.advance(by: .seconds(60))
        for _ in 0..<50 { try balancer.run(.ignored) }
        #expect(balancer.snapshot().deployments[0].requests == 6)
    }

    @Test(arguments: Strategies.names)
    func `a request that was not sent uses nothing of the minute`(strategy: String) throws {
        let (balancer, _, _) = fixture(strategy, rpm: 1, tpm: 1000).make()
        for _ in 0..<20 { try balancer.pick(model, request(900)).withdraw() }
        #expect(balancer.states == ["ready"] && balancer.snapshot().inFlight == 0)
        try balancer.run(.success(), after: request(900))
        #expect(balancer.states == ["full"])
    }

    @Test(arguments: Strategies.names)
    func `tokens are counted as estimated, and put right by what was used`(strategy: String) throws {
        let (balancer, _, _) = fixture(strategy, tpm: 1000).make()
        box.put(try balancer.pick(model, request(300, limit: 700)), as: 0)
        #expect(throws: PickError.self) { try balancer.run(.success(), after: request(1)) }
        #expect(balancer.snapshot().deployments[0].reason == "its tpm limit is reached; a new minute begins in 60 s")
        box.settle(0, used(250, 50))
        #expect(balancer.states == ["ready"])
        #expect(throws: PickError.self) { try balancer.run(.success(), after: request(701)) }
        try balancer.run(used(0, 0), after: request(100, limit: 100))
        try balancer.run(.ignored, after: request(400))
        try balancer.run(used(100, 300), after: request(100))
        #expect(balancer.states == ["full"])
    }

    @Test func `one too large for what is left goes elsewhere, or waits while smaller ones pass`() throws {
        let (balancer, clock, _) = fixture(size: 2, tpm: 1000).make()
        #expect(try balancer.run(.ignored, after: PickRequest(promptTokens: 900, tried: [InstanceID(index: 1)])) == 0)
        for _ in 0..<10 { #expect(try balancer.run(.ignored, after: request(101)) == 1) }
        var only = request(600)
        only.excluded = [DeploymentID(index: 1)]
        guard
            case .full(let why) = #expect(
                throws: PickError.self, performing: { try balancer.run(.success(), after: only) })
        else { return #expect(Bool(false), "there is no room for it now") }
        #expect(why.retryAfter == .seconds(60))
        _ = try balancer.wait(for: model, only) { [box] in box.put($0, as: 1) }
        only.promptTokens = 100
        #expect(try balancer.run(.ignored, after: only) == 0)
        #expect(box.order.isEmpty && balancer.states == ["full", "ready"])
        clock.advance(by: .seconds(60))
        #expect(throws: PickError.self) {
            only.promptTokens = 500
            try balancer.run(.ignored, after: only)
        }
        #expect(box.order == [1], "who waits comes first in the new minute")
        box.settleAll()
    }

    @Test func `one larger than the limit goes in an empty minute`() throws {
        let (balancer, clock, _) = fixture(tpm: 1000).make()
        try balancer.run(.ignored, after: request(5000))
        #expect(throws: PickError.self) { try balancer.run(.success(), after: request(1)) }
        clock.advance(by: .seconds(60))
        try balancer.run(.ignored, after: request(1))
        #expect(throws: PickError.self) { try balancer.run(.success(), after: request(5000)) }
    }

    @Test func `what ends after its minute does not disturb the next`() throws {
        let (balancer, clock, _) = fixture(tpm: 1000).make()
        box.put(try balancer.pick(model, request(1000)), as: 0)
        clock.advance(by: .seconds(60))
        try balancer.run(.ignored, after: request(600))
        box.settle(0, used(1, 1))
        #expect(throws: PickError.self) { try balancer.run(.success(), after: request(401)) }
        box.put(try balancer.pick(model, request(400)), as: 1)
        clock.advance(by: .seconds(61))
        box.settle(1, used(50_000, 1))
        try balancer.run(.ignored, after: request(1000))
    }

    @Test func `a new minute serves the queue by time alone`() async throws {
        let (balancer, clock, _) = fixture(rpm: 1).make()
        try balancer.run(.success())
        let granted = AsyncStream<Int>.makeStream()
        _ = try balancer.wait(for: model, .after()) { [box] lease in
            box.put(lease, as: 1)
            granted.continuation.yield(1)
        }
        // The balancer looks at least once a second.
        for _ in 0..<60 {
            #expect(box.order.isEmpty)
            _ = await clock.nextSleep()
            clock.advance(by: .seconds(1))
        }
        var arrivals = granted.stream.makeAsyncIterator()
        #expect(await arrivals.next() == 1)
        box.settleAll()
    }

    @Test func `under soonest a new minute serves the queue too, and no more than it may`() throws {
        var pool = PoolState(fixture("soonest", rpm: 2).spec, at: .zero)
        var open: [Grant] = []
        for _ in 0..<2 { open.append(try pool.pick(0, .after(), at: .zero).get()) }
        for _ in 0..<3 {
            guard case .failure(.full) = pool.pick(0, .after(), at: .zero) else {
                return #expect(Bool(false), "two have gone")
            }
            _ = try pool.wait(0, .after(), granted: { _ in }, refused: { _ in }, at: .zero).get()
        }
        for grant in open { pool.settle(grant, .success(), sampled: false, at: .zero + .seconds(1)) }
        pool.serveAll(at: .zero + .seconds(59))
        #expect((pool.takeEffects()?.granted.count ?? 0) == 0)
        while let wake = pool.nextWake(), wake <= .zero + .seconds(61) { pool.serveAll(at: wake + .nanoseconds(1)) }
        let (granted, waiting) = (pool.takeEffects()?.granted.count, pool.waiting)
        #expect(granted == 2 && waiting == 1)
    }

    @Test func `a limit leaves it to the next order`() throws {
        var fixture = fixture(size: 2, rpm: 2)
        fixture.spec.deployments[1].order = 1
        let (balancer, clock, _) = fixture.make()
        #expect(try (0..<4).map { _ in try balancer.run(.success()) } == [0, 0, 1, 1])
        clock.advance(by: .seconds(60))
        #expect(try balancer.run(.success()) == 0)
    }

    @Test func `only deployments with limits have a window, and the state of others is no larger for it`() {
        let pool = PoolState(fixture(size: 3, rpm: 2).spec, at: .zero)
        let windows = pool.windows.count
        #expect(windows == 1)
        // What was left over at the end.
        #expect(MemoryLayout<DeploymentState>.offset(of: \.window) == 172)
        #expect(MemoryLayout<DeploymentState>.stride == 176)
    }
}
