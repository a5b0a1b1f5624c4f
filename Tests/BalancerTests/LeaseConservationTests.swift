import Balancer
import TestSupport
import Testing

/// Whatever happens in whatever order, every count comes back to zero.
@Suite struct LeaseConservationTests {
    /// How a request may end.
    static let outcomes: [Outcome] = [
        .success(), .success(.seconds(3)), .ignored, .failed(.refused), .failed(.connectionLost), .failed(.timedOut),
        .failed(.serverError(status: 500)), .failed(.saturated(retryAfter: nil)),
        .failed(.saturated(retryAfter: .seconds(2))), .failed(.missingTag), .failed(.incomplete),
    ]

    @Test(arguments: Strategies.names, [11, 12] as [UInt64])
    func `200,000 random steps leave every count at zero`(strategy: String, seed: UInt64) async throws {
        var fixture = PoolFixture(strategy, size: 5, isProbed: true, maxParallel: 4, seed: seed)
        fixture.addModel("gemma", strategy: strategy, onFirst: 3)
        fixture.spec.settings.maxWaiting = 20
        let (balancer, clock, _) = fixture.make()
        let tags = ["llama3.1:8b", "gemma:latest"].map { KnownTag(name: $0, digest: "1", size: 1, isRemote: false) }
        let box = LeaseBox()
        var random = RandomSource(seed: seed)
        var open: [Int] = []
        var tickets: [(ticket: WaitTicket, number: Int)] = []
        for number in 0..<25_000 {
            if number.isMultiple(of: 500) { #expect(balancer.snapshot().audit?.drift == 0, "seed \(seed)") }
            if random.below(3) == 0 { clock.advance(by: .milliseconds(Int64(random.below(400)))) }
            let instance = random.below(5)
            let model = ModelID(index: random.below(2))
            let request = random.below(4) == 0 ? PickRequest.after(instance) : .after()
            switch random.below(20) {
            case 0: _ = try await balancer.drain("gpu-\(instance + 1)")
            case 1...2: _ = try await balancer.undrain("gpu-\(instance + 1)")
            case 3: await balancer.observe(.bad(instance))
            case 4...5: await balancer.observe(.good(instance, tags: tags))
            case 6...11:
                do throws(PickError) {
                    var lease = try balancer.pick(model, request)
                    if random.below(2) == 0 { lease.firstToken(after: .milliseconds(100)) }
                    // Now and then somebody forgets: the lease ends here.
                    if random.below(50) == 0 { continue }
                    box.put(lease, as: number)
                    open.append(number)
                } catch PickError.full {
                    let ticket = try? balancer.wait(for: model, request) { box.put($0, as: number) }
                    if let ticket { tickets.append((ticket, number)) }
                } catch {}
            case 12 where !tickets.isEmpty:
                let (ticket, number) = tickets.remove(at: random.below(tickets.count))
                if !balancer.leave(ticket) { box.settle(number, .ignored) }
            default:
                guard !open.isEmpty else { continue }
                let outcome = Self.outcomes[random.below(3) == 0 ? random.below(Self.outcomes.count) : 0]
                box.settle(open.remove(at: random.below(open.count)), outcome)
            }
        }
        // Whoever waits is granted as the places come free, so this goes round until nothing is left.
        for (ticket, _) in tickets { balancer.leave(ticket) }
        box.settleAll()
        let end = balancer.snapshot()
        #expect(end.inFlight == 0 && end.waiting == 0, "seed \(seed)")
        #expect(end.instances.allSatisfy { $0.inFlight == 0 }, "seed \(seed)")
        #expect(end.deployments.allSatisfy { $0.inFlight == 0 }, "seed \(seed)")
        #expect(end.deployments.contains { $0.abandoned > 0 }, "some were forgotten, and counted")
        let used = end.deployments.map { "\($0.requests) \($0.state) \($0.reason ?? "")" }
        #expect(end.deployments.allSatisfy { $0.requests > 20 }, "each was used, and not \(used)")
    }

    @Test func `the counts of a full pool add up at every step`() throws {
        var fixture = PoolFixture("least-busy", size: 4)
        fixture.addModel("gemma", strategy: "simple-shuffle", onFirst: 2)
        let (balancer, _, _) = fixture.make()
        let box = LeaseBox()
        for number in 0..<200 {
            box.put(try balancer.pick(ModelID(index: number % 2), .after()), as: number)
            let snapshot = balancer.snapshot()
            #expect(snapshot.inFlight == number + 1)
            #expect(snapshot.instances.reduce(0) { $0 + $1.inFlight } == number + 1)
            for instance in snapshot.instances {
                let rows = snapshot.deployments.filter { $0.instance == instance.instance }
                #expect(rows.reduce(0) { $0 + $1.inFlight } == instance.inFlight)
            }
        }
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0)
    }

    @Test func `a forgotten lease is settled as ignored and counted`() throws {
        let (balancer, _, facts) = PoolFixture("least-busy", size: 1).make()
        do { _ = try balancer.pick(ModelID(index: 0), .after()) }
        let row = balancer.snapshot().deployments[0]
        #expect(row.inFlight == 0 && row.abandoned == 1 && row.failures == 0 && row.requests == 1)
        #expect(facts.take().isEmpty)
    }

    @Test func `a lease that is withdrawn is no request of its deployment's`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1).make()
        try balancer.pick(ModelID(index: 0), .after()).withdraw()
        try balancer.pick(ModelID(index: 0), .after()).settle(.success())
        let row = balancer.snapshot().deployments[0]
        #expect(row.inFlight == 0 && row.abandoned == 0 && row.requests == 1)
    }
}
