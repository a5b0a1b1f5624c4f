import TestSupport
import Testing

@testable import Balancer

@Suite struct TierTests {
    let model = ModelID(index: 0)
    let box = LeaseBox()

    /// One deployment per order.
    static func fixture(
        _ strategy: String, orders: [Int], maxParallel: Int? = nil, weights: [Double] = [], tripAfter: Int = 5,
        slots: Int? = nil
    ) -> PoolFixture {
        var fixture = PoolFixture(
            strategy, size: orders.count, maxParallel: maxParallel, weights: weights, tripAfter: tripAfter)
        for (index, order) in orders.enumerated() {
            fixture.spec.deployments[index].order = order
            fixture.spec.deployments[index].slots = slots
        }
        return fixture
    }

    @Test(arguments: Strategies.names)
    func `only the lowest order is used while it can be`(strategy: String) throws {
        let (balancer, clock, _) = Self.fixture(strategy, orders: [2, 1, 1, 3]).make()
        for number in 0..<100 {
            clock.advance(by: .milliseconds(10))
            box.put(try balancer.pick(model, .after()), as: number)
            if number > 3 { box.settle(number - 3, .success()) }
        }
        let counts = balancer.snapshot().deployments.map(\.requests)
        #expect(counts[0] == 0 && counts[3] == 0 && counts[1] > 20 && counts[2] > 20, "\(counts)")
        box.settleAll()
    }

