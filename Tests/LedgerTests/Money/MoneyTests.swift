import Ledger
import Testing

@Suite struct MoneyTests {
    @Test func `adds and multiplies exactly`() {
        let price = Money(picodollars: 37_500)
        #expect(price + price == Money(picodollars: 75_000))
        #expect(price * 1_000_000 == Money(picodollars: 37_500_000_000))
        var sum = Money.zero
        sum += price
        #expect(sum == price)
        #expect(Money.zero < price && price < .max)
    }

    @Test func `stops at its ends instead of trapping`() {
        let least = Money(picodollars: .min)
        #expect(Money.max + Money(picodollars: 1) == .max)
        #expect(least + Money(picodollars: -1) == least)
        #expect(Money.max + least == Money(picodollars: -1))
        #expect(Money(picodollars: 1 << 40) * .max == .max)
        #expect(Money(picodollars: 1 << 40) * .min == least)
        #expect(Money(picodollars: -2) * .max == least)
        #expect(least * -1 == .max)
        #expect(least * .min == .max)
    }

    /// The sums are compared with ones of 128 bits, brought into range.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `any two amounts have the sum and the product of whole numbers up to the ends`(seed: UInt64) {
        var random = Generator(seed: seed)
        for _ in 0..<2_000 {
            let left = Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0...63, using: &random)
            let right = Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0...63, using: &random)
            let sum = Int128(left) + Int128(right)
            let product = Int128(left) * Int128(right)
            #expect((Money(picodollars: left) + Money(picodollars: right)).picodollars == Int64(clamping: sum))
            #expect((Money(picodollars: left) * Int(right)).picodollars == Int64(clamping: product))
        }
    }
}
