import Testing

@testable import Balancer

@Suite struct LateRequestsTests {
    @Test func `one before which nothing is there has nothing to wait for`() {
        var late = LateRequests()
        late.add(7)
        #expect(late.areAll(before: 7, inFlight: 1, granted: 7))
        #expect(late.areAll(before: 7, inFlight: 4, granted: 10), "three came later, and explain nothing")
        #expect(!late.areAll(before: 7, inFlight: 2, granted: 7), "the one before it may be at work on something long")
        late.add(5)
        #expect(late.areAll(before: 7, inFlight: 2, granted: 7), "that one is late, too")
        late.remove(5)
        #expect(!late.areAll(before: 7, inFlight: 2, granted: 7))
        late.remove(5)
        late.add(9)
        #expect(!late.areAll(before: 7, inFlight: 4, granted: 9), "a late one that came later blames nobody")
    }

    @Test func `numbers may begin anew`() {
        var late = LateRequests()
        late.add(.max)
        late.add(1)
        #expect(late.areAll(before: 1, inFlight: 2, granted: 1))
        #expect(late.areAll(before: .max, inFlight: 2, granted: 1))
    }
}
