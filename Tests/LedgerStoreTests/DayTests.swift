import Ledger
import LedgerStore
import Testing

@Suite struct DayTests {
    @Test(
        arguments: [
            (0, 0), (86_399_999_999, 0), (86_400_000_000, 1), (-1, -1), (-86_400_000_000, -1), (-86_400_000_001, -2),
        ] as [(Int64, Int64)])
    func `a day begins at midnight in UTC`(_ microseconds: Int64, _ day: Int64) {
        #expect(Day(of: WallTime(microseconds: microseconds)).number == day)
        #expect(Day(number: day).start.microseconds <= microseconds)
    }
}
