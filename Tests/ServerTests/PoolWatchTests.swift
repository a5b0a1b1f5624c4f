import Balancer
import Gateway
import Locking
import TestSupport
import Testing

@testable import Server

/// What becomes of the pool's facts before the loops hear of them.
@Suite struct PoolWatchTests {
    private static let place = Fact.Place(instance: InstanceID(index: 3), instanceName: "gpu-4", model: nil)
    private static let part = Fact.Place(instance: InstanceID(index: 3), instanceName: "gpu-4", model: "llama3")

    /// The facts that the next observer had heard when an outage was told, and the outages.
    private func outages(of facts: [Fact]) -> (heard: [Int], told: [Outage], passedOn: [Fact]) {
        let told = Locked<[(heard: Int, outage: Outage)]>([])
        let (next, count) = (FactRecorder(), Counting())
        let clock = ManualClock()
        let watch = PoolWatch(Both(first: next, second: count), time: clock.source, loops: LoopDirectory()) { outage in
            told.withLock { $0.append((count.number, outage)) }
        }
        clock.advance(by: .seconds(7))
        for fact in facts { watch.note(fact) }
        return told.withLock { ($0.map(\.heard), $0.map(\.outage), next.take()) }
    }

    private final class Counting: BalancerObserver {
        private let count = Locked(0)
        var number: Int { count.withLock { $0 } }
        func note(_ fact: Fact) { count.withLock { $0 += 1 } }
    }

    private struct Both: BalancerObserver {
        let first: FactRecorder
        let second: Counting
        func note(_ fact: Fact) {
            first.note(fact)
            second.note(fact)
        }
    }

    @Test func `an instance that is down, and whatever a breaker takes out, is told to the loops, with the time`() {
        let facts: [Fact] = [
            .wentDown(Self.place, reason: "timed out"), .tripped(Self.place, for: .seconds(30)),
            .tripped(Self.part, for: .seconds(30)),
        ]
        let (heard, told, passedOn) = outages(of: facts)
        #expect(told.map(\.reason) == ["timed out", "its breaker opened", "its breaker opened"])
        #expect(told.map(\.model) == [nil, nil, "llama3"])
        #expect(told.allSatisfy { $0.instance == InstanceID(index: 3) && $0.since == .zero + .seconds(7) })
        #expect(heard == [1, 2, 3], "the log has the fact before anything follows from it")
        #expect(passedOn == facts)
    }

    @Test func `what takes nothing out is only passed on`() {
        let facts: [Fact] = [
            .halfOpened(Self.place), .recovered(Self.place), .cameUp(Self.place), .drained(Self.place),
            .undrained(Self.place), .lacksTag(Self.part, tag: "x"), .foundTag(Self.part, tag: "x"),
            .standsOut(Self.part, "why"), .staleKnowledge(InstanceID(index: 3)),
            .digestMismatch(model: "llama3", message: "m"),
        ]
        let (_, told, passedOn) = outages(of: facts)
        #expect(told.isEmpty && passedOn == facts)
    }
}
