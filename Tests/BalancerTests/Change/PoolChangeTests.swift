import Locking
import TestSupport
import Testing

@testable import Balancer

/// A pool that becomes another one while it works.
@Suite struct PoolChangeTests {
    private let model = ModelID(index: 0)
    private let box = LeaseBox()

    /// A balancer, its roster, and the way to another specification.
    private final class Rig {
        let fixture: PoolFixture
        let balancer: PoolBalancer
        let clock: ManualClock
        var roster: PoolRoster

        init(_ strategy: String, size: Int, isProbed: Bool = false, maxParallel: Int? = nil) {
            fixture = PoolFixture(strategy, size: size, isProbed: isProbed, maxParallel: maxParallel)
            (balancer, clock, _) = fixture.make()
            roster = PoolRoster(fixture.spec)
        }

        @discardableResult
        func change(_ spec: PoolSpec) async -> PoolRoster.Positions {
            let (change, positions) = roster.change(to: spec, free: balancer.freePositions())
            await balancer.change(to: change)
            return positions
        }

        func leaveOut(_ instance: Int) async {
            var spec = fixture.spec
            spec.leaveOut(instance: instance)
            await change(spec)
        }
    }

    private func names(_ snapshot: PoolSnapshot) -> [String] { snapshot.instances.map(\.instance) }

    @Test(arguments: Strategies.names)
    func `one that is left out while it is on trial comes back to nobody`(strategy: String) async throws {
        let rig = Rig(strategy, size: 2)
        for _ in 0..<40 {
            let lease = try rig.balancer.pick(model, .after())
            let fails = lease.instance.index == 0
            lease.settle(fails ? .failed(.serverError(status: 500)) : .success())
        }
        rig.clock.advance(by: .seconds(120))
        var open = 0
        for number in 0..<6 {
            box.put(try rig.balancer.pick(model, .after()), as: number)
            open += 1
        }
        #expect(rig.balancer.snapshot().instances[0].inFlight > 0, "it is on trial")
        await rig.leaveOut(0)
        for number in 0..<open { box.settle(number, .success()) }
        let after = rig.balancer.snapshot()
        #expect(names(after) == ["gpu-2"] && after.inFlight == 0)
        let lease = try rig.balancer.pick(model, .after())
        let chosen = lease.instance.index
        lease.settle(.success())
        #expect(chosen == 1)
    }

