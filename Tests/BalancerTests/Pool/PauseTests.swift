import Balancer
import TestSupport
import Testing

/// Deployments that want to be left alone, and what happens when their time is up.
@Suite struct PauseTests {
    let model = ModelID(index: 0)
    let box = LeaseBox()

    private static func paused(
        _ strategy: String = "least-busy", size: Int = 1, for pause: Duration? = .seconds(20)
    ) throws -> (balancer: PoolBalancer, clock: ManualClock) {
        var fixture = PoolFixture(strategy, size: size)
        fixture.spec.settings.maxWaiting = 16
        let (balancer, clock, _) = fixture.make()
        for _ in 0..<size { try balancer.run(.failed(.saturated(retryAfter: pause))) }
        #expect(balancer.states.allSatisfy { $0 == "full" })
        return (balancer, clock)
    }

    private func wait(_ balancer: PoolBalancer, _ numbers: Range<Int>, mostWait: Duration? = nil) throws {
        for number in numbers {
            var request = PickRequest.after()
            request.mostWait = mostWait
            _ = try balancer.wait(for: model, request) { [box] lease in box.put(lease, as: number) }
        }
    }

    @Test(arguments: ["least-busy", "simple-shuffle", "latency-based", "power-of-two", "soonest"])
    func `when a pause ends those who wait go out one by one until one has succeeded`(strategy: String) async throws {
        let (balancer, clock) = try Self.paused(strategy)
        try wait(balancer, 0..<5)
        clock.advance(by: .seconds(19))
        await balancer.observe(.good(0))
        #expect(box.order.isEmpty, "not before its time")
        clock.advance(by: .seconds(2))
        await balancer.observe(.good(0))
        await granted(1, clock)
        #expect(box.order == [0])
        box.settle(0, .failed(.serverError(status: 500)))
        await granted(2, clock)
        #expect(box.order == [0, 1], "it has not shown that it takes requests again")
        box.settle(1, .ignored)
        await granted(3, clock)
        #expect(box.order == [0, 1, 2])
        box.settle(2, .success())
        await granted(5, clock)
        #expect(Set(box.order) == [0, 1, 2, 3, 4])
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0 && balancer.snapshot().waiting == 0)
    }

    /// Plans of `soonest` are made by the balancer itself, a moment later: time goes on until so many have a lease.
    private func granted(_ count: Int, _ clock: ManualClock) async {
        for _ in 0..<5_000 where box.order.count < count {
            clock.advance(by: .milliseconds(2))
            for _ in 0..<20 { await Task.yield() }
        }
        for _ in 0..<20 { await Task.yield() }
    }

    @Test func `the first token of the one that tries lets the others go`() throws {
        let (balancer, clock) = try Self.paused()
        clock.advance(by: .seconds(21))
        #expect(balancer.states == ["ready"], "an idle pool is ready when the pause is over")
        var lease = try balancer.pick(model, .after())
        #expect(balancer.states == ["full"])
        try wait(balancer, 0..<3)
        #expect(box.order.isEmpty)
        lease.firstToken(after: .milliseconds(100))
        #expect(box.order == [0, 1, 2])
        #expect(balancer.states == ["ready"])
        lease.settle(.success())
        box.settleAll()
    }

    @Test(arguments: [(10, 1_000), (900, 1_800), (60_000, 5_000)])
    func `one that is not refused for as long as refusals take lets the others go though it has no answer`(
        refusal: Int, held: Int
    ) throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 1).make()
        let refused = try balancer.pick(model, .after())
        refused.refused(after: .milliseconds(refusal))
        refused.settle(.failed(.saturated(retryAfter: .seconds(20))))
        clock.advance(by: .seconds(21))
        let slow = try balancer.pick(model, .after())
        let error = #expect(throws: PickError.self) { try balancer.run(.success()) }
        guard case .full(let why) = error else { return #expect(Bool(false), "one tries at a time") }
        #expect(why.limit == .busy && why.opensIn == .milliseconds(held))
        clock.advance(by: .milliseconds(held - 1))
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        clock.advance(by: .milliseconds(1))
        var others: [Int] = []
        for number in 0..<4 {
            box.put(try balancer.pick(model, .after()), as: number)
            others.append(number)
        }
        #expect(box.order == others)
        slow.settle(.failed(.timedOut))
        #expect(try balancer.run(.success()) == 0, "the end of the slow one holds nobody again")
        box.settleAll()
    }

    @Test(arguments: ["least-busy", "simple-shuffle", "latency-based", "power-of-two", "soonest"])
    func `time alone lets those go who wait behind a slow one`(strategy: String) async throws {
        let (balancer, clock) = try Self.paused(strategy)
        clock.advance(by: .seconds(21))
        let slow = try balancer.pick(model, .after())
        try wait(balancer, 0..<3)
        #expect(box.order.isEmpty)
        await granted(3, clock)
        #expect(Set(box.order) == [0, 1, 2])
        slow.settle(.success())
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0 && balancer.snapshot().waiting == 0)
    }

    @Test func `the begin of an answer to the one that tries lets the others go, and to no other request`() throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 1).make()
        let early = try balancer.pick(model, .after())
        try balancer.run(.failed(.saturated(retryAfter: .seconds(20))))
        clock.advance(by: .seconds(21))
        let slow = try balancer.pick(model, .after())
        early.answered()
        #expect(balancer.states == ["full"], "it was taken before the pause")
        slow.answered()
        #expect(balancer.states == ["ready"])
        for _ in 0..<3 { try balancer.run(.success()) }
        try balancer.run(.failed(.saturated(retryAfter: .seconds(60))))
        slow.settle(.success())
        early.settle(.success())
        #expect(balancer.states == ["full"], "what was taken earlier ends no later pause")
    }

    @Test func `a refusal while one tries is kept for its own time, and a late one begins a pause anew`() throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 1).make()
        let early = try balancer.pick(model, .after())
        try balancer.run(.failed(.saturated(retryAfter: .seconds(20))))
        clock.advance(by: .seconds(21))
        let slow = try balancer.pick(model, .after())
        early.settle(.failed(.saturated(retryAfter: .milliseconds(100))))
        clock.advance(by: .milliseconds(100))
        let next = try balancer.pick(model, .after())
        clock.advance(by: .seconds(2))
        try balancer.run(.success())
        slow.settle(.failed(.saturated(retryAfter: .seconds(60))))
        next.settle(.success())
        clock.advance(by: .seconds(59))
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        clock.advance(by: .seconds(1))
        try balancer.run(.success())
    }

    @Test func `a place that opens under a cap while one tries is not taken before its time`() throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 1, maxParallel: 2).make()
        let early = try balancer.pick(model, .after())
        try balancer.run(.failed(.saturated(retryAfter: .seconds(20))))
        clock.advance(by: .seconds(21))
        let slow = try balancer.pick(model, .after())
        early.settle(.success())
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        clock.advance(by: .seconds(1))
        try balancer.run(.success())
        slow.settle(.success())
    }

    /// A cap or a minute that is full when the pause ends opens without anybody's looking at the pause again.
    @Test(arguments: ["least-busy", "simple-shuffle", "latency-based", "power-of-two"], [nil, 3, 6] as [Int?])
    func `a place that opens under a cap after the pause is for the one that tries`(strategy: String, rpm: Int?) throws
    {
        var fixture = PoolFixture(strategy, size: 1, maxParallel: 3)
        fixture.spec.deployments[0].rpm = rpm
        let (balancer, clock, _) = fixture.make()
        let first = try balancer.pick(model, .after())
        let second = try balancer.pick(model, .after())
        try balancer.run(.failed(.saturated(retryAfter: .seconds(20))))
        // An rpm of 3 is used up: its minute outlasts the pause.
        clock.advance(by: .seconds(rpm == 3 ? 61 : 21))
        let trial = try balancer.pick(model, .after())
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        first.settle(.success())
        second.settle(.success())
        #expect(throws: PickError.self, "one at a time, though there is room") { try balancer.run(.success()) }
        trial.settle(.failed(.serverError(status: 500)))
        let again = try balancer.pick(model, .after())
        #expect(throws: PickError.self, "the first one has shown nothing") { try balancer.run(.success()) }
        again.settle(.success())
        let free = try balancer.pick(model, .after())
        if rpm == nil { try balancer.run(.success()) }
        free.settle(.success())
    }

    @Test func `under a cap of two that early requests fill those who wait after the pause go one by one`() throws {
        var fixture = PoolFixture("least-busy", size: 1, maxParallel: 2)
        fixture.spec.settings.maxWaiting = 16
        let (balancer, clock, _) = fixture.make()
        let early = try balancer.pick(model, .after())
        try balancer.run(.failed(.saturated(retryAfter: .seconds(20))))
        try wait(balancer, 0..<4)
        clock.advance(by: .seconds(21))
        #expect(throws: PickError.self, "the first of those who wait tries it") { try balancer.run(.success()) }
        #expect(box.order == [0])
        early.settle(.success())
        #expect(box.order == [0], "its end opens a place, and says nothing about the pause")
        box.settle(0, .ignored)
        #expect(box.order == [0, 1], "nor has one that was given up shown anything")
        box.settle(1, .success())
        #expect(box.order == [0, 1, 2, 3])
        box.settleAll()
    }

    @Test func `one that is told to wait again holds the others for as long`() throws {
        let (balancer, clock) = try Self.paused()
        clock.advance(by: .seconds(21))
        try balancer.run(.failed(.saturated(retryAfter: .seconds(60))))
        guard case .full(let why) = #expect(throws: PickError.self, performing: { try balancer.run(.success()) }) else {
            return
        }
        #expect(why.limit == .busy && why.opensIn == .seconds(60) && why.retryAfter == .seconds(60))
        clock.advance(by: .seconds(60))
        #expect(try balancer.run(.success()) == 0)
    }

    @Test func `what cannot fit any more when a pause becomes longer is refused at once`() async throws {
        let (balancer, clock) = try Self.paused(for: .seconds(5))
        let refused = RefusalBox()
        for most in [9, 10, 100] {
            var request = PickRequest.after()
            request.mostWait = .seconds(most)
            _ = try balancer.wait(
                for: model, request, granted: { [box] lease in box.put(lease, as: most) },
                refused: { refused.put($0, as: most) })
        }
        clock.advance(by: .seconds(6))
        await balancer.observe(.good(0))
        #expect(box.order == [9])
        box.settle(9, .failed(.saturated(retryAfter: .seconds(60))))
        #expect(Set(refused.all.map(\.number)) == [10, 100], "a minute is longer than anybody waits for a pause")
        guard case .full(let why) = refused.all.first?.error else { return #expect(Bool(false), "it is full") }
        #expect(why.limit == .busy && why.opensIn == .seconds(60))
        #expect(balancer.snapshot().waiting == 0)
    }

    @Test(arguments: [301, 86_400, 2_592_000])
    func `a long pause is kept to its end, and its true time is told`(seconds: Int) throws {
        let (balancer, clock) = try Self.paused(for: .seconds(seconds))
        clock.advance(by: .seconds(seconds - 1))
        guard case .full(let why) = #expect(throws: PickError.self, performing: { try balancer.run(.success()) }) else {
            return
        }
        #expect(why.opensIn == .seconds(1))
        clock.advance(by: .seconds(1))
        #expect(try balancer.run(.success()) == 0)
    }

    @Test func `one paused instance of two is tried by one request, the others go elsewhere meanwhile`() throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 2).make()
        #expect(try balancer.run(.failed(.saturated(retryAfter: .seconds(5))), after: .after(1)) == 0)
        clock.advance(by: .seconds(6))
        let lease = try balancer.pick(model, .after())
        #expect(lease.instance.index == 0)
        for _ in 0..<5 { #expect(try balancer.run(.success()) == 1) }
        lease.settle(.success())
        #expect(try (0..<4).map { _ in try balancer.run(.success()) }.contains(0))
    }
}

