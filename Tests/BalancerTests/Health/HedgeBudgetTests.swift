import Testing

@testable import Balancer

@Suite struct HedgeBudgetTests {
    @Test(arguments: [10, 100, 1_000, 20_000])
    func `no more than a twentieth of the requests, and some at once`(requests: Int) {
        var budget = HedgeBudget()
        var taken = 0
        for number in 1...requests where budget.take(requests: number, isProof: true) { taken += 1 }
        #expect(Double(taken) <= Double(requests) * 0.05 + HedgeBudget.most)
        #expect(Double(taken) >= min(Double(requests), Double(requests) * 0.05 + HedgeBudget.most - 1))
    }

    @Test func `nothing is saved up, and what was of no use is given back`() {
        var budget = HedgeBudget()
        #expect((0..<100).count { _ in budget.take(requests: 1_000_000, isProof: true) } == Int(HedgeBudget.most))
        budget.giveBack()
        let again = (0..<2).map { _ in budget.take(requests: 1_000_000, isProof: true) }
        #expect(again == [true, false])
    }

    @Test func `requests that show nothing leave some for those that show an instance to be at fault`() {
        var budget = HedgeBudget()
        let shown = (0..<100).count { _ in budget.take(requests: 10, isProof: false) }
        #expect(shown == 4 && (0..<100).count { _ in budget.take(requests: 10, isProof: true) } == 4)
        // What is left over of a twentieth goes to both.
        #expect((11...1_000).count { budget.take(requests: $0, isProof: false) } > 40)
    }
}
