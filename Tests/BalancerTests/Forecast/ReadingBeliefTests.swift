import Testing

@testable import Balancer

@Suite struct ReadingBeliefTests {
    @Test func `takes a box for one that reads one prompt after the other until it shows otherwise`() {
        var belief = ReadingBelief()
        #expect(belief.way == .inTurn)
        for _ in 0..<20 { belief.record(late: 2, inTurn: 2, shared: 1) }
        #expect(belief.way == .inTurn)
    }

    @Test func `learns that prompts share the card evenly, or do not feel each other`() {
        var (shared, apart) = (ReadingBelief(), ReadingBelief())
        for _ in 0..<6 {
            shared.record(late: 1, inTurn: 2, shared: 1)
            apart.record(late: 0, inTurn: 2, shared: 1)
        }
        #expect(shared.way == .shared && apart.way == .apart)
    }

    @Test func `a box that is set up anew is believed after some prompts`() {
        var belief = ReadingBelief()
        for _ in 0..<50 { belief.record(late: 0, inTurn: 2, shared: 1) }
        for _ in 0..<20 { belief.record(late: 2, inTurn: 2, shared: 1) }
        #expect(belief.way == .inTurn)
    }

    @Test func `one odd prompt changes nothing`() {
        var belief = ReadingBelief()
        belief.record(late: 0, inTurn: 2, shared: 1)
        belief.record(late: -5, inTurn: 2, shared: 1)
        #expect(belief.way == .inTurn)
    }
}
