import Testing

@testable import Ledger

@Suite struct BudgetPeriodWindowsTests {
    /// Wednesday 2026-11-25, 13:47:31.5.
    private let now = Samples.wall(13 * 3600 + 47 * 60 + 31.5)

    @Test(arguments: [
        ("1d", "2026-11-25 00:00:00", "2026-11-26 00:00:00"), ("7d", "2026-11-23 00:00:00", "2026-11-30 00:00:00"),
        ("1w", "2026-11-23 00:00:00", "2026-11-30 00:00:00"), ("30d", "2026-11-01 00:00:00", "2026-12-01 00:00:00"),
        ("1mo", "2026-11-01 00:00:00", "2026-12-01 00:00:00"), ("1h", "2026-11-25 13:00:00", "2026-11-25 14:00:00"),
        ("12h", "2026-11-25 12:00:00", "2026-11-26 00:00:00"), ("24h", "2026-11-25 00:00:00", "2026-11-26 00:00:00"),
        ("15m", "2026-11-25 13:45:00", "2026-11-25 14:00:00"), ("1m", "2026-11-25 13:47:00", "2026-11-25 13:48:00"),
        ("30s", "2026-11-25 13:47:30", "2026-11-25 13:48:00"), ("3d", "2026-11-25 00:00:00", "2026-11-28 00:00:00"),
        ("2w", "2026-11-25 00:00:00", "2026-12-09 00:00:00"), ("60d", "2026-11-25 00:00:00", "2027-01-24 00:00:00"),
        ("3mo", "2026-11-01 00:00:00", "2027-02-01 00:00:00"), ("12mo", "2026-11-01 00:00:00", "2027-11-01 00:00:00"),
    ])
    func `begins and ends where the calendar says`(period: String, start: String, end: String) throws {
        let window = try #require(BudgetPeriod(period)).window(containing: now, anchor: now)
        #expect(window.start.inSeconds == start + " UTC")
        #expect(window.end.inSeconds == end + " UTC")
    }

    @Test func `follows its anchor where the calendar says nothing`() throws {
        let period = try #require(BudgetPeriod("10d"))
        let first = period.window(containing: now, anchor: now)
        // Five windows later, at once: the windows in between were used by nobody.
        let later = period.window(containing: Samples.wall(57 * Samples.day), anchor: first.end)
        #expect(later.start == Samples.wall(50 * Samples.day))
        #expect(later.end == Samples.wall(60 * Samples.day))
    }

    /// Windows of any period, one after the other, from any moment on: none overlaps, and none is left out.
    @Test(arguments: [
        "1s", "7s", "1m", "90m", "5h", "24h", "48h", "1d", "2d", "7d", "30d", "31d", "1w", "3w", "1mo", "5mo",
    ])
    func `leaves no moment out`(text: String) throws {
        let period = try #require(BudgetPeriod(text))
        var random = Generator(seed: 11)
        for _ in 0..<50 {
            let start = Samples.wall(Double(Int.random(in: -400_000_000...400_000_000, using: &random)))
            var window = period.window(containing: start, anchor: start)
            #expect(window.contains(start))
            for _ in 0..<30 {
                let next = period.window(containing: window.end, anchor: window.end)
                #expect(next.start == window.end && next.end > next.start)
                let last = WallTime(microseconds: next.end.microseconds - 1)
                #expect(period.window(containing: last, anchor: window.end) == next)
                window = next
            }
        }
    }

    @Test func `goes on with a window that may be its own`() throws {
        let (day, month, ten) = (
            try #require(BudgetPeriod("1d")), try #require(BudgetPeriod("1mo")), try #require(BudgetPeriod("10d"))
        )
        #expect(day.fits(day.window(containing: now, anchor: now), at: now))
        #expect(!day.fits(month.window(containing: now, anchor: now), at: now))
        #expect(!month.fits(.endless, at: now))
        #expect(!ten.fits(.endless, at: now))
        #expect(ten.fits(ten.window(containing: now, anchor: Samples.wall(-4 * Samples.day)), at: now))
    }
}
