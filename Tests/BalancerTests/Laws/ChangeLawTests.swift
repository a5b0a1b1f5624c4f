import TestSupport
import Testing

@testable import Balancer

/// Changes at any moment, of any kind: every count comes back to zero, and nothing goes where nothing is.
@Suite struct ChangeLawTests {
    /// A pool of some of eight boxes, with two models on some of them.
    private static func spec(_ strategy: String, _ random: inout RandomSource, probed: Bool) -> PoolSpec {
        var fixture = PoolFixture(strategy, size: 8, isProbed: probed, maxParallel: 3)
        fixture.addModel("gemma", strategy: random.below(3) == 0 ? "round-robin" : strategy, onFirst: 5)
        for index in fixture.spec.deployments.indices {
            fixture.spec.deployments[index].weight = Double(1 + random.below(3))
            if random.below(3) == 0 { fixture.spec.deployments[index].rpm = 1 + random.below(40) }
            if random.below(3) == 0 { fixture.spec.deployments[index].order = random.below(2) }
            if random.below(3) == 0 { fixture.spec.deployments[index].maxParallel = 1 + random.below(4) }
        }
        for instance in (0..<8).reversed() where random.below(3) == 0 { fixture.spec.leaveOut(instance: instance) }
        if random.below(5) == 0 {
            let gone = random.below(2)
            let name = fixture.spec.models[gone].name
            let kept = fixture.spec.deployments.indices.filter { fixture.spec.deployments[$0].modelName != name }
            fixture.spec.models.remove(at: gone)
            for model in fixture.spec.models.indices {
                fixture.spec.models[model].deployments = fixture.spec.models[model].deployments.compactMap { id in
                    kept.firstIndex(of: id.index).map(DeploymentID.init(index:))
                }
            }
            fixture.spec.deployments = kept.map { fixture.spec.deployments[$0] }
        }
        fixture.spec.settings.maxWaiting = 20
        return fixture.spec
    }

    @Test(arguments: Strategies.names, [1, 2] as [UInt64])
    func `8,000 random steps with 200 changes leave every count at zero`(strategy: String, seed: UInt64) async throws {
        var random = RandomSource(seed: seed)
        var fixture = PoolFixture(strategy, size: 8, isProbed: true, maxParallel: 3, seed: seed)
        fixture.addModel("gemma", strategy: strategy, onFirst: 5)
        let (balancer, clock, _) = fixture.make()
        var roster = PoolRoster(fixture.spec)
        let box = LeaseBox()
        var open: [Int] = []
        var tickets: [(ticket: WaitTicket, number: Int)] = []
        let tags = ["llama3.1:8b", "gemma:latest"].map { KnownTag(name: $0, digest: "1", size: 1, isRemote: false) }
        for number in 0..<8_000 {
            if number.isMultiple(of: 100) { #expect(balancer.snapshot().audit?.drift == 0, "seed \(seed)") }
            if random.below(3) == 0 { clock.advance(by: .milliseconds(Int64(random.below(1000)))) }
            let instance = random.below(roster.instances.count)
            let model = ModelID(index: random.below(roster.models.count))
            let request = random.below(4) == 0 ? PickRequest.after(instance) : .after()
            switch random.below(40) {
            case 0:
                let (change, _) = roster.change(
                    to: Self.spec(strategy, &random, probed: true), free: balancer.freePositions())
                await balancer.change(to: change)
            case 1...2: await balancer.observe(.bad(instance))
            case 3...9: await balancer.observe(.good(instance, tags: tags))
            case 10...20:
                do throws(PickError) {
                    var lease = try balancer.pick(model, request)
                    #expect(roster.hasDeployment(at: lease.deployment.index))
                    #expect(roster.hasInstance(at: lease.instance.index))
                    #expect(roster.deployments[lease.deployment.index].modelName == roster.models[model.index].name)
                    if random.below(2) == 0 { lease.firstToken(after: .milliseconds(100)) }
                    if random.below(50) == 0 { continue }
                    box.put(lease, as: number)
                    open.append(number)
                } catch PickError.full {
                    let ticket = try? balancer.wait(for: model, request) { box.put($0, as: number) }
                    if let ticket { tickets.append((ticket, number)) }
                } catch {}
            case 21...22 where !tickets.isEmpty:
                let (ticket, number) = tickets.remove(at: random.below(tickets.count))
                if !balancer.leave(ticket) { box.settle(number, .ignored) }
            default:
                guard !open.isEmpty else { continue }
                let outcomes = LeaseConservationTests.outcomes
                box.settle(
                    open.remove(at: random.below(open.count)),
                    outcomes[random.below(3) == 0 ? random.below(outcomes.count) : 0])
            }
        }
        for (ticket, _) in tickets { balancer.leave(ticket) }
        box.settleAll()
        let end = balancer.snapshot()
        #expect(end.inFlight == 0 && end.waiting == 0, "seed \(seed)")
        #expect(end.audit?.drift == 0, "seed \(seed)")
        #expect(end.instances.allSatisfy { $0.inFlight == 0 } && end.deployments.allSatisfy { $0.inFlight == 0 })
        #expect(roster.instances.count < 40, "positions are used again: \(roster.instances.count)")
    }
}
