import Testing

@testable import Ledger

/// The store's answer, one case each.
@Suite struct SharePotTests {
    private func ask(kept: Double = 0, need: Double, wish: Double? = nil, isForced: Bool = false) -> ShareAsk {
        var ask = ShareAsk(
            account: .global, window: .endless, most: Samples.dollars(10), kept: Samples.dollars(kept),
            need: Samples.dollars(need), wish: Samples.dollars(wish ?? need))
        ask.isForced = isForced
        return ask
    }

    private func pot(
        spent: Double = 0, written: Double = 0, ceiling: Double = 0, others: Double = 0, lost: Double = 0,
        isWanted: Bool = false
    ) -> SharePot {
        SharePot(
            spent: Samples.dollars(spent), written: Samples.dollars(written), ceiling: Samples.dollars(ceiling),
            others: Samples.dollars(others), lost: Samples.dollars(lost), isWanted: isWanted, gateways: 2)
    }

    @Test func `a need is met as a whole or not at all, but for the last that nobody else has`() {
        #expect(pot(others: 7).ceiling(for: ask(need: 3)) == Samples.dollars(3))
        #expect(pot(others: 7.5).ceiling(for: ask(need: 3)) == .zero)
        #expect(pot(spent: 7.5).ceiling(for: ask(need: 3)) == Samples.dollars(2.5))
        #expect(pot(lost: 7.5).ceiling(for: ask(need: 3)) == Samples.dollars(2.5))
        #expect(pot(spent: 11).ceiling(for: ask(need: 3)) == .zero)
    }

    @Test func `stock is a quarter of what two gateways leave, and nothing while another one needs more`() {
        #expect(pot(others: 4).ceiling(for: ask(need: 2, wish: 9)) == Samples.dollars(3))
        #expect(pot(others: 4).ceiling(for: ask(need: 2, wish: 2.5)) == Samples.dollars(2.5))
        #expect(pot(others: 4, isWanted: true).ceiling(for: ask(need: 2, wish: 9)) == Samples.dollars(2))
    }

    @Test func `a word never raises what was given, and what is spent is not given back`() {
        #expect(pot(spent: 1, written: 1, ceiling: 2).ceiling(for: ask(kept: 5, need: 2)) == Samples.dollars(2))
        #expect(pot(others: 9, isWanted: true).ceiling(for: ask(kept: 5, need: 5)) == .zero)
        #expect(pot(spent: 4, written: 4, ceiling: 6).ceiling(for: ask(kept: 1, need: 1)) == Samples.dollars(4))
    }

    @Test func `what is promised already is given whatever is left`() {
        #expect(pot(others: 9).ceiling(for: ask(kept: 3, need: 3, isForced: true)) == Samples.dollars(3))
        #expect(pot(ceiling: 5, others: 9).ceiling(for: ask(kept: 5, need: 3, isForced: true)) == Samples.dollars(5))
    }
}
