import Testing

@testable import Dialects

@Suite struct DecimalDigitsTests {
    private func text(_ word: UInt64, _ count: Int) -> String {
        withUnsafeBytes(of: word.littleEndian) { String(decoding: $0.prefix(count), as: UTF8.self) }
    }

    @Test func `a number of up to eight digits is written as everybody writes it`() {
        // Every value of each half, and the ends of every length.
        var numbers = (0...UInt32(20_000)).map { $0 } + (0...UInt32(9_999)).map { $0 * 10_000 + 9_999 - $0 }
        for length in 1...8 {
            let power = (0..<length).reduce(UInt32(1)) { power, _ in power * 10 }
            numbers += [power - 1, power / 10, power / 10 + 1]
        }
        for number in numbers {
            let digits = DecimalDigits(number)
            #expect(text(digits.word, digits.count) == "\(number)")
            #expect(digits.count == 8 || digits.word &>> UInt64(8 * digits.count) == 0)
            #expect(text(DecimalDigits.padded(number), 8) == String("0000000\(number)".suffix(8)))
        }
    }

    @Test(arguments: [
        0, 9, 10, 99_999_999, 100_000_000, 1_000_000_007, 9_999_999_999_999_999, 10_000_000_000_000_000, .max,
    ])
    func `a number of any length fits the room that it needs, and touches nothing behind it`(_ number: UInt64) {
        let text = "\(number)"
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { bytes in
            for room in [text.utf8.count, 32] {
                _ = bytes.initializeMemory(as: UInt8.self, repeating: 0x2e)
                let count = DecimalDigits.write(number, to: bytes.baseAddress!, room: room)
                #expect(String(decoding: bytes.prefix(count), as: UTF8.self) == text)
                if room == count { #expect(bytes.dropFirst(count).allSatisfy { $0 == 0x2e }) }
            }
        }
    }
}
