import Testing

@testable import Balancer

/// Nothing goes to a higher order while a lower one has what may be picked.
@Suite struct TierLawTests {
    @Test(arguments: Strategies.names, [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `a lower order that can serve is never passed over`(strategy: String, seed: UInt64) {
        let orders = [1, 1, 0, 2, 0, 2]
        let rig = RandomPool(strategy, boxes: 6, seed: seed) { $0.order = orders[$1] }
        for _ in 0..<3000 { rig.step() }
        rig.finish()
        #expect(rig.violations.isEmpty, "seed \(seed): \(Set(rig.violations))")
        #expect(rig.grantsAbove > 50, "\(rig.grantsAbove)")
    }
}
