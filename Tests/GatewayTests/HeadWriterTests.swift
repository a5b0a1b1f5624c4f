import Balancer
import NIOCore
import Testing

@testable import Gateway

@Suite struct HeadWriterTests {
    private func written(_ body: (inout HeadWriter) -> Void) -> String {
        var bytes = ByteBuffer(string: "before ")
        bytes.writeFields(atMost: 64, body)
        return String(String(buffer: bytes).dropFirst(7))
    }

    @Test func `whole numbers are written as they are read`() {
        var random = RandomSource(seed: 3)
        var numbers = [0, 9, 10, 11, 99, 100, 101, -1, -10, .max, .min]
        for _ in 0..<2_000 { numbers.append(Int(truncatingIfNeeded: random.next()) >> random.below(64)) }
        for number in numbers {
            #expect(written { $0.write(decimal: number) } == String(number))
        }
    }

    @Test(arguments: [
        (0, "0.000"), (999, "0.000"), (1_000, "0.001"), (12_345_678, "12.345"), (99_000, "0.099"), (-5, "0.000"),
        (1_000_000, "1.000"), (10_010_000, "10.010"), (Int64.max, "9223372036854.775"),
    ])
    func `times are milliseconds with three decimals`(nanoseconds: Int64, text: String) {
        #expect(written { $0.write(millisecondsOf: nanoseconds) } == text)
    }

    @Test(arguments: [
        (0, "0s"), (-1, "0s"), (499_999, "0s"), (500_000, "0.001s"), (20_000_000, "0.02s"), (1_500_000_000, "1.5s"),
        (1_999_999_999, "2s"), (60_000_000_000, "60s"), (59_012_345_678, "59.012s"),
    ])
    func `a time to wait is in seconds, as OpenAI writes it`(nanoseconds: Int64, text: String) {
        #expect(written { $0.write(secondsOf: nanoseconds) } == text)
    }

    @Test func `texts and bytes follow each other behind what was there`() {
        let text = written { fields in
            fields.write("a: ")
            Array("value".utf8).withUnsafeBytes { fields.write($0) }
            fields.write(UnsafeRawBufferPointer(start: nil, count: 0))
            fields.write("\r\n")
        }
        #expect(text == "a: value\r\n")
    }
}
