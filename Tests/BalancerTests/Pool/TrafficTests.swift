import Testing

@testable import Balancer

@Suite struct TrafficTests {
    private func traffic(_ requests: Int, retries: Int) -> Traffic {
        var traffic = Traffic()
        for _ in 0..<requests { traffic.began() }
        for _ in 0..<retries { traffic.chargeRetry() }
        return traffic
    }

    @Test(arguments: [
        (0, 2, true), (0, 3, false), (14, 2, true), (14, 3, false), (20, 3, true), (20, 4, false), (100, 19, true),
    ])
    func `retries have a share of what is in flight, and a few in any case`(requests: Int, retries: Int, may: Bool) {
        let budget = RetryBudget(percent: 20, minimum: 3)
        #expect(traffic(requests, retries: retries).mayRetry(within: budget) == may)
    }

    @Test func `an end gives back what its request has taken`() {
        var traffic = traffic(2, retries: 1)
        traffic.ended(isBudgeted: false)
        #expect(traffic.inFlight == 1 && traffic.budgetedRetries == 1)
        traffic.ended(isBudgeted: true)
        #expect(traffic == Traffic())
    }
}
