import TestSupport
import Testing

@testable import Balancer

/// One token in a client's place, at a box that answered nobody.
@Suite struct CanaryTests {
    private let box = InstanceID(index: 0)

    /// A pool whose first box has been left twice, so that it is out.
    private func pool(usesCanaries: Bool = true) async throws -> (balancer: PoolBalancer, clock: ManualClock) {
        var fixture = PoolFixture("least-busy", size: 2, isProbed: true)
        fixture.spec.settings.usesCanaries = usesCanaries
        let (balancer, clock, _) = fixture.make()
        await probe(balancer, clock)
        for number in 0..<80 {
            clock.advance(by: .milliseconds(200))
            var lease = try balancer.pick(ModelID(index: 0), ask(not: number % 2))
            lease.firstToken(after: .milliseconds(100))
            lease.settle(.success(.milliseconds(100)))
        }
        for _ in 0..<2 {
            var lease = try balancer.pick(ModelID(index: 0), ask(not: 1))
            let sent = clock.now
            var isLeft = false
            while !isLeft {
                clock.advance(by: .seconds(1))
                await probe(balancer, clock)
                guard
                    case .hedge(let other) = lease.look(
                        ask(not: 0), sent: sent, bytes: nil, isStreamed: true, at: clock.now)
                else { continue }
                isLeft = true
                let isFault = lease.leave(sent: sent, bytes: nil, at: clock.now)
                #expect(isFault)
                other.settle(.success(.milliseconds(100)))
            }
            lease.settle(.failed(.timedOut))
        }
        try #require(balancer.snapshot().deployments[0].breaker == "open")
        return (balancer, clock)
    }

    private func ask(not box: Int) -> PickRequest {
        var request = PickRequest.after(box)
        request.learns = .answers
        return request
    }

    private func probe(_ balancer: PoolBalancer, _ clock: ManualClock, lists: Bool = true) async {
        for box in 0..<2 {
            let loaded = LoadedModel(model: "llama3.1:8b", contextLength: 8192, size: 1, sizeVRAM: 1, expiresAt: "")
            await balancer.observe(
                ProbeReport(
                    instance: InstanceID(index: box), at: clock.now, latency: .milliseconds(1), result: .reachable,
                    version: nil, tags: nil, loaded: lists ? [loaded] : []))
        }
    }

    private func pass(_ seconds: Int, _ balancer: PoolBalancer, _ clock: ManualClock, lists: Bool = true) async {
        for _ in 0..<seconds {
            clock.advance(by: .seconds(1))
            await probe(balancer, clock, lists: lists)
        }
    }

    @Test func `it goes out shortly before a client's request would, once, and brings the box back`() async throws {
        let (balancer, clock) = try await pool()
        #expect(balancer.beginCanary(on: box) == nil, "it has its time first")
        await pass(25, balancer, clock)
        let canary = try #require(balancer.beginCanary(on: box))
        #expect(canary.tag == "llama3.1:8b" && canary.context == 8192 && !canary.embeds)
        #expect(balancer.beginCanary(on: box) == nil && balancer.beginCanary(on: InstanceID(index: 1)) == nil)
        balancer.endCanary(canary, answeredIn: .milliseconds(300))
        let row = balancer.snapshot().deployments[0]
        #expect(row.breaker == "closed" && row.state == "ready" && row.requests == 42)
        #expect(try balancer.run(.success(), after: ask(not: 1)) == 0)
        #expect(balancer.snapshot().audit?.drift == 0)
    }

    @Test func `one without an answer keeps the box out for longer, and no client finds that out`() async throws {
        let (balancer, clock) = try await pool()
        await pass(25, balancer, clock)
        let canary = try #require(balancer.beginCanary(on: box))
        await pass(10, balancer, clock)
        balancer.endCanary(canary, answeredIn: nil)
        #expect(balancer.snapshot().deployments[0].breaker == "open")
        await pass(30, balancer, clock)
        // Without one a client's request would have been the trial by now.
        for _ in 0..<5 { #expect(try balancer.run(.success(), after: ask(not: 7)) == 1) }
        await pass(30, balancer, clock)
        #expect(balancer.beginCanary(on: box) != nil)
    }

    @Test func `there is none for a model that would be loaded, and none unless it is wanted`() async throws {
        let (balancer, clock) = try await pool()
        await pass(25, balancer, clock, lists: false)
        #expect(balancer.beginCanary(on: box) == nil)
        let (other, otherClock) = try await pool(usesCanaries: false)
        await pass(25, other, otherClock)
        #expect(other.beginCanary(on: box) == nil)
    }

    @Test func `one that ends late changes nothing`() async throws {
        let (balancer, clock) = try await pool()
        await pass(25, balancer, clock)
        let canary = try #require(balancer.beginCanary(on: box))
        balancer.endCanary(canary, answeredIn: nil)
        balancer.endCanary(canary, answeredIn: .milliseconds(1))
        #expect(balancer.snapshot().deployments[0].breaker == "open")
    }
}