    @Test(arguments: Strategies.names)
    func `the next order is used at once when the lower is full, and no longer than that`(strategy: String) throws {
        let (balancer, _, _) = Self.fixture(strategy, orders: [3, 2, 1], maxParallel: 1).make()
        for number in 0..<3 { box.put(try balancer.pick(model, .after()), as: number) }
        #expect(balancer.snapshot().deployments.map(\.requests) == [1, 1, 1])
        guard case .full = #expect(throws: PickError.self, performing: { try balancer.run(.success()) }) else {
            return #expect(Bool(false), "all are at their cap")
        }
        box.settle(0, .success())
        #expect(try balancer.run(.success()) == 2)
        box.settleAll()
    }

    @Test(arguments: Strategies.names)
    func `what is drained, excluded or tried leaves it to the next order`(strategy: String) async throws {
        let (balancer, _, _) = Self.fixture(strategy, orders: [0, 0, 1, 2]).make()
        var excluding = PickRequest.after()
        for deployment in 0..<2 { excluding.excluded.insert(DeploymentID(index: deployment)) }
        #expect(try balancer.run(.success(), after: excluding) == 2)
        #expect(try balancer.run(.success(), after: .after(0)) == 1)
        #expect(try balancer.run(.success(), after: .after(0, 1)) == 2)
        #expect(try balancer.run(.success(), after: .after(0, 1, 2)) == 3)
        for name in ["gpu-1", "gpu-2", "gpu-3"] { _ = try await balancer.drain(name) }
        #expect(try balancer.run(.success()) == 3)
        _ = try await balancer.undrain("gpu-2")
        #expect(try balancer.run(.success()) == 1)
    }

    @Test(arguments: Strategies.names)
    func `a retry stays in its order even where that has failed lately`(strategy: String) throws {
        let (balancer, _, _) = Self.fixture(strategy, orders: [0, 0, 1]).make()
        var first = PickRequest.after()
        first.excluded = [DeploymentID(index: 0), DeploymentID(index: 2)]
        try balancer.run(.failed(.timedOut), after: first)
        #expect(try balancer.run(.ignored, after: .after(0)) == 1)
    }

    @Test func `a retry goes to the next order when the budget for failing ones is spent`() throws {
        var fixture = Self.fixture("least-busy", orders: [0, 0, 1])
        fixture.spec.settings.retryBudget = RetryBudget(percent: 0, minimum: 0)
        let (balancer, _, _) = fixture.make()
        var first = PickRequest.after()
        first.excluded = [DeploymentID(index: 0), DeploymentID(index: 2)]
        try balancer.run(.failed(.timedOut), after: first)
        #expect(try balancer.run(.ignored, after: .after(0)) == 2)
        first.excluded = [DeploymentID(index: 2)]
        first.tried = [InstanceID(index: 0)]
        #expect(throws: PickError.budgetSpent) { try balancer.run(.ignored, after: first) }
    }

    @Test(arguments: Strategies.names)
    func `a trial comes before the next order, and none of a higher order is made`(strategy: String) throws {
        let (balancer, clock, _) = Self.fixture(strategy, orders: [0, 1], tripAfter: 1).make()
        try balancer.run(.failed(.timedOut))
        #expect(try balancer.run(.failed(.timedOut)) == 1)
        clock.advance(by: .seconds(60))
        #expect(try balancer.run(.success()) == 0)
        for _ in 0..<5 { #expect(try balancer.run(.success()) == 0) }
        #expect(balancer.states == ["ready", "cooling_down"])
        #expect(try balancer.run(.success(), after: .after(0)) == 1)
    }

    @Test func `out of need the lowest order is tried first`() throws {
        let (balancer, clock, _) = Self.fixture("least-busy", orders: [1, 0], tripAfter: 1).make()
        try balancer.run(.failed(.timedOut), after: .after(1))
        clock.advance(by: .seconds(5))
        try balancer.run(.failed(.timedOut))
        #expect(try balancer.run(.success()) == 1, "though the other's time comes sooner")
    }

    @Test func `one order's turns do not move another's`() throws {
        let (balancer, _, _) = Self.fixture("simple-shuffle", orders: [0, 0, 1], weights: [4, 1, 0.01]).make()
        var above = PickRequest.after()
        above.excluded = [DeploymentID(index: 0), DeploymentID(index: 1)]
        for _ in 0..<500 {
            try balancer.run(.success())
            #expect(try balancer.run(.success(), after: above) == 2)
        }
        let counts = balancer.snapshot().deployments.map(\.requests)
        #expect((390...410).contains(counts[0]) && counts[0] + counts[1] == 500, "\(counts)")
    }

    @Test func `slots at work are no reason to use the next order, a cap is, also for who waits`() throws {
        var pool = PoolState(
            Self.fixture("soonest", orders: [0, 1], maxParallel: 2, slots: 1).spec, at: .zero)
        #expect(try pool.pick(0, .after(), at: .zero).get().instance == 0)
        var granted: [Int32] = []
        for number in 1...2 {
            guard case .failure(.full) = pool.pick(0, .after(), at: .zero) else {
                return #expect(Bool(false), "the slot is taken, and the cap is not reached")
            }
            _ = try pool.wait(0, .after(), granted: { _ in }, refused: { _ in }, at: .zero).get()
            pool.serveAll(at: .zero + .milliseconds(10 * number))
            let effects = pool.takeEffects()?.granted ?? []
            granted += effects.map { $0.grant.instance }
        }
        // The first to wait fills the lower order up.
        let waiting = pool.waiting
        #expect(granted == [1] && waiting == 1, "\(granted), \(waiting)")
    }

    @Test func `an order that is added later is heeded`() async throws {
        let fixture = Self.fixture("simple-shuffle", orders: [1, 1])
        let (balancer, _, _) = fixture.make()
        for _ in 0..<10 { try balancer.run(.success()) }
        var added = fixture.spec.deployments[0]
        added.id = "late"
        added.order = 0
        await balancer.append(deployments: [added], models: [])
        for _ in 0..<10 { try balancer.run(.success()) }
        #expect(balancer.snapshot().deployments[2].requests == 10)
    }

    @Test func `the reasons of a decision name the order`() throws {
        var fixture = Self.fixture("least-busy", orders: [1, 0])
        fixture.spec.settings.decisions = 4
        let (balancer, _, _) = fixture.make()
        var request = PickRequest.after()
        request.call = 7
        try balancer.run(.success(), after: request)
        let candidates = try #require(balancer.attempts(of: 7).first).candidates
        #expect(candidates.map(\.out) == [nil, "of a higher order than is needed"])
    }
}
