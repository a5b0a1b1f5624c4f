import TestSupport
import Testing

@testable import Balancer

@Suite struct PoolAuditTests {
    /// A pool with two requests under way and one that waits.
    private func withPool(_ body: (inout PoolState) throws -> Void) throws {
        let spec = PoolFixture("soonest", size: 3, isProbed: true, maxParallel: 1).spec
        var pool = PoolState(spec, at: .zero)
        for _ in 0..<2 { _ = try pool.pick(0, .after(), at: .zero).get() }
        try body(&pool)
    }

    private func look(at pool: borrowing PoolState) -> PoolSnapshot.Audit? { pool.frame(at: .zero).snapshot().audit }

    @Test func `a pool at work is counted right`() throws {
        try withPool { pool in
            let audit = look(at: pool)
            #expect(audit.map { $0.checked > 20 && $0.drift == 0 } == true)
        }
    }

    @Test func `each count that is wrong is seen`() throws {
        let faults: [(inout PoolState) -> Void] = [
            { $0.instances[0].inFlight += 1 }, { $0.deployments[1].inFlight -= 1 }, { $0.traffic.began() },
            { $0.instances[2].shadows += 1 }, { $0.shadowed += 1 }, { $0.returning += 1 }, { $0.waiting += 1 },
            { $0.models[0].dueTrials += 1 }, { $0.histories[2].hedges += 2 },
            { for serial in 0..<9 { $0.instanceRecords[2].late.add(UInt32(serial)) } },
            { $0.deployments[0].requests = -1 },
        ]
        for (index, fault) in faults.enumerated() {
            try withPool { pool in
                fault(&pool)
                let audit = look(at: pool)
                #expect(audit.map { $0.drift > 0 } == true, "fault \(index)")
            }
        }
    }

    @Test func `a run that nobody ended is seen`() throws {
        try withPool { pool in
            var leaked = pool.forecast!
            for placement in 0..<3 {
                let demand = Demand(.after())
                let score = leaked.score(demand, on: placement, waiting: 0, at: 0)
                _ = leaked.began(demand, on: placement, score, at: 0)
            }
            pool.forecast = leaked
            let audit = look(at: pool)
            #expect(audit?.drift == 1)
        }
    }
}
