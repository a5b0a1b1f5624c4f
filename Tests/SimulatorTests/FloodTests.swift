import Balancer
import Testing

@testable import Simulator

/// Requests that nobody waits for must not be felt by those that somebody does.
@Suite struct FloodTests {
    /// Interactive requests at a third of what eight boxes can do, and `batch` requests per second beside them.
    private func interactiveP95(batch: Double, seed: UInt64) throws -> Double {
        var random = RandomSource(seed: seed)
        var requests: [SimulatedRequest] = []
        func arrive(every mean: Double, _ serviceClass: ServiceClass, key: Int32) {
            var now = 0.0
            while true {
                now += mean * 2 * random.unit()
                guard now < 100 else { return }
                var request = SimulatedRequest(arrival: Int64(now * 1e9), promptTokens: 300, outputTokens: 15)
                request.model = 0
                request.key = key
                request.serviceClass = serviceClass
                requests.append(request)
            }
        }
        arrive(every: 0.6, .interactive, key: 0)
        if batch > 0 { arrive(every: 1 / batch, .batch, key: 1) }
        requests.sort { $0.arrival < $1.arrival }
        let result = try Simulation.run(
            "soonest", on: Pools.equal(boxes: 8), Workload(requests: requests, keys: 2), seed: seed)
        #expect(result.isBalanced)
        return try #require(result.figures.interactiveP95)
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func `a flood of batch requests moves the interactive p95 by at most a fifth`(seed: UInt64) throws {
        let calm = try interactiveP95(batch: 0, seed: seed)
        let flooded = try interactiveP95(batch: 9, seed: seed)
        #expect(flooded <= 1.2 * calm, "\(calm) s alone, \(flooded) s under the flood")
    }
}
