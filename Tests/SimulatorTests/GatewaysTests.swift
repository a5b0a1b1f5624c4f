import Balancer
import Testing

@testable import Simulator

/// Several gateways over one pool.
@Suite struct GatewaysTests {
    private func figures(_ strategy: String, _ gateways: SimulatedGateways, seed: UInt64 = 1) throws -> Figures {
        let pool = Pools.equal(boxes: 4, slots: 2)
        let workload = try Pools.synthetic(
            "poisson:rate=0.6,requests=1500,prompt=lognormal(300,0.8),output=lognormal(70,0.7)", for: pool, seed: seed)
        let result = try Simulation.run(strategy, on: pool, workload, gateways: gateways, seed: seed)
        #expect(result.isBalanced)
        return result.figures
    }

    @Test(arguments: Strategies.names)
    func `several gateways lose no request, and the same seed gives the same figures`(strategy: String) throws {
        for gateways in [SimulatedGateways.blind(3), .sharing(3)] {
            let first = try figures(strategy, gateways)
            #expect(first.lost == 0)
            let second = try figures(strategy, gateways)
            #expect(Measure.all.allSatisfy { $0.value(first).bitPattern == $0.value(second).bitPattern })
        }
    }

    @Test(arguments: ["least-busy", "soonest"])
    func `gateways that tell each other what they have in flight are nearer to one than those that are blind`(
        strategy: String
    ) throws {
        let seeds = [1, 2, 3] as [UInt64]
        func mean(_ gateways: SimulatedGateways) throws -> Double {
            try seeds.map { try figures(strategy, gateways, seed: $0).timeToFirstToken.p95 }.reduce(0, +) / 3
        }
        let (one, blind, sharing) = (try mean(.one), try mean(.blind(3)), try mean(.sharing(3)))
        #expect(one <= sharing && sharing < blind, "\(one), \(sharing), \(blind)")
        #expect(sharing - one < (blind - one) / 2, "\(one), \(sharing), \(blind)")
    }
}