/// Pauses that are longer than anybody waits.
@Suite struct LongPauseTests {
    private let model = ModelID(index: 0)

    private func request() -> PickRequest {
        var request = PickRequest.after()
        request.mostWait = .seconds(600)
        return request
    }

    private func pool(
        _ strategy: String, size: Int, isRateLimit: Bool = false, isProbed: Bool = false
    ) throws -> (balancer: PoolBalancer, clock: ManualClock) {
        let (balancer, clock, _) = PoolFixture(strategy, size: size, isProbed: isProbed).make()
        for _ in 0..<size {
            try balancer.run(.failed(.saturated(retryAfter: .seconds(300), isRateLimit: isRateLimit)), after: request())
        }
        return (balancer, clock)
    }

    private func refusal(_ balancer: PoolBalancer) -> Unavailable? {
        do throws(PickError) {
            try balancer.run(.success(), after: request())
            return nil
        } catch {
            if case .full(let why) = error { return why }
            return nil
        }
    }

    @Test(arguments: Strategies.names)
    func `nobody waits for a long pause, and its true time is told`(strategy: String) throws {
        let (balancer, clock) = try pool(strategy, size: 3)
        clock.advance(by: .seconds(1))
        let why = try #require(refusal(balancer))
        #expect(why.limit == .busy && why.opensIn == .seconds(299) && why.retryAfter == .seconds(299))
        let waits = try #require(why.limit?.mostWait)
        #expect(waits < .seconds(10))
        #expect((0..<3).allSatisfy { why.message.contains("gpu-\($0 + 1)") })
    }

