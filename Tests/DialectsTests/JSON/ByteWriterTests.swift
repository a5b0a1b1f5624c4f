import NIOCore
import Testing

@testable import Dialects

/// Numbers as they are written.
@Suite struct ByteWriterTests {
    private func written(_ value: Int) -> String {
        var out = ByteBuffer()
        out.compose(atMost: 20) { $0.write(decimal: value) }
        return String(buffer: out)
    }

    @Test func `a whole number has all its digits, and no more`() {
        var values = [0, 1, .max, .min, -1, -10]
        var power = 1
        for _ in 0..<18 {
            power *= 10
            values += [power - 1, power, power + 1, -power]
        }
        for value in values { #expect(written(value) == "\(value)") }
    }
}
