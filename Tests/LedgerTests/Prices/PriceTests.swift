import Ledger
import Testing

@Suite struct PriceTests {
    private let price = Price(
        input: Money(picodollars: 3_000_000), output: Money(picodollars: 15_000_000),
        cacheRead: Money(picodollars: 300_000), cacheWrite: Money(picodollars: 3_750_000))

    @Test func `eleven and five tokens of gpt-4o cost what LiteLLM says`() throws {
        let price = Price(input: try #require(Money("2.5e-06")), output: try #require(Money("1e-05")))
        let cost = price.cost(promptTokens: 11, completionTokens: 5)
        #expect(cost.total.description == "0.0000775")
        #expect(cost.input.description == "0.0000275")
        #expect(cost.output.description == "0.00005")
    }

    @Test func `tokens from and into a cache have their own price`() {
        let cost = price.cost(promptTokens: 1000, cachedTokens: 600, cacheWriteTokens: 300, completionTokens: 10)
        #expect(cost.input.picodollars == 100 * 3_000_000 + 600 * 300_000 + 300 * 3_750_000)
        #expect(cost.output.picodollars == 10 * 15_000_000)
    }

    @Test func `a long prompt costs more, all of it and its answer`() throws {
        let long = Price.Rates(
            input: Money(picodollars: 6_000_000), output: Money(picodollars: 22_500_000),
            cacheRead: Money(picodollars: 600_000), cacheWrite: Money(picodollars: 7_500_000))
        let tiered = Price(price.base, tiers: [Price.Tier(above: 200_000, rates: long)])
        #expect(
            tiered.cost(promptTokens: 200_000, completionTokens: 10)
                == price.cost(promptTokens: 200_000, completionTokens: 10))
        let cost = tiered.cost(
            promptTokens: 200_001, cachedTokens: 100_000, cacheWriteTokens: 1, completionTokens: 10)
        #expect(cost.input.picodollars == 100_000 * 6_000_000 + 100_000 * 600_000 + 7_500_000)
        #expect(cost.output.picodollars == 225_000_000)
    }

    @Test func `of several lengths the longest that a prompt is beyond counts`() {
        func rates(_ picodollars: Int64) -> Price.Rates {
            Price.Rates(input: Money(picodollars: picodollars), output: .zero)
        }
        let price = Price(
            rates(1), tiers: [Price.Tier(above: 20, rates: rates(3)), Price.Tier(above: 10, rates: rates(2))])
        #expect(
            [10, 11, 20, 21].map { price.cost(promptTokens: $0, completionTokens: 0).input.picodollars } == [
                10, 22, 40, 63,
            ])
    }

    @Test func `without a price of its own the cache costs what input costs`() {
        let plain = Price(input: price.input, output: price.output)
        #expect(
            plain.cost(promptTokens: 100, cachedTokens: 60, cacheWriteTokens: 30, completionTokens: 1)
                == plain.cost(promptTokens: 100, completionTokens: 1))
    }

    @Test func `one's own boxes cost nothing`() {
        #expect(Price.free.cost(promptTokens: .max, cachedTokens: 5, completionTokens: .max).total == .zero)
    }

    @Test func `counts that cannot be are brought into range`() {
        #expect(price.cost(promptTokens: -5, cachedTokens: 3, cacheWriteTokens: 3, completionTokens: -1).total == .zero)
        #expect(
            price.cost(promptTokens: 10, cachedTokens: 50, cacheWriteTokens: 50, completionTokens: 0)
                == price.cost(promptTokens: 10, cachedTokens: 10, completionTokens: 0))
        #expect(
            price.cost(promptTokens: 10, cachedTokens: -1, cacheWriteTokens: .min, completionTokens: 0)
                == price.cost(promptTokens: 10, completionTokens: 0))
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func `no counts trap, the parts are the total, and more tokens never cost less`(seed: UInt64) {
        var random = Generator(seed: seed)
        func count() -> Int { Int.random(in: .min ... .max, using: &random) >> Int.random(in: 0...63, using: &random) }
        func rate() -> Money {
            Money(picodollars: .random(in: 0 ... .max, using: &random) >> Int.random(in: 20...62, using: &random))
        }
        for _ in 0..<2_000 {
            let price = Price(input: rate(), output: rate(), cacheRead: rate(), cacheWrite: rate())
            let (prompt, read, written, answer) = (count(), count(), count(), count())
            let cost = price.cost(
                promptTokens: prompt, cachedTokens: read, cacheWriteTokens: written, completionTokens: answer)
            #expect(cost.total == cost.input + cost.output)
            #expect(cost.input >= .zero && cost.output >= .zero)
            let more = price.cost(
                promptTokens: max(prompt, prompt &+ 7), cachedTokens: read, cacheWriteTokens: written,
                completionTokens: max(answer, answer &+ 7))
            #expect(more.input >= cost.input && more.output >= cost.output)
        }
    }
}
