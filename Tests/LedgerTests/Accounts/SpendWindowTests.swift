import Testing

@testable import Ledger

@Suite struct SpendWindowTests {
    private let day = BudgetPeriod("1d")
    private var window = SpendWindow(BudgetWindow(start: Samples.wall(), end: Samples.wall(Samples.day)))

    @Test mutating func `leaves what is neither spent nor promised`() {
        window.reserve(Samples.dollars(3))
        window.add(Tally(money: Samples.dollars(2)))
        let (free, room) = window.left(of: Samples.dollars(10))
        #expect(free == 8_000_000_000_000 && room == 5_000_000_000_000)
        window.release(Samples.dollars(3))
        #expect(window.reservedMoney == .zero)
    }

    @Test mutating func `comes back to nothing promised from sums beyond all money there can be`() {
        for _ in 0..<5 { window.reserve(.max) }
        #expect(window.reservedMoney == .max)
        for _ in 0..<5 { window.release(.max) }
        #expect(window.reserved == 0)
    }

    @Test mutating func `begins anew at its end, and not a microsecond before`() {
        window.add(Tally(money: Samples.dollars(2)))
        window.reserve(Samples.dollars(1))
        let begins1 = window.roll(to: WallTime(microseconds: window.bounds.end.microseconds - 1), period: day)
        #expect(!begins1)
        #expect(window.tally.money == Samples.dollars(2))
        let begins2 = window.roll(to: Samples.wall(Samples.day), period: day)
        #expect(begins2)
        #expect(window.tally == Tally() && window.reserved == 0)
        #expect(window.bounds == BudgetWindow(start: Samples.wall(Samples.day), end: Samples.wall(2 * Samples.day)))
    }

    @Test mutating func `stays when the clock goes back`() {
        window.add(Tally(money: Samples.dollars(2)))
        let begins3 = window.roll(to: Samples.wall(-5 * Samples.day), period: day)
        #expect(!begins3)
        #expect(window.tally.money == Samples.dollars(2))
    }

    @Test mutating func `keeps what is spent when the period changes`() {
        window.add(Tally(money: Samples.dollars(2)))
        window.take(period: BudgetPeriod("1mo"), at: Samples.wall(3_600))
        #expect(window.bounds.end.date == "2026-12-01")
        #expect(window.tally.money == Samples.dollars(2) && window.bounds.start == Samples.wall())
        window.take(period: nil, at: Samples.wall(3_600))
        #expect(window.bounds.end == .never)
    }

    @Test mutating func `says once in a window that the soft budget is reached`() {
        let soft = Samples.dollars(1)
        window.add(Tally(money: Samples.dollars(0.999_999)))
        let isDue4 = window.reaches(soft: soft)
        #expect(!isDue4)
        window.add(Tally(money: Samples.dollars(0.000_001)))
        let isDue5 = window.reaches(soft: soft)
        #expect(isDue5)
        window.add(Tally(money: Samples.dollars(5)))
        let isDue6 = window.reaches(soft: soft)
        #expect(!isDue6)
        let begins7 = window.roll(to: Samples.wall(Samples.day), period: day)
        #expect(begins7)
        let isDue8 = window.reaches(soft: soft)
        #expect(!isDue8)
        window.add(Tally(money: Samples.dollars(1)))
        let isDue9 = window.reaches(soft: soft)
        #expect(isDue9)
        let isDue10 = window.reaches(soft: nil)
        #expect(!isDue10)
    }
}
