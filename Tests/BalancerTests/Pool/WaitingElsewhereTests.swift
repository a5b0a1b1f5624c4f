import Balancer
import TestSupport
import Testing

/// Requests that wait for several models at once.
@Suite struct WaitingElsewhereTests {
    static let strategies = ["least-busy", "power-of-two", "soonest"]
    let first = ModelID(index: 0)
    let second = ModelID(index: 1)
    let box = LeaseBox()
    let refused = RefusalBox()

    /// Two models on an instance each, of one place each.
    private func pool(
        _ strategy: String = "least-busy"
    ) -> (balancer: PoolBalancer, clock: ManualClock) {
        var fixture = PoolFixture(strategy, size: 2, maxParallel: 1)
        fixture.spec.models[0].deployments = [DeploymentID(index: 0)]
        fixture.spec.models.append(
            ModelSpec(name: "smart", strategy: strategy, deployments: [DeploymentID(index: 1)]))
        fixture.spec.deployments[1].modelName = "smart"
        fixture.spec.settings.maxWaiting = 4
        let (balancer, clock, _) = fixture.make()
        return (balancer, clock)
    }

    private func wait(
        _ balancer: PoolBalancer, _ number: Int, mostWait: Duration? = nil
    ) throws -> WaitTicket {
        var request = PickRequest.after()
        request.mostWait = mostWait
        return try balancer.wait(
            for: first, request, also: [WaitPlace(second, .after())],
            granted: { [box] lease in box.put(lease, as: number) },
            refused: { [refused] in refused.put($0, as: number) })
    }

    /// Plans of `soonest` are made by the balancer itself, a moment later.
    private func granted(_ count: Int, _ clock: ManualClock) async {
        for _ in 0..<5_000 where box.order.count < count {
            clock.advance(by: .milliseconds(2))
            for _ in 0..<20 { await Task.yield() }
        }
    }

    @Test(arguments: strategies, [0, 1])
    func `one is served where a place opens first, once, and is gone from the other queue`(
        strategy: String, opens: Int
    ) async throws {
        let (balancer, clock) = pool(strategy)
        for model in [first, second] { box.put(try balancer.pick(model, .after()), as: model.index) }
        let ticket = try wait(balancer, 10)
        #expect(balancer.snapshot().waiting == 1 && balancer.snapshot().models.map(\.waiting) == [1, 1])
        #expect(balancer.position(of: ticket) == 1)
        box.settle(opens, .success())
        await granted(3, clock)
        #expect(box.order == [0, 1, 10])
        #expect(balancer.snapshot().waiting == 0 && balancer.snapshot().models.map(\.waiting) == [0, 0])
        #expect(balancer.position(of: ticket) == nil && !balancer.leave(ticket))
        #expect(balancer.snapshot().deployments.map(\.requests) == (opens == 0 ? [2, 1] : [1, 2]))
        box.settle(1 - opens, .success())
        await granted(4, clock)
        #expect(box.order == [0, 1, 10], "it is served once")
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0)
    }

    @Test(arguments: strategies)
    func `one that leaves is in no queue any more`(strategy: String) async throws {
        let (balancer, clock) = pool(strategy)
        for model in [first, second] { box.put(try balancer.pick(model, .after()), as: model.index) }
        let ticket = try wait(balancer, 10)
        #expect(balancer.leave(ticket) && !balancer.leave(ticket))
        #expect(balancer.snapshot().models.map(\.waiting) == [0, 0] && balancer.snapshot().waiting == 0)
        box.settleAll()
        await granted(3, clock)
        #expect(box.order == [0, 1])
    }

    @Test func `time alone serves it where a pause ends before a place opens under a cap`() async throws {
        let (balancer, clock) = pool()
        try balancer.run(.failed(.saturated(retryAfter: .seconds(5))))
        box.put(try balancer.pick(second, .after()), as: 1)
        _ = try wait(balancer, 10)
        #expect(box.order == [1])
        clock.advance(by: .seconds(5))
        await granted(2, clock)
        #expect(box.order == [1, 10])
        #expect(balancer.snapshot().deployments.map(\.requests) == [2, 1])
        box.settleAll()
    }

    @Test func `who is turned away from one queue stays in the other, and is refused with the last`() async throws {
        let (balancer, clock) = pool()
        try balancer.run(.failed(.saturated(retryAfter: .seconds(5))))
        box.put(try balancer.pick(second, .after()), as: 1)
        let ticket = try wait(balancer, 10, mostWait: .seconds(20))
        clock.advance(by: .seconds(6))
        let again = try balancer.wait(for: first, .after()) { [box] lease in box.put(lease, as: 11) }
        await granted(2, clock)
        #expect(box.order == [1, 10])
        _ = (ticket, again)
        box.settle(10, .failed(.saturated(retryAfter: .seconds(60))))
        let late = try wait(balancer, 12, mostWait: .seconds(20))
        #expect(refused.all.isEmpty && balancer.snapshot().waiting == 2)
        box.settle(1, .success())
        #expect(box.order == [1, 10, 12])
        #expect(!balancer.leave(late))
        box.settleAll()
    }

    @Test func `a queue that is full leaves the others to it`() throws {
        let (balancer, _) = pool()
        for model in [first, second] { box.put(try balancer.pick(model, .after()), as: model.index) }
        let before = try (0..<4).map { number in
            try balancer.wait(for: first, .after()) { [box] lease in box.put(lease, as: 20 + number) }
        }
        #expect(throws: PickError.queueFull) { try balancer.wait(for: first, .after()) { _ in } }
        let ticket = try wait(balancer, 10)
        #expect(balancer.snapshot().models.map(\.waiting) == [4, 1])
        box.settle(1, .success())
        #expect(box.order == [0, 1, 10] && balancer.position(of: ticket) == nil)
        for ticket in before { #expect(balancer.leave(ticket)) }
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0 && balancer.snapshot().waiting == 0)
    }
}
