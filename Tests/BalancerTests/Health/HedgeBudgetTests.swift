import Testing

@testable import Balancer

@Suite struct HedgeBudgetTests {
    @Test(arguments: [10, 100, 1_000, 20_000])
    func `no more than a twentieth of the requests, and some at once`(requests: Int) {
        var budget = HedgeBudget()
        var taken = 0
        for number in 1...requests where budget.take(requests: number) { taken += 1 }
        #expect(Double(taken) <= Double(requests) * 0.05 + HedgeBudget.most)
        #expect(Double(taken) >= min(Double(requests), Double(requests) * 0.05 + HedgeBudget.most - 1))
    }

    @Test func `nothing is saved up, and what was of no use is given back`() {
        var budget = HedgeBudget()
        #expect((0..<100).count { _ in budget.take(requests: 1_000_000) } == Int(HedgeBudget.most))
        budget.giveBack()
        #expect(budget.take(requests: 1_000_000) && !budget.take(requests: 1_000_000))
    }
}
