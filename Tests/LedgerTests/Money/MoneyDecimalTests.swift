import Ledger
import Testing

@Suite struct MoneyDecimalTests {
    @Test(
        arguments: [
            ("0", 0), ("0.0", 0), ("-", nil), ("1", 1_000_000_000_000), ("2.5e-06", 2_500_000), ("1e-3", 1_000_000_000),
            ("1E+2", 100_000_000_000_000), ("3.75e-08", 37_500), ("0.00000015", 150_000), (".5", 500_000_000_000),
            ("5.", 5_000_000_000_000), ("+0.25", 250_000_000_000), ("0007", 7_000_000_000_000), ("1e-12", 1),
            ("0e99999999999999999999", 0), ("9223372.036854775807", Int64.max),
            ("0.0000000000000000000001e22", 1_000_000_000_000),
            ("123456789e-9", 123_456_789_000),
        ] as [(String, Int64?)])
    func `reads decimal text to the picodollar`(text: String, picodollars: Int64?) {
        #expect(Money(text)?.picodollars == picodollars)
    }

    @Test(arguments: [
        "", " ", "-1", "-0", "-2.5e-06", "abc", "1 ", " 1", "1,5", "1.2.3", ".", "e5", "1e", "1e+", "1e1.5", "1e-",
        "0x10",
        "nan", "inf", "∞", "１", "$1", "1_000", "9223372.036854775808", "9223373", "1e7", "1e99999999999999999999",
    ])
    func `refuses what is no number, below zero or too large`(text: String) {
        #expect(Money(text) == nil)
    }

    @Test(
        arguments: [
            ("0.4e-12", 0), ("0.5e-12", 0), ("0.500000001e-12", 1), ("1.5e-12", 2), ("2.5e-12", 2), ("2.6e-12", 3),
            ("1e-400", 0), ("1.5000020000000002e-05", 15_000_020), ("9.499999999999999e-07", 950_000),
            ("9223372.0368547758074", Int64.max),
        ] as [(String, Int64)])
    func `rounds what is finer to the nearest picodollar and a half to the even one`(text: String, picodollars: Int64) {
        #expect(Money(text)?.picodollars == picodollars)
    }

    @Test func `does not round up past the end`() {
        #expect(Money("9223372.0368547758075") == nil)
    }

    @Test func `reads a price per million tokens as one per token`() {
        #expect(Money(decimal: "0.00875".utf8, timesTenTo: -6) == Money(picodollars: 8_750))
        #expect(Money(decimal: "2.5".utf8, timesTenTo: -6) == Money("2.5e-06"))
    }

    @Test(
        arguments: [
            (77_500_000, "0.0000775"), (0, "0.0"), (1, "0.000000000001"), (1_000_000_000_000, "1.0"),
            (10_500_000_000_000, "10.5"), (-250_000_000_000, "-0.25"), (.max, "9223372.036854775807"),
            (.min, "-9223372.036854775808"),
        ] as [(Int64, String)])
    func `prints plain decimals without exponent`(picodollars: Int64, text: String) {
        #expect(Money(picodollars: picodollars).description == text)
        Money(picodollars: picodollars).withDecimal { #expect($0.elementsEqual(text.utf8)) }
    }

    @Test(arguments: [4, 5] as [UInt64])
    func `reads back what it printed`(seed: UInt64) {
        var random = Generator(seed: seed)
        for _ in 0..<2_000 {
            let amount = Money(
                picodollars: .random(in: 0 ... .max, using: &random) >> Int.random(in: 0...62, using: &random))
            #expect(Money(amount.description) == amount)
        }
    }

    /// Whoever has read a price as a binary fraction may hand over its shortest text: it names the same decimal.
    @Test(arguments: [6, 7] as [UInt64])
    func `the shortest text of a double of few digits is the same amount`(seed: UInt64) {
        var random = Generator(seed: seed)
        for _ in 0..<2_000 {
            let picodollars = Int64.random(in: 0...1_000_000_000_000_000, using: &random)
            guard let fraction = Double("\(picodollars)e-12") else { continue }
            #expect(Money("\(fraction)")?.picodollars == picodollars)
        }
    }
}
