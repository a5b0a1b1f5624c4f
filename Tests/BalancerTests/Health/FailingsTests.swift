import Testing

@testable import Balancer

@Suite struct FailingsTests {
    /// Whether a deployment with these answers, `x` for a failure, does a part of its work.
    private func isPart(_ answers: String) -> Bool {
        var failings = Failings()
        for (index, answer) in answers.enumerated() where answer == "x" { failings.record(answers: index + 1) }
        return failings.isPart(answers: answers.count)
    }

    private static let well = String(repeating: ".", count: 60)

    @Test(arguments: [
        ("x.x.x.x.x", true), ("x..x.xx.x.xxxxx", true), (".x..x...xx.x", true),
        ("xxxxx", false), ("xxxxxxxxxxxx", false), (well + "xxxxx", false), (well + "x....xxxxx", false),
        ("x.x.xxxxxxxxxxxx", false), ("x.x.x.x.x" + well + "....xxxxx", false), ("", false), ("x.x", false),
    ])
    func `good answers between the failures again and again make a part`(answers: String, isPart: Bool) {
        #expect(self.isPart(answers) == isPart)
    }

    @Test(arguments: [
        (Failure.connectionLost, true), (.incomplete, true), (.serverError(status: 500), true),
        (.serverError(status: 503), true), (.serverError(status: 504), false), (.serverError(status: 408), false),
        (.timedOut, false), (.refused, false), (.missingTag, false), (.saturated(retryAfter: nil), false),
    ])
    func `a failure that takes a client's time is no quick one`(failure: Failure, isQuick: Bool) {
        #expect(failure.isQuick == isQuick)
    }
}
