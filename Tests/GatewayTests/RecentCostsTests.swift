import Testing

@testable import Gateway

@Suite struct RecentCostsTests {
    private func record(_ name: String, cost: Int64, failed: Int64 = 0, attempts: Int = 1) -> RequestRecord {
        let id = Array(name.utf8).withUnsafeBytes { CallID($0) }!
        var record = RequestRecord(
            model: 0, deployment: 0, outcome: .succeeded, status: 200, stream: false, attempts: attempts,
            durationNanoseconds: 0, cost: cost, callID: id)
        record.failedAttemptsCost = failed
        return record
    }

    private func hash(_ name: String) -> UInt64 { Array(name.utf8).withUnsafeBytes { CallID($0) }!.hashed }

    @Test func `the latest costs are kept, the oldest go first`() {
        var costs = RecentCosts(most: 3)
        for number in 1...5 { costs.finished(record("call-\(number)", cost: Int64(number), failed: 10)) }
        #expect((1...5).map { costs.cost(of: hash("call-\($0)"))?.cost } == [nil, nil, 3, 4, 5])
        #expect(costs.cost(of: hash("call-5"))?.failedAttemptsCost == 10)
        #expect(costs.cost(of: hash("other")) == nil)
    }

    @Test func `of two requests with one id the later one counts`() {
        var costs = RecentCosts(most: 4)
        costs.finished(record("same", cost: 1))
        costs.finished(record("other", cost: 2))
        costs.finished(record("same", cost: 3))
        #expect(costs.cost(of: hash("same"))?.cost == 3)
    }

    @Test func `a request that was sent nowhere is none, and none is kept where no decision is`() {
        var costs = RecentCosts(most: 2)
        costs.finished(record("refused", cost: 0, attempts: 0))
        #expect(costs.cost(of: hash("refused")) == nil)
        var nothing = RecentCosts(most: 0)
        nothing.finished(record("call", cost: 1))
        #expect(nothing.cost(of: hash("call")) == nil)
    }
}
