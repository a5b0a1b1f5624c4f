import Testing

@testable import Ledger

@Suite struct PriceMapTests {
    private func map(_ text: String) throws -> PriceMap { try PriceMap(json: Array(text.utf8)) }

    private func table(_ map: PriceMap) -> PriceTable {
        var table = PriceTable.published
        table.override(with: map)
        return table
    }

    @Test func `reads entries in LiteLLM's format`() throws {
        let map = try map(PriceMapSample.text)
        #expect(map.faults.isEmpty)
        #expect(
            map.models.map { "\($0.provider) \($0.name)" } == [
                "openai gpt-4o", "openai text-embedding-3-small", "anthropic claude-sonnet-4-5",
                "deepseek deepseek-chat", "aws us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                "deepseek deepseek-chat", "azure gpt-4o", "ollama llama3.1",
                "together meta-llama/Llama-3.3-70B-Instruct-Turbo",
            ])
        let sonnet = map.models[2]
        #expect(sonnet.price.input == Money(picodollars: 3_000_000))
        #expect(sonnet.price.output == Money(picodollars: 15_000_000))
        #expect(sonnet.price.cacheRead == Money(picodollars: 300_000))
        #expect(sonnet.price.cacheWrite == Money(picodollars: 3_750_000))
        #expect(sonnet.contextWindow == 200_000)
        #expect(map.models[1].price.output == .zero)
    }

    @Test func `prices of long prompts, and the most that an answer may have, are read`() throws {
        let map = try map(
            #"""
            {"openai/m": {"input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 3e-07,
              "input_cost_per_token_above_200k_tokens": 6e-06, "output_cost_per_token_above_200k_tokens": "2.25e-05",
              "input_cost_per_token_above_128k_tokens": null, "input_cost_per_token_above_1hr": 9,
              "max_output_tokens": 64000}}
            """#)
        #expect(map.faults.isEmpty)
        let model = try #require(map.models.first)
        #expect(model.answerLimit == 64000)
        #expect(model.price.tiers.map(\.above) == [200_000])
        let long = model.price.rates(promptTokens: 200_001)
        #expect(long.input == Money("6e-06") && long.output == Money("2.25e-05") && long.cacheRead == Money("3e-07"))
        #expect(long.cacheWrite == long.input)
        let broken = try self.map(
            #"{"openai/m": {"input_cost_per_token": 1, "output_cost_per_token_above_32k_tokens": "x"}}"#)
        #expect(broken.faults.map(\.description).contains { $0.contains("output_cost_per_token_above_32k_tokens") })
    }

    @Test func `its prices take the place of the table's`() throws {
        let before = PriceTable.published
        let after = table(
            try map(
                """
                {"gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
                 "openai/house-model": {"input_cost_per_token": 5e-06, "max_input_tokens": 9}}
                """))
        let changed = after.find(provider: "openai", model: "gpt-4o")
        #expect(changed?.price == Price(input: Money(picodollars: 1_000_000), output: Money(picodollars: 2_000_000)))
        #expect(changed?.contextWindow == 128_000)
        // The table's other names for the model follow; other models do not.
        #expect(after.find(provider: "openai", model: "gpt-4o-2024-08-06") == changed)
        #expect(after.find(provider: "azure", model: "gpt-4o") == changed)
        let mini = after.find(provider: "openai", model: "gpt-4o-mini")
        #expect(mini == before.find(provider: "openai", model: "gpt-4o-mini"))
        #expect(after.models.count == before.models.count + 1)
        let house = after.find(provider: "openai", model: "House-Model")
        #expect(house?.price.input == Money(picodollars: 5_000_000))
        #expect(house?.contextWindow == 9)
    }

    @Test func `a name that the table has as an alias gets its own price`() throws {
        let after = table(
            try map(#"{"gpt-4o-2024-08-06": {"litellm_provider": "openai", "input_cost_per_token": 7e-06}}"#))
        #expect(after.find(provider: "openai", model: "gpt-4o-2024-08-06")?.price.input.picodollars == 7_000_000)
        #expect(after.find(provider: "openai", model: "gpt-4o")?.price.input.picodollars == 2_500_000)
    }

    @Test func `the entry with its provider before it counts, wherever it stands`() throws {
        let entry = #"{"litellm_provider": "deepseek", "input_cost_per_token": "#
        let map = try map(#"{"deepseek/m": \#(entry)1e-06}, "m": \#(entry)2e-06}}"#)
        #expect(table(map).find(provider: "deepseek", model: "m")?.price.input.picodollars == 1_000_000)
    }

    @Test func `an OpenRouter entry counts before the vendor's price`() throws {
        let map = try map(
            #"{"openrouter/openai/gpt-4o": {"litellm_provider": "openrouter", "input_cost_per_token": 9e-06}}"#)
        let found = table(map).find(provider: "openrouter", model: "openai/gpt-4o")
        #expect(found?.price.input.picodollars == 9_000_000)
    }

    @Test(arguments: [
        (#"{"m": {"litellm_provider": "p", "input_cost_per_token": "cheap"}}"#, "input_cost_per_token is no amount"),
        (#"{"m": {"litellm_provider": "p", "output_cost_per_token": -1e-06}}"#, "output_cost_per_token is no amount"),
        (
            #"{"m": {"litellm_provider": "p", "input_cost_per_token": 0, "cache_read_input_token_cost": {}}}"#,
            "cache_read_input_token_cost is no amount"
        ),
        (
            #"{"m": {"litellm_provider": "p", "input_cost_per_token": 1, "max_input_tokens": "many"}}"#,
            "max_input_tokens is no number"
        ),
        (#"{"m": {"input_cost_per_token": 1}}"#, "litellm_provider is missing"),
        (#"{"m": {"litellm_provider": 7, "input_cost_per_token": 1}}"#, "litellm_provider is missing"),
        (#"{"m": 5}"#, "not a JSON object"),
    ])
    func `a fault names its entry, and the others are read`(text: String, message: String) throws {
        let good =
            #", "good": {"litellm_provider": "p", "input_cost_per_token": "1e-06", "output_cost_per_token": null}}"#
        let map = try map(text.dropLast() + good)
        #expect(map.faults.map(\.entry) == ["m"])
        #expect(map.faults.first?.description.hasPrefix("\"m\": \(message)") == true)
        #expect(map.models.map(\.name) == ["good"])
    }

    @Test func `text that breaks off names the entry it was in`() throws {
        #expect(throws: PriceMapFault(entry: "b", reason: .notJSON(offset: 16))) {
            try map(#"{"a": {}, "b": {"# + "x")
        }
        #expect(throws: PriceMapFault(entry: nil, reason: .notJSON(offset: 8))) { try map(#"{"a": {}"#) }
        #expect(throws: PriceMapFault(entry: nil, reason: .notJSON(offset: 3))) { try map("{} 1") }
        #expect(throws: PriceMapFault(entry: nil, reason: .notAnObject)) { try map("[]") }
        #expect(throws: PriceMapFault(entry: nil, reason: .notAnObject)) { try map("") }
    }
}
