import Testing

@testable import Farm

@Suite struct GoDurationTests {
    @Test(arguments: [
        ("5m", 300.0), ("1h30m", 5_400), ("-1m", -60), ("1.5s", 1.5), ("0", 0), ("+2ms", 0.002), (".5h", 1_800),
        ("3µs", 3e-6),
    ])
    func `spans`(text: String, seconds: Double) throws {
        #expect(abs(try GoDuration.seconds(text) - seconds) < 1e-9)
    }

    @Test(arguments: [
        ("300", "time: missing unit in duration \"300\""), ("", "time: invalid duration \"\""),
        ("x", "time: invalid duration \"x\""), ("5y", "time: unknown unit \"y\" in duration \"5y\""),
        ("1.2.3s", "time: invalid duration \"1.2.3s\""),
    ])
    func `refusals`(text: String, message: String) {
        #expect(throws: Rejection(400, message)) { _ = try GoDuration.seconds(text) }
    }
}
