import TestSupport
import Testing

@testable import Balancer

/// Servers of other kinds than Ollama, which say nothing of their memory and may load models by themselves.
@Suite struct ResidentsTests {
    private static func pool(mayLoad: Bool, models: Int = 1) -> (balancer: PoolBalancer, clock: ManualClock) {
        var fixture = PoolFixture("least-busy", size: 2, isProbed: true)
        for box in 0..<2 {
            fixture.spec.instances[box].tagMatching = .any
            fixture.spec.instances[box].mayLoad = mayLoad
        }
        if models > 1 { fixture.addModel("other", strategy: "least-busy", onFirst: 2) }
        let (balancer, clock, _) = fixture.make()
        return (balancer, clock)
    }

    private static func ask(not box: Int?) -> PickRequest {
        var request = PickRequest.after()
        request.learns = .answers
        if let box { request.tried.insert(InstanceID(index: box)) }
        return request
    }

    private static func probe(_ balancer: PoolBalancer, _ clock: ManualClock) async {
        for box in 0..<2 {
            await balancer.observe(
                ProbeReport(
                    instance: InstanceID(index: box), at: clock.now, latency: .milliseconds(1), result: .reachable,
                    version: nil, tags: nil, loaded: nil))
        }
    }

    private static func pass(_ seconds: Int, _ balancer: PoolBalancer, _ clock: ManualClock) async {
        for _ in 0..<seconds / 5 {
            clock.advance(by: .seconds(5))
            await probe(balancer, clock)
        }
    }

    /// Each box answers, with its first token after 100 ms.
    private static func answer(
        _ balancer: PoolBalancer, _ clock: ManualClock, model: Int = 0, times: Int = 1
    ) async throws {
        for number in 0..<2 * times {
            var lease = try balancer.pick(ModelID(index: model), ask(not: number % 2))
            lease.firstToken(after: .milliseconds(100))
            lease.settle(
                .succeeded(
                    Sample(
                        timeToFirstToken: .milliseconds(100), duration: .seconds(1), promptTokens: 100,
                        completionTokens: 5, times: nil)))
        }
    }

    /// The seconds until another box is asked for a request that nothing comes of; nil: not in four minutes.
    private static func wait(_ balancer: PoolBalancer, _ clock: ManualClock) async throws -> Int? {
        var lease = try balancer.pick(ModelID(index: 0), ask(not: nil))
        let (sent, box) = (clock.now, lease.instance.index)
        for second in 1...240 {
            clock.advance(by: .seconds(1))
            await probe(balancer, clock)
            switch lease.look(ask(not: box), sent: sent, bytes: nil, isStreamed: true, at: clock.now) {
            case .look: break
            case .leave: break
            case .hedge(let other):
                other.settle(.ignored)
                lease.settle(.ignored)
                return second
            }
        }
        lease.settle(.ignored)
        return nil
    }

    @Test func `a first request after a long pause may load, and is not late by warm answers`() async throws {
        let (balancer, clock) = Self.pool(mayLoad: true)
        await Self.pass(5, balancer, clock)
        try await Self.answer(balancer, clock, times: 20)
        await Self.pass(5, balancer, clock)
        #expect(try #require(await Self.wait(balancer, clock)) < 5, "it has just answered")
        await Self.pass(600, balancer, clock)
        #expect(try await Self.wait(balancer, clock) == nil)
    }

    @Test func `a server that has shown that it loads nothing is late soon all the same`() async throws {
        let (balancer, clock) = Self.pool(mayLoad: true)
        await Self.pass(5, balancer, clock)
        for _ in 0..<6 {
            try await Self.answer(balancer, clock, times: 5)
            await Self.pass(600, balancer, clock)
        }
        #expect(try #require(await Self.wait(balancer, clock)) < 20)
    }

    @Test func `an answer of another model may have put this one out`() async throws {
        let (balancer, clock) = Self.pool(mayLoad: true, models: 2)
        await Self.pass(5, balancer, clock)
        try await Self.answer(balancer, clock, times: 20)
        await Self.pass(5, balancer, clock)
        try await Self.answer(balancer, clock, model: 1)
        await Self.pass(5, balancer, clock)
        #expect(try await Self.wait(balancer, clock) == nil)
    }

    @Test func `one that loads nothing has its model always`() async throws {
        let (balancer, clock) = Self.pool(mayLoad: false)
        await Self.pass(5, balancer, clock)
        try await Self.answer(balancer, clock, times: 20)
        await Self.pass(600, balancer, clock)
        #expect(try #require(await Self.wait(balancer, clock)) < 5)
    }
}
