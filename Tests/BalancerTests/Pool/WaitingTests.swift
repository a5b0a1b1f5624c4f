import Balancer
import TestSupport
import Testing

@Suite struct WaitingTests {
    let model = ModelID(index: 0)
    let box = LeaseBox()

    func wait(_ balancer: PoolBalancer, _ number: Int, _ request: PickRequest = .after()) throws -> WaitTicket {
        try balancer.wait(for: model, request) { [box] lease in box.put(lease, as: number) }
    }

    @Test func `waits only when full, and is granted in order`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, maxParallel: 1).make()
        for number in 0..<2 { box.put(try balancer.pick(model, .after()), as: number) }
        guard case .full = #expect(throws: PickError.self, performing: { try balancer.run(.success()) }) else {
            return #expect(Bool(false), "both are at their cap")
        }
        let tickets = try (10..<13).map { try wait(balancer, $0) }
        #expect(tickets.map(balancer.position) == [1, 2, 3])
        #expect(balancer.snapshot().waiting == 3)
        #expect(throws: PickError.queueFull) { try wait(balancer, 13) }
        box.settle(0, .success())
        #expect(box.order == [0, 1, 10])
        #expect(tickets.map(balancer.position) == [nil, 1, 2])
        box.settle(1, .ignored)
        box.settle(10, .failed(.incomplete))
        #expect(box.order == [0, 1, 10, 11, 12])
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0)
        #expect(balancer.snapshot().waiting == 0)
    }

    @Test func `is granted at once when a place has come free meanwhile`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1, maxParallel: 1).make()
        let ticket = try wait(balancer, 1)
        #expect(box.order == [1])
        #expect(balancer.position(of: ticket) == nil)
        #expect(!balancer.leave(ticket))
        box.settleAll()
    }

    @Test func `who leaves is passed over, and leaving twice says so`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1, maxParallel: 1).make()
        box.put(try balancer.pick(model, .after()), as: 0)
        let first = try wait(balancer, 1)
        _ = try wait(balancer, 2)
        #expect(balancer.leave(first))
        #expect(!balancer.leave(first))
        box.settle(0, .success())
        #expect(box.order == [0, 2])
        box.settleAll()
    }

    @Test func `nobody overtakes the queue`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1, maxParallel: 1).make()
        box.put(try balancer.pick(model, .after()), as: 0)
        _ = try wait(balancer, 1)
        box.settle(0, .success())
        #expect(box.order == [0, 1])
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        box.settleAll()
        #expect(try balancer.run(.success()) == 0)
    }

    @Test func `one whose only free instance is where it failed lets the next go first`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, maxParallel: 1).make()
        for number in 0..<2 { box.put(try balancer.pick(model, .after(1 - number)), as: number) }
        _ = try wait(balancer, 10, .after(0))
        _ = try wait(balancer, 11)
        box.settle(0, .success())
        #expect(box.order == [0, 1, 11])
        box.settle(1, .success())
        #expect(box.order == [0, 1, 11, 10])
        box.settleAll()
    }

    @Test func `an undrained instance serves the queue`() async throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, maxParallel: 1).make()
        _ = try await balancer.drain("gpu-2")
        box.put(try balancer.pick(model, .after()), as: 0)
        _ = try wait(balancer, 1)
        #expect(box.order == [0])
        _ = try await balancer.undrain("gpu-2")
        #expect(box.order == [0, 1])
        box.settleAll()
    }

    @Test func `an instance that comes back serves the queue`() async throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, isProbed: true, maxParallel: 1).make()
        for _ in 0..<3 { await balancer.observe(.bad(1)) }
        box.put(try balancer.pick(model, .after()), as: 0)
        _ = try wait(balancer, 1)
        await balancer.observe(.good(1))
        #expect(box.order == [0])
        await balancer.observe(.good(1))
        #expect(box.order == [0, 1])
        box.settleAll()
    }

    @Test func `time alone serves the queue when a busy instance's pause ends`() async throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 1).make()
        try balancer.run(.failed(.saturated(retryAfter: .milliseconds(500))))
        let granted = AsyncStream<Int>.makeStream()
        _ = try balancer.wait(for: model, .after()) { [box] lease in
            box.put(lease, as: 1)
            granted.continuation.yield(1)
        }
        #expect(box.order.isEmpty)
        #expect(await clock.nextSleep() == .zero + .milliseconds(500))
        clock.advance(by: .milliseconds(500))
        var arrivals = granted.stream.makeAsyncIterator()
        #expect(await arrivals.next() == 1)
        box.settleAll()
    }

    @Test func `when what was full fails, who waits gets the trial in need before newcomers`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1, maxParallel: 1, tripAfter: 1).make()
        box.put(try balancer.pick(model, .after()), as: 0)
        _ = try wait(balancer, 1)
        box.settle(0, .failed(.timedOut))
        #expect(box.order == [0, 1])
        #expect(balancer.snapshot().deployments[0].breaker == "half_open")
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0)
    }

    @Test func `who waits goes before a newcomer also when time alone made the place`() throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 1, maxParallel: 1).make()
        try balancer.run(.failed(.saturated(retryAfter: .seconds(2))))
        _ = try wait(balancer, 1)
        clock.advance(by: .seconds(3))
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        #expect(box.order == [1])
        box.settleAll()
    }

    @Test func `a trial that had no room comes as soon as there is some`() throws {
        var fixture = PoolFixture("least-busy", size: 2, maxParallel: 1)
        fixture.addModel("gemma", strategy: "least-busy", onFirst: 1)
        let (balancer, clock, _) = fixture.make()
        box.put(try balancer.pick(model, .after(1)), as: 0)
        try balancer.run(.failed(.refused), model: 1)
        clock.advance(by: .seconds(40))
        #expect(try balancer.run(.success()) == 1)
        box.settle(0, .success())
        #expect(try balancer.run(.success()) == 0)
        #expect(balancer.states == ["ready", "ready", "ready"])
    }
}
