import Testing

@testable import Ledger

@Suite struct CivilDayTests {
    @Test func `knows the dates of days far apart`() {
        #expect(CivilDay(number: 0).date == (1970, 1, 1))
        #expect(CivilDay(number: 11_016).date == (2000, 2, 29))
        #expect(CivilDay(number: 20_782).date == (2026, 11, 25))
        #expect(CivilDay(number: -1).date == (1969, 12, 31))
        #expect(CivilDay(number: 47_540).date == (2100, 2, 28))
        #expect(CivilDay(number: 47_541).date == (2100, 3, 1))
    }

    @Test func `counts every day of 400 years once`() {
        var expected = (year: Int64(1900), month: Int64(1), day: Int64(1))
        for number in Int64(-25_567)..<(-25_567 + 146_097) {
            let day = CivilDay(number: number)
            #expect(day.date == expected)
            if day.date != expected { return }
            if expected.day == 1 { #expect(CivilDay(year: expected.year, month: expected.month) == day) }
            let isLeap = expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year % 400 == 0)
            let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            if expected.day < lengths[Int(expected.month) - 1] {
                expected.day += 1
            } else if expected.month < 12 {
                expected = (expected.year, expected.month + 1, 1)
            } else {
                expected = (expected.year + 1, 1, 1)
            }
        }
    }

    @Test func `knows the Monday of a week and the first of a month`() {
        #expect(CivilDay(number: 20_782).monday.date == (2026, 11, 23))
        #expect(CivilDay(number: 20_780).monday.date == (2026, 11, 23))
        #expect(CivilDay(number: 20_779).monday.date == (2026, 11, 16))
        #expect(CivilDay(number: 20_782).firstOfMonth(after: 2).date == (2027, 1, 1))
        #expect(CivilDay(number: 20_782).firstOfMonth(after: 0).date == (2026, 11, 1))
    }

    @Test func `is the day of each of its moments`() {
        #expect(CivilDay(of: WallTime(microseconds: -1)).number == -1)
        #expect(CivilDay(of: Samples.wall()).number == 20_782)
        #expect(CivilDay(of: Samples.wall(86_399.999_999)).number == 20_782)
        #expect(CivilDay(of: Samples.wall(86_400)).number == 20_783)
    }

    @Test func `a day is read as people write it`() {
        #expect(CivilDay(iso: "2026-11-25") == CivilDay(number: 20_782))
        #expect(CivilDay(iso: "2000-02-29") == CivilDay(number: 11_016))
        #expect(CivilDay(iso: "1-1-1") == CivilDay(year: 1, month: 1))
        for text in [
            "", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-02-29", "2026-11-31", "2026-11-00", "0-1-1",
            "10000-01-01", "2026-11-25-1", "22.11.2026",
        ] { #expect(CivilDay(iso: text) == nil, "\(text)") }
    }

    @Test func `months later it is the same day, or the last`() throws {
        let end = try #require(CivilDay(iso: "2027-01-31"))
        #expect(end.adding(months: 1).date == (2027, 2, 28) && end.adding(months: 13).date == (2028, 2, 29))
        #expect(end.adding(months: 2).date == (2027, 3, 31) && end.adding(months: 0) == end)
    }
}
