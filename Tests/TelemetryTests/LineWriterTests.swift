import Testing

@testable import Telemetry

/// What a `LineWriter` writes, as text.
func written(_ body: (inout LineWriter) -> Void) -> String {
    String(unsafeUninitializedCapacity: 4_096) { buffer in
        var line = LineWriter(buffer.baseAddress!)
        body(&line)
        return line.count
    }
}

@Suite struct LineWriterTests {
    @Test(arguments: [0, 1, 9, 10, 99, 100, 12_345, -1, -10, .max, .min])
    func `writes whole numbers as Swift does`(value: Int) {
        #expect(written { $0.write(decimal: value) } == String(value))
    }

    @Test(
        arguments: [
            (0, "0.000"), (499, "0.000"), (500, "0.001"), (1_000_000, "1.000"), (12_034_000, "12.034"),
            (59_999_999_999, "60000.000"), (-5, "0.000"),
        ] as [(Int64, String)])
    func `writes nanoseconds as milliseconds`(nanoseconds: Int64, text: String) {
        #expect(written { $0.write(millisecondsOf: nanoseconds) } == text)
    }

    @Test(
        arguments: [
            (0, 2, "0"), (1, 2, "1"), (47.1, 2, "47.1"), (47.126, 2, "47.13"), (0.001, 2, "0"), (99.999, 2, "100"),
            (0.000_001_5, 9, "0.0000015"), (12.5, 0, "13"), (-1, 2, "0"), (.nan, 2, "0"), (.infinity, 2, "0"),
            (1e300, 2, "0"),
        ] as [(Double, Int, String)])
    func `writes fractions without trailing zeros`(value: Double, decimals: Int, text: String) {
        #expect(written { $0.write(value, decimals: decimals) } == text)
    }

    @Test func `writes digits to a width`() {
        #expect(written { $0.write(7, width: 3) } == "007")
    }
}