    @Test(arguments: Strategies.names)
    func `one that is left out gets nothing more, and is gone once its last request has ended`(strategy: String)
        async throws
    {
        let rig = Rig(strategy, size: 3)
        for number in 0..<30 { box.put(try rig.balancer.pick(model, .after()), as: number) }
        await rig.leaveOut(1)
        let before = rig.balancer.snapshot()
        let gone = try #require(before.instances.first { $0.instance == "gpu-2" })
        #expect(
            gone.state == "draining" && gone.inFlight > 0 && gone.reason?.contains("not in the configuration") == true)
        #expect(before.inFlight == 30 && before.models[0].total == 2)
        for number in 30..<60 {
            let lease = try rig.balancer.pick(model, .after())
            #expect(lease.instance.index != 1)
            box.put(lease, as: number)
        }
        for number in 0..<60 { box.settle(number, .success()) }
        let after = rig.balancer.snapshot()
        #expect(names(after) == ["gpu-1", "gpu-3"] && after.deployments.count == 2 && after.inFlight == 0)
    }

    @Test func `those that stay keep what was learned, and what runs there`() async throws {
        let rig = Rig("latency-based", size: 2, isProbed: true)
        for instance in 0..<2 { await rig.balancer.observe(.good(instance)) }
        for _ in 0..<5 {
            let lease = try rig.balancer.pick(model, .after(0))
            lease.settle(.failed(.serverError(status: 500)))
            // Its retries are within their budget.
            rig.clock.advance(by: .seconds(1))
        }
        box.put(try rig.balancer.pick(model, .after()), as: 0)
        let before = rig.balancer.snapshot()
        #expect(before.deployments[1].breaker == "open")
        var spec = PoolFixture("latency-based", size: 3, isProbed: true).spec
        spec.deployments[0].weight = 2
        await rig.change(spec)
        let after = rig.balancer.snapshot()
        #expect(after.deployments[0] == before.deployments[0] && after.deployments[1].breaker == "open")
        #expect(after.deployments[1].failures == 5 && after.inFlight == 1)
        box.settleAll()
    }

    @Test func `one that is added takes requests once it has answered a probe`() async throws {
        let rig = Rig("least-busy", size: 1, isProbed: true)
        await rig.balancer.observe(.good(0))
        await rig.change(PoolFixture("least-busy", size: 2, isProbed: true).spec)
        #expect(rig.balancer.snapshot().instances[1].state == "unknown")
        for number in 0..<4 {
            let lease = try rig.balancer.pick(model, .after())
            #expect(lease.instance.index == 0)
            box.put(lease, as: number)
        }
        await rig.balancer.observe(.bad(1))
        let other = try rig.balancer.pick(model, .after())
        #expect(other.instance.index == 0)
        other.settle(.ignored)
        await rig.balancer.observe(.good(1))
        let lease = try rig.balancer.pick(model, .after())
        #expect(lease.instance.index == 1)
        lease.settle(.success())
        box.settleAll()
    }

    @Test(arguments: Strategies.names)
    func `where all of a model's instances are new they take requests at once, but for those that miss a probe`(
        strategy: String
    ) async throws {
        let rig = Rig(strategy, size: 2, isProbed: true)
        for instance in 0..<2 { await rig.balancer.observe(.good(instance)) }
        var spec = PoolFixture(strategy, size: 4, isProbed: true).spec
        for _ in 0..<2 { spec.leaveOut(instance: 0) }
        await rig.change(spec)
        #expect(rig.balancer.snapshot().instances.suffix(2).allSatisfy { $0.state == "unknown" })
        for number in 0..<4 { box.put(try rig.balancer.pick(model, .after()), as: number) }
        #expect(rig.balancer.snapshot().instances.suffix(2).map(\.inFlight) == [2, 2])
        box.settleAll()
        await rig.balancer.observe(.bad(2))
        for _ in 0..<4 {
            let lease = try rig.balancer.pick(model, .after())
            #expect(lease.instance.index == 3)
            lease.settle(.success())
        }
        await rig.balancer.observe(.bad(3))
        #expect(throws: PickError.self) { try rig.balancer.run(.success()) }
        await rig.balancer.observe(.good(2))
        try rig.balancer.run(.success())
    }

    @Test(arguments: Strategies.names)
    func `where all of a model's instances are new and at their caps, requests wait for a place or a probe`(
        strategy: String
    ) async throws {
        let rig = Rig(strategy, size: 1, isProbed: true, maxParallel: 1)
        await rig.balancer.observe(.good(0))
        var spec = PoolFixture(strategy, size: 3, isProbed: true, maxParallel: 1).spec
        spec.leaveOut(instance: 0)
        spec.settings.maxWaiting = 8
        await rig.change(spec)
        for number in 0..<2 { box.put(try rig.balancer.pick(model, .after()), as: number) }
        let error = #expect(throws: PickError.self) { try rig.balancer.run(.success()) }
        guard case .full(let why) = error else { return _ = Issue.record("\(String(describing: error))") }
        #expect(why.limit == .maxParallel && why.opensIn == nil, "\(why)")
        // Its queue is planned by a task.
        guard strategy != "soonest" else { return box.settleAll() }
        for number in 2..<4 {
            _ = try rig.balancer.wait(for: model, .after()) { [box] in box.put($0, as: number) }
        }
        #expect(box.order == [0, 1])
        box.settle(0, .success())
        #expect(box.order == [0, 1, 2])
        // With the first probe it is as any other.
        for instance in 1..<3 { await rig.balancer.observe(.good(instance)) }
        box.settle(1, .success())
        #expect(box.order == [0, 1, 2, 3])
        box.settleAll()
        #expect(rig.balancer.snapshot().inFlight == 0 && rig.balancer.snapshot().waiting == 0)
    }

    @Test(arguments: ["least-busy", "soonest"])
    func `a new instance at its cap says so, whatever is left of its minute`(strategy: String) async throws {
        let rig = Rig(strategy, size: 1, isProbed: true, maxParallel: 1)
        await rig.balancer.observe(.good(0))
        var spec = PoolFixture(strategy, size: 2, isProbed: true, maxParallel: 1).spec
        spec.leaveOut(instance: 0)
        for index in spec.deployments.indices {
            (spec.deployments[index].rpm, spec.deployments[index].tpm) = (100, 100_000)
        }
        await rig.change(spec)
        box.put(try rig.balancer.pick(model, .after()), as: 0)
        let error = #expect(throws: PickError.self) { try rig.balancer.run(.success()) }
        guard case .full(let why) = error else { return _ = Issue.record("\(String(describing: error))") }
        #expect(why.limit == .maxParallel && why.opensIn == nil, "\(why)")
        box.settleAll()
    }

    @Test func `other limits act at once, also on what is in flight`() async throws {
        let rig = Rig("least-busy", size: 1, maxParallel: 2)
        for number in 0..<2 { box.put(try rig.balancer.pick(model, .after()), as: number) }
        var spec = rig.fixture.spec
        spec.deployments[0].maxParallel = 3
        await rig.change(spec)
        box.put(try rig.balancer.pick(model, .after()), as: 2)
        #expect(throws: PickError.self) { try rig.balancer.run(.success()) }
        spec.deployments[0].maxParallel = 1
        await rig.change(spec)
        box.settle(0, .success())
        box.settle(1, .success())
        #expect(throws: PickError.self) { try rig.balancer.run(.success()) }
        box.settle(2, .success())
        try rig.balancer.run(.success())
        spec.deployments[0].rpm = 1
        await rig.change(spec)
        try rig.balancer.run(.success())
        #expect(throws: PickError.self) { try rig.balancer.run(.success()) }
        spec.deployments[0].rpm = nil
        await rig.change(spec)
        try rig.balancer.run(.success())
    }

    @Test func `a higher cap serves those who wait`() async throws {
        let rig = Rig("least-busy", size: 1, maxParallel: 1)
        box.put(try rig.balancer.pick(model, .after()), as: 0)
        _ = try rig.balancer.wait(for: model, .after()) { [box] in box.put($0, as: 1) }
        var spec = rig.fixture.spec
        spec.deployments[0].maxParallel = 2
        await rig.change(spec)
        #expect(box.order == [0, 1])
        box.settleAll()
    }

    @Test func `those who wait for a model that nothing serves any more are told so`() async throws {
        let rig = Rig("least-busy", size: 1, maxParallel: 1)
        box.put(try rig.balancer.pick(model, .after()), as: 0)
        let refusals = Refusals()
        _ = try rig.balancer.wait(for: model, .after()) { [box] in
            box.put($0, as: 1)
        } refused: {
            refusals.add($0)
        }
        var spec = rig.fixture.spec
        spec.leaveOut(instance: 0)
        spec.models = []
        await rig.change(spec)
        #expect(refusals.all.count == 1 && rig.balancer.snapshot().waiting == 0)
        #expect(throws: PickError.self) { try rig.balancer.run(.success()) }
        box.settle(0, .success())
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    /// It waited until its time was up, with places all around it that it may not have.
    @Test(arguments: Strategies.names)
    func `those who may not go where the rest is are told so when their own place goes`(strategy: String) async throws {
        let rig = Rig(strategy, size: 2, maxParallel: 1)
        var request = PickRequest.after()
        request.excluded.insert(DeploymentID(index: 0))
        box.put(try rig.balancer.pick(model, request), as: 0)
        let refusals = Refusals()
        let ticket = try rig.balancer.wait(for: model, request) { [box] in
            box.put($0, as: 1)
        } refused: {
            refusals.add($0)
        }
        await rig.leaveOut(1)
        for _ in 0..<50 where refusals.all.isEmpty {
            rig.clock.advance(by: .milliseconds(20))
            await Task.yield()
        }
        #expect(refusals.all == [.excluded] && rig.balancer.snapshot().waiting == 0)
        rig.balancer.leave(ticket)
        box.settleAll()
    }

    @Test(arguments: Strategies.names, Strategies.names)
    func `a model may go by another strategy while requests run and wait`(from: String, to: String) async throws {
        let rig = Rig(from, size: 2, maxParallel: 2)
        for number in 0..<4 { box.put(try rig.balancer.pick(model, .after()), as: number) }
        let ticket = try rig.balancer.wait(for: model, .after()) { [box] in box.put($0, as: 4) }
        var spec = rig.fixture.spec
        spec.models[0].strategy = to
        await rig.change(spec)
        #expect(rig.balancer.snapshot().models[0].strategy == Strategies.named(to)?.name)
        for number in 0..<4 { box.settle(number, .success()) }
        rig.balancer.leave(ticket)
        box.settleAll()
        for _ in 0..<10 { try rig.balancer.run(.success()) }
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `a position is free a minute after it was left, once nothing runs there`() async throws {
        let rig = Rig("soonest", size: 2)
        box.put(try rig.balancer.pick(model, .after(0)), as: 0)
        await rig.leaveOut(1)
        rig.clock.advance(by: .seconds(120))
        #expect(rig.balancer.freePositions() == FreePositions())
        box.settle(0, .success())
        #expect(rig.balancer.freePositions() == FreePositions(instances: [1], deployments: [1]))
        var spec = rig.fixture.spec
        spec.instances[1].apiBase = "http://elsewhere:11434"
        spec.instances[1].name = "gpu-9"
        let positions = await rig.change(spec)
        #expect(positions.instances == [0, 1])
        let shown = rig.balancer.snapshot()
        #expect(names(shown) == ["gpu-1", "gpu-9"] && shown.deployments[1].requests == 0)
        try rig.balancer.run(.success())
        #expect(rig.balancer.freePositions() == FreePositions())
    }

    @Test func `a name can be drained that another instance had before`() async throws {
        let rig = Rig("least-busy", size: 2)
        box.put(try rig.balancer.pick(model, .after(0)), as: 0)
        var spec = rig.fixture.spec
        spec.instances[1].apiBase = "http://elsewhere:11434"
        await rig.change(spec)
        let drained = try await rig.balancer.drain("gpu-2")
        #expect(drained.apiBase == "http://elsewhere:11434")
        box.settleAll()
    }
}

/// Keeps refusals.
private final class Refusals: Sendable {
    private let kept = Locked<[PickError]>([])
    func add(_ error: PickError) { kept.withLock { $0.append(error) } }
    var all: [PickError] { kept.withLock { $0 } }
}
