import Balancer
import TestSupport
import Testing

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
