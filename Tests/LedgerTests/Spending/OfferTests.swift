import Testing

@testable import Ledger

@Suite struct OfferTests {
    private var offer = Offer(bound: 100, least: 20)

    @Test mutating func `gives all where there is room`() {
        let fits = offer.hear(free: 100, room: 100, givesPart: true, line: 0)
        #expect(fits && offer.answer == .given(100))
    }

    @Test mutating func `gives a part where nobody is under way and it is more than the least`() {
        let fits = offer.hear(free: 21, room: 21, givesPart: true, line: 0)
        #expect(fits && offer.answer == .given(21))
        var other = Offer(bound: 100, least: 20)
        let none = other.hear(free: 20, room: 20, givesPart: true, line: 0)
        #expect(!none)
    }

    @Test mutating func `gives no part where a part is of no use`() {
        let fits = offer.hear(free: 99, room: 99, givesPart: false, line: 0)
        #expect(!fits)
    }

    @Test mutating func `holds where those under way have what is missing`() {
        let fits = offer.hear(free: 100, room: 99, givesPart: false, line: 3)
        #expect(fits && offer.answer == .held(by: 3))
    }

    @Test mutating func `a part that fits beside those under way is given`() {
        _ = offer.hear(free: 80, room: 60, givesPart: true, line: 0)
        _ = offer.hear(free: 50, room: 50, givesPart: true, line: 1)
        #expect(offer.answer == .given(50))
    }

    @Test mutating func `the account with least room holds`() {
        _ = offer.hear(free: 100, room: 60, givesPart: true, line: 0)
        _ = offer.hear(free: 100, room: 10, givesPart: true, line: 1)
        _ = offer.hear(free: 100, room: 30, givesPart: true, line: 2)
        #expect(offer.answer == .held(by: 1))
    }

    @Test mutating func `hears of debts below zero`() {
        let fits = offer.hear(free: -5, room: -5, givesPart: true, line: 0)
        #expect(!fits)
        var later = Offer(bound: 100, least: 0)
        let holds = later.hear(free: 30, room: -70, givesPart: true, line: 0)
        #expect(holds && later.answer == .held(by: 0))
    }
}
