import Testing

@testable import Balancer

/// What a request excludes it never gets, whatever happens: privacy rests on this.
@Suite struct ExclusionLawTests {
    @Test(arguments: Strategies.names, [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `what is excluded is never granted, nobody is forgotten, counts return to zero`(
        strategy: String, seed: UInt64
    ) {
        let rig = RandomPool(strategy, boxes: 6, seed: seed)
        for _ in 0..<3000 { rig.step() }
        rig.finish()
        #expect(rig.violations.isEmpty, "seed \(seed): \(Set(rig.violations))")
        #expect(rig.grantsBesideExclusions > 200, "\(rig.grantsBesideExclusions)")
        #expect(rig.grantsFromQueue > 50, "\(rig.grantsFromQueue)")
        #expect(rig.refusedAsExcluded > 20, "\(rig.refusedAsExcluded)")
    }

    @Test(arguments: Strategies.names)
    func `the same holds while the pool grows beyond 64 deployments`(strategy: String) {
        let rig = RandomPool(strategy, boxes: 6, seed: 3)
        for number in 0..<1200 {
            rig.step()
            if number.isMultiple(of: 15) { rig.grow() }
        }
        rig.finish()
        #expect(rig.violations.isEmpty, "\(Set(rig.violations))")
    }
}
