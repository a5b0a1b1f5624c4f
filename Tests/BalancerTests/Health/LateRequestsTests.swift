import Testing

@testable import Balancer

@Suite struct LateRequestsTests {
    @Test func `one before which nothing is there has nothing to wait for`() {
        var late = LateRequests()
        late.add(7)
        #expect(late.areAll(before: 7, ahead: 0, inFlight: 1))
        #expect(late.areAll(before: 7, ahead: 0, inFlight: 4), "three came later, and explain nothing")
        #expect(!late.areAll(before: 7, ahead: 1, inFlight: 2), "the one before it may be at work on something long")
        late.add(5)
        #expect(late.areAll(before: 7, ahead: 1, inFlight: 2), "that one is late, too")
        late.remove(5, by: nil)
        #expect(!late.areAll(before: 7, ahead: 1, inFlight: 2), "it has its first token, and is written on")
        late.remove(5, by: 9)
        late.add(9)
        #expect(!late.areAll(before: 7, ahead: 1, inFlight: 4), "a late one that came later blames nobody")
        #expect(late.areAll(before: 7, ahead: 1, inFlight: 1), "nothing else is there")
    }

    @Test func `newer requests that have ended hide nothing that is at work before a late one`() {
        var late = LateRequests()
        late.add(7)
        // 8 and 9 came and went.
        #expect(!late.areAll(before: 7, ahead: 1, inFlight: 2))
    }

    @Test func `of those before it the late ones that have ended count no more`() {
        var late = LateRequests()
        for serial in 4...7 as ClosedRange<UInt32> { late.add(serial) }
        late.remove(4, by: 6)
        #expect(!late.areAll(before: 7, ahead: 4, inFlight: 9), "that one had ended before this one came")
        late.remove(5, by: 8)
        #expect(late.areAll(before: 7, ahead: 2, inFlight: 9))
        #expect(!late.areAll(before: 7, ahead: 3, inFlight: 9))
    }

    @Test func `numbers may begin anew`() {
        var late = LateRequests()
        late.add(.max)
        late.add(1)
        #expect(late.areAll(before: 1, ahead: 1, inFlight: 2))
        #expect(late.areAll(before: .max, ahead: 0, inFlight: 2))
        late.remove(.max, by: 2)
        #expect(late.areAll(before: 1, ahead: 1, inFlight: 3))
    }

    @Test func `no more than some that have ended are kept`() {
        var late = LateRequests()
        for serial in 1...200 as ClosedRange<UInt32> {
            late.add(serial)
            late.remove(serial, by: 300)
        }
        late.add(300)
        #expect(!late.areAll(before: 300, ahead: 199, inFlight: 200))
        #expect(late.areAll(before: 300, ahead: 32, inFlight: 200))
    }
}
