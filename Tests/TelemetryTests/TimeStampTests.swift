import Testing

@testable import Telemetry

@Suite struct TimeStampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400.5, "2000-02-29T00:00:00.500Z"),
            (951_868_799.999, "2000-02-29T23:59:59.999Z"), (1_709_164_800, "2024-02-29T00:00:00.000Z"),
            (1_735_689_599, "2024-12-31T23:59:59.000Z"), (1_795_435_200.123, "2026-11-23T12:00:00.123Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"), (-5, "1970-01-01T00:00:00.000Z"),
        ] as [(Double, String)])
    func `writes dates as RFC 3339 in UTC`(seconds: Double, text: String) {
        var stamp = TimeStamp()
        #expect(written { stamp.write(seconds, to: &$0) } == text)
        #expect(text.utf8.count == TimeStamp.width)
    }

    @Test func `follows the clock, also backwards`() {
        var stamp = TimeStamp()
        #expect(written { stamp.writeTime(59.999, to: &$0) } == "00:00:59.999")
        #expect(written { stamp.writeTime(60, to: &$0) } == "00:01:00.000")
        #expect(written { stamp.writeTime(59.5, to: &$0) } == "00:00:59.500")
    }

    @Test func `every day of four centuries follows the one before`() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (year, month, day) = (1970, 1, 1)
        for days in 0..<146_097 {
            #expect(TimeStamp.date(daysSince1970: days) == (year, month, day))
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }
}
