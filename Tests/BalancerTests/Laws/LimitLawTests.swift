import Testing

@testable import Balancer

/// Limits per minute are never overstepped, whatever happens, and nobody is forgotten who waits for a new minute.
@Suite struct LimitLawTests {
    @Test(arguments: Strategies.names, [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `limits are kept in every minute`(strategy: String, seed: UInt64) {
        let limits: [(rpm: Int?, tpm: Int?)] = [(5, nil), (nil, 900), (8, 1500), (nil, 100), (1, nil), (nil, nil)]
        let orders = [0, 0, 0, 0, 0, 1]
        let rig = RandomPool(strategy, boxes: 6, seed: seed, tick: 5000) {
            ($0.rpm, $0.tpm) = limits[$1]
            // Half of the pools have what has no limits as their last resort, half have nothing without limits at all.
            if seed.isMultiple(of: 2) { $0.order = orders[$1] } else if $1 == 5 { $0.rpm = 20 }
        }
        for _ in 0..<3000 { rig.step() }
        rig.finish()
        #expect(rig.violations.isEmpty, "seed \(seed): \(Set(rig.violations))")
        #expect(rig.grantsFromQueue > 50, "\(rig.grantsFromQueue)")
    }
}
