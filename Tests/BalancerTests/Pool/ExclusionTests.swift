import Balancer
import TestSupport
import Testing

@Suite struct ExclusionTests {
    let model = ModelID(index: 0)
    let box = LeaseBox()

    func request(tried: [Int] = [], excluding excluded: Int...) -> PickRequest {
        var request = PickRequest(promptTokens: 100, tried: [])
        for instance in tried { request.tried.insert(InstanceID(index: instance)) }
        for deployment in excluded { request.excluded.insert(DeploymentID(index: deployment)) }
        return request
    }

    @Test(arguments: Strategies.names)
    func `goes to the only one that is allowed`(strategy: String) throws {
        let (balancer, _, _) = PoolFixture(strategy, size: 3).make()
        for _ in 0..<50 {
            #expect(try balancer.run(.success(), after: request(excluding: 0, 2)) == 1)
            _ = try balancer.run(.success())
        }
    }

    @Test(arguments: Strategies.names)
    func `spreads over those that are allowed`(strategy: String) throws {
        let (balancer, _, _) = PoolFixture(strategy, size: 4).make()
        for number in 0..<100 { box.put(try balancer.pick(model, request(excluding: 3)), as: number) }
        let counts = balancer.snapshot().deployments.map(\.requests)
        #expect(counts[3] == 0 && counts[..<3].allSatisfy { $0 > 20 }, "\(counts)")
        box.settleAll()
    }

    @Test(arguments: Strategies.names)
    func `who excludes all is told so`(strategy: String) {
        let (balancer, _, _) = PoolFixture(strategy, size: 2).make()
        #expect(throws: PickError.excluded) { try balancer.run(.success(), after: request(excluding: 0, 1)) }
        #expect(throws: PickError.excluded) {
            try balancer.run(.success(), after: request(tried: [0], excluding: 0, 1))
        }
    }

    @Test func `a refusal speaks of those that are allowed only`() async throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 3).make()
        _ = try await balancer.drain("gpu-1")
        _ = try await balancer.drain("gpu-2")
        guard
            case .unavailable(let why) = #expect(
                throws: PickError.self, performing: { try balancer.run(.success(), after: request(excluding: 2)) })
        else { return #expect(Bool(false), "both that are allowed are drained") }
        #expect(
            why.message
                == "no instance that this request may use can serve `llama3` now: gpu-1 is draining, gpu-2 is draining;"
                + " see `drover status`")
        #expect(try balancer.run(.success()) == 2)
    }

    @Test func `is tried out of need where it may go only there, though others are full`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, maxParallel: 1, tripAfter: 1).make()
        box.put(try balancer.pick(model, request(excluding: 0)), as: 0)
        try balancer.run(.failed(.timedOut), after: request(excluding: 1))
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        #expect(try balancer.run(.success(), after: request(excluding: 1)) == 0)
        box.settleAll()
    }

    @Test func `a trial that is due is not made with who may not go there`() throws {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 2, tripAfter: 1).make()
        try balancer.run(.failed(.timedOut), after: request(excluding: 1))
        clock.advance(by: .seconds(60))
        #expect(try balancer.run(.success(), after: request(excluding: 0)) == 1)
        #expect(try balancer.run(.success()) == 0)
    }

    @Test func `one that may not go where it is free lets the next go first`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, maxParallel: 1).make()
        for number in 0..<2 { box.put(try balancer.pick(model, request(excluding: 1 - number)), as: number) }
        for (number, excluded) in [(10, 0), (11, 0), (12, 1)] {
            _ = try balancer.wait(for: model, request(excluding: excluded)) { [box] in box.put($0, as: number) }
        }
        box.settle(0, .success())
        #expect(box.order == [0, 1, 12])
        box.settle(1, .success())
        box.settle(10, .success())
        #expect(box.order == [0, 1, 12, 10, 11])
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0)
    }

    @Test func `who waits is given the trial in need where it may go only there`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, maxParallel: 1, tripAfter: 1).make()
        for number in 0..<2 { box.put(try balancer.pick(model, request(excluding: 1 - number)), as: number) }
        _ = try balancer.wait(for: model, request()) { [box] in box.put($0, as: 10) }
        _ = try balancer.wait(for: model, request(excluding: 1)) { [box] in box.put($0, as: 11) }
        box.settle(0, .failed(.timedOut))
        #expect(box.order == [0, 1, 11], "the other still waits for the second, which is full")
        box.settleAll()
    }

    @Test(arguments: Strategies.names)
    func `what is added while it waits is excluded too`(strategy: String) async throws {
        let fixture = PoolFixture(strategy, size: 2, maxParallel: 1)
        let (balancer, clock, _) = fixture.make()
        for number in 0..<2 { box.put(try balancer.pick(model, request(excluding: 1 - number)), as: number) }
        _ = try balancer.wait(for: model, request(excluding: 1)) { [box] in box.put($0, as: 10) }
        var added = fixture.spec.deployments[1]
        added.id = "late"
        await balancer.append(deployments: [added], models: [])
        clock.advance(by: .seconds(1))
        #expect(box.order == [0, 1])
        #expect(balancer.snapshot().waiting == 1)
        box.settle(1, .success())
        #expect(box.order == [0, 1])
        box.settleAll()
    }

    @Test func `the reasons of a decision name what was excluded`() throws {
        var fixture = PoolFixture("least-busy", size: 2)
        fixture.spec.settings.decisions = 4
        let (balancer, _, _) = fixture.make()
        var request = request(excluding: 0)
        request.call = 7
        try balancer.run(.success(), after: request)
        let candidates = try #require(balancer.attempts(of: 7).first).candidates
        #expect(candidates.map(\.out) == [nil, "this request may not go there"])
    }
}
