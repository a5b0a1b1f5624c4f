import Testing

@testable import Balancer

@Suite struct LateRequestsTests {
    private func at(_ seconds: Int) -> Moment { .zero + .seconds(seconds) }

    @Test func `one that was alone has nothing to wait for`() {
        var late = LateRequests()
        late.add(sent: at(1))
        #expect(late.areAll(upTo: at(1), before: 0))
        #expect(!late.areAll(upTo: at(1), before: 1), "the one before it may be at work on something long")
        late.add(sent: at(0))
        #expect(late.areAll(upTo: at(1), before: 1), "that one is late, too")
        late.add(sent: at(2))
        #expect(!late.areAll(upTo: at(1), before: 2), "one that came later explains nothing, and blames nobody")
    }

    @Test func `bytes of an answer end it`() {
        var late = LateRequests()
        late.add(sent: at(1))
        late.heard(at: nil)
        #expect(late.areAll(upTo: at(1), before: 0))
        late.heard(at: at(2))
        #expect(!late.areAll(upTo: at(1), before: 0))
    }

    @Test func `not more is kept than some`() {
        var late = LateRequests()
        for second in 0..<1_000 { late.add(sent: at(second)) }
        #expect(late.areAll(upTo: at(1_000), before: 63) && !late.areAll(upTo: at(1_000), before: 64))
    }
}
