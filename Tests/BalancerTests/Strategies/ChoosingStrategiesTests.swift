import Balancer
import TestSupport
import Testing

/// Strategies that look at all candidates, or take turns.
@Suite struct ChoosingStrategiesTests {
    private let model = ModelID(index: 0)

    /// Sends so many requests to an instance and leaves them there.
    private func occupy(_ balancer: PoolBalancer, _ box: LeaseBox, _ instance: Int, of size: Int, count: Int) throws {
        var others = PickRequest.after()
        for other in 0..<size where other != instance { others.tried.insert(InstanceID(index: other)) }
        for number in 0..<count { box.put(try balancer.pick(model, others), as: 1000 * (instance + 1) + number) }
    }

    private func ask(_ prefix: [UInt64]) -> PickRequest {
        var request = PickRequest.after()
        request.prefix = prefix
        return request
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `of two drawn the less busy one is taken, and all are drawn`(seed: UInt64) throws {
        let (balancer, _, _) = PoolFixture("power-of-two", size: 3, seed: seed).make()
        let box = LeaseBox()
        try occupy(balancer, box, 0, of: 3, count: 5)
        try occupy(balancer, box, 1, of: 3, count: 1)
        var counts = [0, 0, 0]
        for _ in 0..<300 { counts[try balancer.run(.success())] += 1 }
        // The busiest loses against both, the next against one: it wins one draw of three.
        #expect(counts[0] == 0 && abs(counts[1] - 100) < 30 && abs(counts[2] - 200) < 30, "\(counts)")
        box.settleAll()
    }

    @Test func `requests count by the slots there are for them`() throws {
        var fixture = PoolFixture("power-of-two", size: 2)
        fixture.spec.deployments[0].slots = 8
        fixture.spec.deployments[1].slots = 2
        let (balancer, _, _) = fixture.make()
        let box = LeaseBox()
        try occupy(balancer, box, 0, of: 2, count: 3)
        try occupy(balancer, box, 1, of: 2, count: 1)
        for _ in 0..<20 { #expect(try balancer.run(.success()) == 0) }
        box.settleAll()
    }

    @Test func `round robin goes on in order, and passes over who is out`() async throws {
        let (balancer, _, _) = PoolFixture("round-robin", size: 4).make()
        let first = try balancer.run(.success())
        for step in 1..<20 { #expect(try balancer.run(.success()) == (first + step) % 4) }
        _ = try await balancer.drain("gpu-\(first + 1)")
        for step in 0..<9 { #expect(try balancer.run(.success()) == (first + 1 + step % 3) % 4) }
    }

    @Test func `a prompt goes where its longest beginning went, but not for the block all share`() async throws {
        let (balancer, _, _) = PoolFixture("prefix-affinity", size: 3).make()
        let first = try balancer.run(.success(), after: ask([1, 2, 3]))
        for _ in 0..<9 { #expect(try balancer.run(.success(), after: ask([1, 2, 3, 4])) == first) }
        #expect(try balancer.run(.success(), after: ask([1, 9])) != first)
        #expect(try balancer.run(.success(), after: ask([1, 2, 7])) == first)
        _ = try await balancer.drain("gpu-\(first + 1)")
        let second = try balancer.run(.success(), after: ask([1, 2, 3]))
        #expect(second != first)
        _ = try await balancer.undrain("gpu-\(first + 1)")
        #expect(try balancer.run(.success(), after: ask([1, 2, 3])) == second)
    }

    @Test func `a system prompt that all go on from is at home nowhere, a conversation behind it is`() throws {
        let (balancer, _, _) = PoolFixture("prefix-affinity", size: 3).make()
        let system = (1...10).map { UInt64($0) }
        var counts = [0, 0, 0]
        for user in 0..<60 { counts[try balancer.run(.success(), after: ask(system + [100 + UInt64(user)]))] += 1 }
        // The first few go to one box, until it shows that all share it.
        #expect((counts.max() ?? 0) <= 25, "\(counts)")
        let home = try balancer.run(.success(), after: ask(system + [500, 501]))
        for turn in 502..<512 {
            #expect(try balancer.run(.success(), after: ask(system + (500...UInt64(turn)).map { $0 })) == home)
        }
    }

    @Test func `affinity ends where a box has all its slots at work and more than the others`() throws {
        let (balancer, _, _) = PoolFixture("prefix-affinity", size: 3).make()
        let box = LeaseBox()
        let home = try balancer.run(.success(), after: ask([1, 2]))
        var counts = [0, 0, 0]
        for number in 0..<60 {
            let lease = try balancer.pick(model, ask([1, 2]))
            counts[lease.instance.index] += 1
            box.put(lease, as: number)
            if number == 3 { #expect(counts[home] == 4) }
            #expect((counts.max() ?? 0) <= max(4, counts.reduce(0, +) * 2 / 3), "\(counts)")
        }
        box.settleAll()
    }
}
