import TestSupport
import Testing

@testable import Gateway

@Suite struct RetryPolicyTests {
    /// A fault of an instance, and what class it is.
    private static let faults: [(ModelsRig.Fault, FailureClass)] = [
        (.refused, .internalServer), (.lost, .internalServer), (.timeout, .timeout), (.status500, .internalServer),
        (.status503, .rateLimit), (.status429, .rateLimit), (.status401, .authentication), (.missing, .notFound),
        (.tooLong, .contextWindow), (.cut, .internalServer),
    ]

    @Test(arguments: faults.indices)
    func `every fault is tried again as often as the policy of its class says, and of no other`(index: Int) {
        let (fault, failure) = Self.faults[index]
        func attempts(_ retries: [FailureClass: Int]) -> Int {
            var rules = RouteRules.none
            rules.retries = retries
            let rig = ModelsRig([.init(name: "llama3", inside: [true, true, true, true], rules: rules)], retries: 2)
            var exchange = rig.exchange("llama3")
            return rig.play(&exchange) { _ in fault }.instances.count
        }
        let others = Dictionary(uniqueKeysWithValues: FailureClass.allCases.filter { $0 != failure }.map { ($0, 0) })
        #expect(attempts([failure: 0]) == 1)
        #expect(attempts([failure: 1]) == 2)
        #expect(attempts([failure: 3]) == 4)
        // What the request itself is the reason of is tried again only where that is written.
        #expect(attempts(others) == (failure == .contextWindow ? 1 : 3))
    }

    @Test func `a policy counts from the first attempt, whatever failed before`() {
        var rules = RouteRules.none
        rules.retries = [.timeout: 1, .internalServer: 3]
        let rig = ModelsRig([.init(name: "llama3", inside: [true, true, true, true], rules: rules)], retries: 0)
        var exchange = rig.exchange("llama3")
        var count = 0
        let played = rig.play(&exchange) { _ in
            count += 1
            return count < 3 ? .status500 : .timeout
        }
        #expect(played.instances.count == 3)
    }

    @Test(arguments: faults.indices)
    func `a sole deployment is tried as often as the policy says, too`(index: Int) {
        let (fault, failure) = Self.faults[index]
        // A refused connection keeps its breaker's time, and a missing tag its probe's, whatever a policy says.
        guard fault != .refused, fault != .missing else { return }
        for retries in [0, 1, 3] {
            var rules = RouteRules.none
            rules.retries = [failure: retries]
            let rig = ModelsRig([.init(name: "llama3", inside: [true], rules: rules)], retries: 0)
            var exchange = rig.exchange("llama3")
            #expect(rig.play(&exchange) { _ in fault }.instances.count == retries + 1, "\(failure)")
        }
    }

    @Test func `without a policy a key that is refused is not tried again on the same deployment`() {
        let rig = ModelsRig([.init(name: "llama3", inside: [true])], retries: 3)
        var exchange = rig.exchange("llama3")
        #expect(rig.play(&exchange) { _ in .status401 }.instances.count == 1)
    }
}
