import Testing

@testable import Ledger

@Suite struct OpenClaimsTests {
    @Test func `each is closed once, and a later one in its place is another`() {
        var open = OpenClaims()
        let first = open.open(OpenClaims.Claim(money: Samples.dollars(1)))
        #expect(open.count == 1)
        let closed = open.close(first.slot, generation: first.generation)
        #expect(closed?.money == Samples.dollars(1))
        let again = open.close(first.slot, generation: first.generation)
        #expect(again == nil && open.count == 0)
        let second = open.open(OpenClaims.Claim(money: Samples.dollars(2)))
        #expect(second.slot == first.slot && second.generation != first.generation)
        let stale = open.close(first.slot, generation: first.generation)
        #expect(stale == nil && open.count == 1)
    }

    @Test func `a place that was never given is nobody's`() {
        var open = OpenClaims()
        let none = open.close(3, generation: 0)
        #expect(none == nil)
    }
}
