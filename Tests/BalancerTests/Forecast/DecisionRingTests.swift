import TestSupport
import Testing

@testable import Balancer

@Suite struct DecisionRingTests {
    func candidate(_ deployment: Int, _ total: Double, out: DecisionRing.Out? = nil) -> DecisionRing.Candidate {
        DecisionRing.Candidate(deployment: Int32(deployment), out: out, total: total)
    }

    @Test func `keeps the latest decisions and forgets the oldest`() {
        var ring = DecisionRing(capacity: 4)
        for call in 1...6 as ClosedRange<UInt64> {
            ring.begin()
            ring.add(candidate(Int(call), 1))
            var record = DecisionRing.Record()
            record.call = call
            #expect(ring.conclude(record) == call)
        }
        #expect(ring.decisions(of: 2).isEmpty)
        #expect(ring.decisions(of: 3).map { $0.candidates.map(\.deployment) } == [[3]])
    }

    @Test func `keeps the best sixteen of many candidates`() {
        var ring = DecisionRing(capacity: 1)
        ring.begin()
        ring.add(candidate(99, 0, out: .down))
        for deployment in 0..<40 { ring.add(candidate(deployment, Double((deployment * 7) % 40))) }
        var record = DecisionRing.Record()
        record.call = 1
        _ = ring.conclude(record)
        let kept = ring.decisions(of: 1)[0].candidates
        #expect(kept.count == 16)
        #expect(kept.map(\.total).sorted() == (0..<16).map(Double.init))
    }

    @Test func `what became of a decision that was overwritten is nobody's`() {
        var ring = DecisionRing(capacity: 1)
        var record = DecisionRing.Record()
        record.call = 1
        let first = ring.conclude(record)
        record.call = 2
        _ = ring.conclude(record)
        ring.change(first) { $0.completionTokens = 7 }
        #expect(ring.decisions(of: 2)[0].record.completionTokens == 0)
    }

    @Test func `a pool tells candidates, terms, who was out and how wrong it was`() throws {
        let rig = SoonestRig(boxes: 3, slots: 4, decisions: 16)
        for box in 0..<3 { rig.show(box, loaded: box < 2 ? [0] : []) }
        rig.drain(1)
        #expect(try rig.send(7) == 0)
        rig.now += 0.2
        rig.end(7, prefill: 0.2)
        let attempt = try #require(rig.attempts(of: 7).first)
        #expect(attempt.instance == "box-1" && attempt.strategy == "soonest" && attempt.way == "best")
        #expect(attempt.outcome == "succeeded")
        #expect(attempt.candidates.count == 3)
        #expect(attempt.candidates.first { $0.instance == "box-2" }?.out == "draining")
        let (warm, cold) = (attempt.candidates[0], attempt.candidates[1])
        #expect(warm.instance == "box-1" && cold.instance == "box-3")
        #expect(try #require(cold.terms).load > 1)
        #expect(warm.terms?.load == 0)
        #expect(try #require(attempt.predicted?.firstToken) > 0)
        #expect(attempt.actual?.firstToken == 0.2)
        #expect(attempt.firstTokenError != nil)
        #expect(rig.attempts(of: 8).isEmpty)
    }

    @Test func `other strategies tell their keys, and retries that they are`() throws {
        var spec = PoolFixture("least-busy", size: 2).spec
        spec.settings.decisions = 8
        var pool = PoolState(spec, at: .zero)
        var request = PickRequest(promptTokens: 10, tried: [])
        request.call = 5
        let first = try pool.pick(0, request, at: .zero).get()
        request.tried.insert(InstanceID(index: Int(first.instance)))
        pool.settle(first, .failed(.refused), sampled: true, at: .zero)
        let second = try pool.pick(0, request, at: .zero).get()
        pool.settle(second, .ignored, sampled: true, at: .zero)
        let attempts = pool.attempts(of: 5, unixSeconds: 0, at: .zero)
        #expect(attempts.map(\.way) == ["best", "retry"])
        #expect(attempts.map(\.outcome) == ["failed: a refused connection", "ignored"])
        #expect(attempts[0].candidates.map(\.total) == [0, 0])
        #expect(attempts[1].candidates.contains { $0.out == "this request failed there" })
    }

    @Test func `an instance is told why it got the latest requests or did not, the newest first`() throws {
        var spec = PoolFixture("least-busy", size: 2).spec
        spec.settings.decisions = 4
        var pool = PoolState(spec, at: .zero)
        let names = spec.instances.map(\.name)
        #expect(pool.decisions(about: names[0], most: 9, unixSeconds: 0, at: .zero)?.decisions.isEmpty == true)
        #expect(pool.decisions(about: "nobody", most: 9, unixSeconds: 0, at: .zero) == nil)
        let first = try pool.pick(0, .after(), at: .zero).get()
        let second = try pool.pick(0, .after(), at: .zero).get()
        #expect(first.instance != second.instance)
        pool.settle(first, .failed(.refused), sampled: true, at: .zero)
        let told = try #require(
            pool.decisions(about: names[Int(first.instance)], most: 9, unixSeconds: 0, at: .zero)?.decisions)
        #expect(told.map(\.chosen) == [names[Int(second.instance)], names[Int(first.instance)]])
        #expect(told.map(\.standing.total) == [1, 0] && told.map(\.best) == [0, 0])
        #expect(told.map(\.outcome) == ["running", "failed: a refused connection"])
        for _ in 0..<9 { pool.settle(try pool.pick(0, .after(), at: .zero).get(), .ignored, sampled: true, at: .zero) }
        let latest = try #require(pool.decisions(about: names[0], most: 3, unixSeconds: 0, at: .zero)?.decisions)
        #expect(latest.count == 3 && latest.allSatisfy { $0.outcome == "ignored" })
        #expect(pool.decisions(about: names[0], most: 9, unixSeconds: 0, at: .zero)?.decisions.count == 4)
    }

    @Test func `a request that has to wait leaves its candidates to nobody`() throws {
        let rig = SoonestRig(boxes: 1, slots: 1, decisions: 8)
        rig.show(0, loaded: [0])
        _ = try rig.send(1)
        _ = try rig.send(2)
        rig.now += 1
        rig.end(1)
        rig.pass(0.01)
        let attempt = try #require(rig.attempts(of: 2).first)
        #expect(attempt.way == "queue" && attempt.waitedSeconds >= 1)
        #expect(attempt.candidates.count == 1)
    }
}
