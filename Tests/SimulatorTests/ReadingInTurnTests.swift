import Balancer
import BoxModel
import Testing

@testable import Simulator

/// Boxes of four slots that read one prompt after the other: a wait for others' reading must not be taken for one for a slot.
@Suite struct ReadingInTurnTests {
    private static func pool(slots: Int = 4, boxes: Int = 2, told: Bool) -> SimulatedPool {
        var pool = Pools.equal(boxes: boxes, slots: slots)
        for box in pool.boxes.indices {
            pool.boxes[box].gpu.reading = .inTurn
            pool.boxes[box].gpu.decodeTokensPerSecond = 50
        }
        pool.slotsKnown = told
        return pool
    }

    /// Two rounds of four long prompts at once, from which a slot was unlearned, then short ones for half a minute.
    private static func workload(seed: UInt64, every gap: Double = 0.2) -> Workload {
        var random = RandomSource(seed: seed)
        var requests: [(at: Double, prompt: Int32, output: Int32)] = []
        for round in 0..<2 {
            for _ in 0..<4 { requests.append((at: Double(round) * 12, prompt: 2_000, output: 30)) }
        }
        var now = 24.0
        while now < 54 {
            requests.append((at: now, prompt: 30 + Int32(random.below(40)), output: 40 + Int32(random.below(40))))
            now += gap * 2 * random.unit()
        }
        return Pools.workload(requests)
    }

    /// The mean time to the first token of those that came after the rounds of long prompts.
    private static func firstToken(_ strategy: String, _ pool: SimulatedPool, _ workload: Workload) -> Double {
        let policy = BalancerPolicy(strategy, pool, workload, placement: Placement(everywhere: pool), seed: 1)
        var run = Run(pool, workload, policy: policy, countedFrom: 0, seed: 1)
        run.toTheEnd { _ in }
        let late = workload.requests.indices.filter { workload.requests[$0].arrival > 24_000_000_000 }
        let waits = late.map { Double(run.table.firstTokenAt[$0] - workload.requests[$0].arrival) / 1e9 }
        return waits.reduce(0, +) / Double(waits.count)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `soonest serves as soon as one that is told the slots`(seed: UInt64) {
        let workload = Self.workload(seed: seed)
        let untold = Self.firstToken("soonest", Self.pool(told: false), workload)
        let told = Self.firstToken("soonest", Self.pool(told: true), workload)
        #expect(untold <= 1.3 * told + 0.05, "\(untold) s, told \(told) s")
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func `a third box learns nothing wrong from two that read in turn`(seed: UInt64) {
        let workload = Self.workload(seed: seed, every: 0.14)
        let untold = Self.firstToken("soonest", Self.pool(boxes: 3, told: false), workload)
        let told = Self.firstToken("soonest", Self.pool(boxes: 3, told: true), workload)
        #expect(untold <= 1.3 * told + 0.05, "\(untold) s, told \(told) s")
    }

    @Test(arguments: [1, 2], [true, false])
    func `boxes that have fewer slots are still found out`(slots: Int, inTurn: Bool) {
        // One box is fast: whoever waits does better to wait for it at the gateway than on the other.
        func pool(told: Bool) -> SimulatedPool {
            var pool = Self.pool(slots: slots, told: told)
            for box in pool.boxes.indices { pool.boxes[box].gpu.reading = inTurn ? .inTurn : .apart }
            pool.boxes[0].gpu.decodeTokensPerSecond = 200
            return pool
        }
        let workload = Self.workload(seed: 1, every: slots == 1 ? 0.4 : 0.2)
        let untold = Self.firstToken("soonest", pool(told: false), workload)
        let told = Self.firstToken("soonest", pool(told: true), workload)
        #expect(untold <= 1.3 * told + 0.05, "\(untold) s, told \(told) s")
    }
}
