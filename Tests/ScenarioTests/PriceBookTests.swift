import Config
import Ledger
import Testing

@testable import CLI

/// The prices that a gateway of a configuration counts with.
@Suite struct PriceBookTests {
    private func book(_ deployment: String) throws -> PriceBook {
        let loaded = Loader.load(
            text: "model_list:\n  - {model_name: m, \(deployment)}\n", name: "test.yaml", environment: [:])
        try #require(loaded.faults.isEmpty, "\(loaded.faults)")
        return try PriceBook(loaded.configuration)
    }

    @Test func `a withdrawn model is priced as it was last listed, and said to be withdrawn`() throws {
        let book = try book("litellm_params: {model: gemini/gemini-2.0-flash, api_key: k}")
        #expect(book.prices.map(\.input) == [Money("1e-07")])
        #expect(book.warnings.count == 1 && book.warnings[0].contains("gemini/gemini-2.0-flash is withdrawn"))
        #expect(book.notes == book.warnings)
        #expect(try self.book("litellm_params: {model: gemini/gemini-2.5-flash, api_key: k}").warnings.isEmpty)
    }

    @Test func `a deployment's own price may rise with the length of the prompt`() throws {
        let price = try book(
            "litellm_params: {model: openai/house, api_key: k, input_cost_per_token: 1e-6, output_cost_per_token: 2e-6, "
                + "cache_read_input_token_cost: 1e-7, input_cost_per_token_above_200k_tokens: 3e-6}"
        ).prices[0]
        let long = price.rates(promptTokens: 200_001)
        #expect(price.rates(promptTokens: 200_000) == price.base)
        #expect(long.input == Money("3e-6") && long.output == Money("2e-6"))
        #expect(long.cacheRead == Money("1e-7") && long.cacheWrite == long.input)
    }
}
