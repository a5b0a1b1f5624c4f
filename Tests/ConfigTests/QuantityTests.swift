import Testing

@testable import Config

@Suite struct QuantityTests {
    @Test(arguments: [
        ("30s", Duration.seconds(30)), ("500ms", .milliseconds(500)), ("1.5m", .seconds(90)), ("2h", .seconds(7200)),
        ("1d", .seconds(86400)), ("0s", .zero), ("5 s", .seconds(5)),
    ])
    func `reads durations`(text: String, duration: Duration) throws {
        #expect(try Quantity.duration(text) == duration)
    }

    @Test(arguments: [
        ("30", "has no unit; write 30s or 500ms"), ("soon", "is not a number with a unit"),
        ("5w", "has an unknown unit; write ms, s, m, h or d"), ("-5s", "is not a length of time"),
        ("5S", "has an unknown unit; write ms, s, m, h or d"), ("999999999h", "is longer than a century"),
        ("1.2.3s", "is not a number with a unit"),
    ])
    func `says what is wrong with a duration`(text: String, sentence: String) {
        #expect(throws: Quantity.Fault(sentence: sentence)) { try Quantity.duration(text) }
    }

    @Test(arguments: [
        ("64MiB", 64 << 20), ("1KiB", 1024), ("2GiB", 2 << 30), ("10kb", 10_000), ("1.5MB", 1_500_000), ("7 B", 7),
        ("1GB", 1_000_000_000),
    ])
    func `reads sizes`(text: String, bytes: Int) throws {
        #expect(try Quantity.size(text) == bytes)
    }

    @Test(arguments: [
        ("64", "has no unit; write 64B or 64MiB"),
        ("64 stones", "has an unknown unit; write B, KiB, MiB, GiB, KB, MB or GB"),
        ("-1MiB", "is not a possible size"), ("big", "is not a number with a unit"),
    ])
    func `says what is wrong with a size`(text: String, sentence: String) {
        #expect(throws: Quantity.Fault(sentence: sentence)) { try Quantity.size(text) }
    }

    @Test func `refuses seconds that are no length of time`() {
        for seconds in [-1, Double.nan, .infinity, 1e12] {
            #expect(throws: Quantity.Fault.self) { try Quantity.duration(seconds: seconds) }
        }
        #expect((try? Quantity.duration(seconds: 0.25)) == .milliseconds(250))
    }
}
