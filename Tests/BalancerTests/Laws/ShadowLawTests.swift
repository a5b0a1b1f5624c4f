import TestSupport
import Testing

@testable import Balancer

/// No failure makes an instance look free or fast, whatever its kind and whatever the strategy.
@Suite struct ShadowLawTests {
    private static let endings: [Outcome] = [
        .failed(.serverError(status: 500)), .failed(.serverError(status: 401)), .failed(.incomplete),
        .failed(.connectionLost), .declined(status: 413), .declined(status: 400),
    ]

    /// So many requests, some at a time: a good answer takes 1.2 s, instance 0 ends at once with `ending`. Where each went.
    private func run(
        _ count: Int, atOnce: Int, on balancer: PoolBalancer, _ clock: ManualClock, _ ending: Outcome
    ) throws -> [Int] {
        let box = LeaseBox()
        var open: [(at: Moment, number: Int, instance: Int)] = []
        var got = [0, 0, 0]
        func endNext() {
            let next = open.indices.min { open[$0].at < open[$1].at }!
            let ended = open.remove(at: next)
            if ended.at > clock.now { clock.advance(by: ended.at - clock.now) }
            box.settle(ended.number, ended.instance == 0 ? ending : .success())
        }
        for number in 0..<count {
            if open.count == atOnce { endNext() }
            let lease = try balancer.pick(ModelID(index: 0), .after())
            let instance = lease.instance.index
            got[instance] += 1
            open.append(
                (clock.now + (instance == 0 ? .milliseconds(5) : .milliseconds(1200)), number, instance))
            box.put(lease, as: number)
        }
        while !open.isEmpty { endNext() }
        return got
    }

    @Test(arguments: Strategies.names, endings)
    func `an instance that fails at once gets no more than its share`(strategy: String, ending: Outcome) throws {
        for atOnce in [1, 12, 36] {
            // No breaker helps here.
            let (balancer, clock, _) = PoolFixture(strategy, size: 3, tripAfter: 1_000_000).make()
            let got = try run(30 * atOnce, atOnce: atOnce, on: balancer, clock, ending)
            #expect(Double(got[0]) <= 10.8 * Double(atOnce) + 2, "\(atOnce) at once: \(got)")
            #expect(balancer.snapshot().inFlight == 0 && balancer.snapshot().audit?.drift == 0)
        }
    }

    @Test(arguments: Strategies.names)
    func `the shadow ends when a good answer would have`(strategy: String) throws {
        let (balancer, clock, _) = PoolFixture(strategy, size: 3, tripAfter: 1_000_000).make()
        _ = try run(60, atOnce: 6, on: balancer, clock, .failed(.serverError(status: 500)))
        clock.advance(by: .seconds(120))
        // A mended one gets its share again.
        let got = try run(360, atOnce: 12, on: balancer, clock, .success(.milliseconds(200)))
        #expect(got[0] >= 90, "\(got)")
    }

    @Test func `shadows count for strategies alone`() throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, maxParallel: 1).make()
        for _ in 0..<4 { try balancer.run(.failed(.serverError(status: 500))) }
        let snapshot = balancer.snapshot()
        #expect(snapshot.inFlight == 0 && snapshot.instances.allSatisfy { $0.inFlight == 0 })
        #expect(snapshot.deployments.allSatisfy { $0.state == "ready" })
        let first = try balancer.pick(ModelID(index: 0), .after())
        let second = try balancer.pick(ModelID(index: 0), .after())
        #expect(first.instance != second.instance)
        first.settle(.ignored)
        second.settle(.ignored)
    }
}
