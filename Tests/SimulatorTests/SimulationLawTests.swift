import Balancer
import Testing

@testable import Simulator

/// What holds for every strategy.
@Suite struct SimulationLawTests {
    static let names = Simulation.strategies(for: Pools.mixed)

    private func workload(_ pool: SimulatedPool, seed: UInt64) throws -> Workload {
        try Pools.synthetic(
            "bursty:rate=1.2,requests=250,prompt=lognormal(300,1.0),output=lognormal(40,0.8),turns=uniform(1,6),keys=5",
            for: pool, seed: seed)
    }

    @Test(arguments: names, 1...2 as ClosedRange<UInt64>)
    func `every request ends exactly once and nothing stays counted`(strategy: String, seed: UInt64) throws {
        let pool = Pools.mixed
        let result = try Simulation.run(strategy, on: pool, try workload(pool, seed: seed), seed: seed)
        #expect(result.isBalanced)
        #expect(result.figures.lost == 0)
        #expect(result.traces.timesToFirstToken.count == result.figures.requests)
    }

    @Test(arguments: names, 1...2 as ClosedRange<UInt64>)
    func `that holds with boxes that die, hang, slow down and come back`(strategy: String, seed: UInt64) throws {
        var pool = Pools.mixed
        pool.timeout = .seconds(60)
        pool.faults = [
            Fault(at: .share(0.2), box: 0, .dies), Fault(at: .share(0.3), box: 1, .hangs),
            Fault(at: .share(0.4), box: 2, .slows(3)), Fault(at: .share(0.5), box: 0, .returns),
            Fault(at: .share(0.6), box: 1, .returns), Fault(at: .share(0.7), box: 3, .dies),
        ]
        let result = try Simulation.run(strategy, on: pool, try workload(pool, seed: seed), seed: seed)
        #expect(result.isBalanced)
        #expect(result.traces.timesToFirstToken.count + result.figures.lost == result.figures.requests)
    }

    @Test(arguments: names)
    func `the same seed gives the same bytes`(strategy: String) throws {
        let pool = Pools.mixed
        func bytes() throws -> String {
            let result = try Simulation.run(strategy, on: pool, try workload(pool, seed: 7), seed: 7)
            let row = Comparison.Row(strategy: strategy, runs: [result.figures], traces: result.traces)
            let comparison = Comparison(rows: [row], title: "", seeds: [7], objectiveSeconds: 5)
            return comparison.json + comparison.plot
        }
        #expect(try bytes() == bytes())
    }

    @Test func `another seed gives others`() throws {
        let pool = Pools.mixed
        let figures = try [1, 2].map { (seed: UInt64) in
            try Simulation.run("random", on: pool, try workload(pool, seed: seed), seed: seed).figures
        }
        #expect(figures[0] != figures[1])
    }

    @Test func `knowing everything is better than knowing nothing`() throws {
        let pool = Pools.mixed
        let requests = try workload(pool, seed: 1)
        let all = try Simulation.run("clairvoyant", on: pool, requests, seed: 1).figures
        for strategy in ["random", "litellm-simple-shuffle", "litellm-least-busy", "least-busy"] {
            let figures = try Simulation.run(strategy, on: pool, requests, seed: 1).figures
            #expect(all.timeToFirstToken.mean < figures.timeToFirstToken.mean, "\(strategy)")
            #expect(all.loadsPerThousand < figures.loadsPerThousand, "\(strategy)")
        }
    }

    @Test func `a placement by hand keeps models where they are`() throws {
        let pool = Pools.mixed
        let figures = try Simulation.run(
            "litellm-least-busy@pinned", on: pool, try workload(pool, seed: 1), seed: 1
        ).figures
        #expect(figures.evictionsPerThousand == 0)
    }
}