    @Test(arguments: Strategies.names)
    func `a box that is well before its time is found out within seconds`(strategy: String) throws {
        let (balancer, clock) = try pool(strategy, size: 3)
        var (sent, refused) = (0, 0)
        while clock.now < .zero + .seconds(20) {
            clock.advance(by: .milliseconds(100))
            do throws(PickError) {
                try balancer.run(.failed(.saturated(retryAfter: .seconds(300))), after: request())
                sent += 1
            } catch {
                refused += 1
            }
        }
        #expect((3...6).contains(sent) && refused > 150, "\(sent) sent, \(refused) refused")
        while refusal(balancer) != nil { clock.advance(by: .milliseconds(100)) }
        #expect(clock.now < .zero + .seconds(60))
        for _ in 0..<20 { try balancer.run(.success(), after: request()) }
    }

    @Test func `one that tries it early and shows nothing leaves it as it was`() throws {
        let (balancer, clock) = try pool("least-busy", size: 1)
        clock.advance(by: .seconds(6))
        try balancer.run(.ignored, after: request())
        let why = try #require(refusal(balancer))
        #expect(why.opensIn == .seconds(294))
    }

    @Test func `a cloud's rate limit is not tried, one of a box is`() throws {
        for isProbed in [false, true] {
            let (balancer, clock) = try pool("least-busy", size: 1, isRateLimit: true, isProbed: isProbed)
            clock.advance(by: .seconds(60))
            let why = refusal(balancer)
            #expect((why == nil) == isProbed)
            if let why { #expect(why.limit == .pause) }
        }
    }

    @Test func `who would be refused may have another model first`() throws {
        let (balancer, clock) = try pool("least-busy", size: 1)
        clock.advance(by: .seconds(6))
        var request = request()
        request.hasElsewhere = true
        guard
            case .full(let why) = #expect(
                throws: PickError.self, performing: { try balancer.run(.ignored, after: request) })
        else { return }
        #expect(why.mayBeTried)
    }
}
