import Testing

@testable import Dialects

@Suite struct JSONNumberTests {
    private func double(_ text: String) -> Double? { Array(text.utf8).withUnsafeBytes { JSONNumber.double($0) } }
    private func integer(_ text: String) -> Int? { Array(text.utf8).withUnsafeBytes { JSONNumber.integer($0) } }

    @Test(arguments: [
        "0", "-0", "1", "0.1", "0.7", "-1.5", "1e5", "1E-5", "123456789012345678901234567890", "1.7976931348623157e308",
        "5e-324", "0.010071029", "-0.0017594862", "9007199254740993", "1e22", "1e23", "0.000000000000000000000001",
    ])
    func `reads numbers as the standard library does`(_ text: String) {
        #expect(double(text) == Double(text))
    }

    @Test func `reads random numbers to the last bit`() {
        var random = Generator(seed: 5)
        for _ in 0..<5_000 {
            let value = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
            guard value.isFinite else { continue }
            #expect(double("\(value)").map(Float.init) == value, "\(value)")
        }
    }

    @Test(arguments: ["", "-", "x", "\"1\"", "true", "null", "[]", "1x"])
    func `knows what is no number`(_ text: String) {
        #expect(double(text) == nil)
        #expect(integer(text) == nil)
    }

    @Test func `reads whole numbers up to their limits`() {
        #expect(integer("0") == 0)
        #expect(integer("-17") == -17)
        #expect(integer("\(Int.max)") == .max)
        #expect(integer("\(Int.min)") == .min)
        #expect(integer("9223372036854775808") == nil)
        #expect(integer("-9223372036854775809") == nil)
        #expect(integer("1.0") == nil)
        #expect(integer("1e2") == nil)
    }
}
