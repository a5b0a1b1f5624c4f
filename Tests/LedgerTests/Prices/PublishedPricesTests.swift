import Testing

@testable import Ledger

@Suite struct PublishedPricesTests {
    private let lines = PublishedPrices.text.description.split(separator: "\n")

    /// The providers that the configuration names, by the list's names.
    private static let providers = [
        "openai": "openai", "anthropic": "anthropic", "azure": "azure", "mistral": "mistral", "aws": "bedrock",
        "google": "gemini", "groq": "groq", "deepseek": "deepseek", "together": "together_ai",
        "fireworks": "fireworks_ai", "x-ai": "xai", "cohere": "cohere", "cerebras": "cerebras",
        "moonshotai": "moonshot",
    ]

    @Test func `every line is a model`() throws {
        let table = try PriceTable(lines: PublishedPrices.text.description)
        #expect(table.models.count == lines.count)
        #expect(table.models.count > 500)
    }

    @Test(arguments: [
        ("anthropic", "claude-sonnet-4-5-20250929", 200_000, 3_000_000, 6_000_000),
        ("gemini", "gemini-2.5-pro", 200_000, 1_250_000, 2_500_000),
        ("openai", "gpt-5.4", 272_000, 2_500_000, 5_000_000),
        ("xai", "grok-4.3", 199_999, 1_250_000, 2_500_000),
    ])
    func `long prompts are priced as their provider's list prices them`(
        _ provider: String, _ model: String, _ length: Int, _ short: Int64, _ long: Int64
    ) throws {
        let price = try #require(PriceTable.published.find(provider: provider, model: model)).price
        #expect(price.rates(promptTokens: length).input.picodollars == short)
        #expect(price.rates(promptTokens: length + 1).input.picodollars == long)
    }

    @Test func `withdrawn models have a price, and say so`() throws {
        let old = try #require(PriceTable.published.find(provider: "gemini", model: "gemini-2.0-flash"))
        #expect(old.isWithdrawn && old.price.input.picodollars == 100_000)
        let current = try #require(PriceTable.published.find(provider: "gemini", model: "gemini-2.5-flash"))
        #expect(!current.isWithdrawn)
    }

    @Test func `a withdrawn model takes no name from one that is sold`() throws {
        let lines = ["p\ta\t1\t1\t\t\t\tx", "p\tb\t2\t2\t\t\t\tx y\twithdrawn"]
        for order in [lines, lines.reversed()] {
            let table = try PriceTable(lines: order.joined(separator: "\n"))
            #expect(table.find(provider: "p", model: "x")?.name == "a")
            #expect(table.find(provider: "p", model: "y")?.name == "b")
        }
    }

    @Test func `no price is negative, absurd or for nothing`() {
        for model in PriceTable.published.models {
            let price = model.price
            let rates = [price.base] + price.tiers.map(\.rates)
            for rate in rates.flatMap({ [$0.input, $0.output, $0.cacheRead, $0.cacheWrite] }) {
                // From zero to a thousand dollars per million tokens.
                #expect(0...1_000_000_000 ~= rate.picodollars, "\(model)")
            }
            #expect(price.input > .zero, "\(model)")
            #expect(price.cacheRead <= price.input, "\(model)")
            #expect(model.contextWindow.map { $0 > 0 } ?? true, "\(model)")
        }
    }

    @Test func `every name and every alias finds its own line, every beginning that or a longer match`() throws {
        for line in lines {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            let provider = try #require(Self.providers[String(columns[0])])
            let name = String(columns[1])
            func found(_ model: String) -> String? {
                PriceTable.published.find(provider: provider, model: model)?.name
            }
            #expect(found(name) == name)
            #expect(found(name.uppercased()) == name)
            for alias in columns[7].split(separator: " ") where !alias.hasSuffix("*") {
                #expect(found(String(alias)) == name, "\(alias)")
            }
            for alias in columns[7].split(separator: " ") where alias.hasSuffix("*") {
                let beginning = String(alias.dropLast())
                let other = try #require(found(beginning + "~"), "\(alias)")
                #expect(other == name || hasLongerMatch(other, beginning, provider: columns[0]), "\(alias): \(other)")
            }
        }
    }

    private func hasLongerMatch(_ name: String, _ beginning: String, provider: Substring) -> Bool {
        lines.contains { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            return columns[0] == provider && columns[1] == name
                && columns[7].split(separator: " ").contains {
                    $0.utf8.count > beginning.utf8.count && (beginning + "~").hasPrefix($0.dropLast())
                }
        }
    }

    @Test(arguments: [
        "openai\tgpt\t1\t2\t\t\t", "openai\tgpt\t1\t2\t\t\t\t\t", "openai\tgpt\t1>9\t2\t\t\t\t",
        "openai\tgpt\t1>x=2\t2\t\t\t\t",
        "openai\tgpt\t1>9=\t2\t\t\t\t", "openai\tgpt\t1\t2>0=3\t\t\t\t", "openai\tgpt\tx\t2\t\t\t\t",
        "openai\tgpt\t\t2\t\t\t\t",
        "\tgpt\t1\t2\t\t\t\t", "openai\t\t1\t2\t\t\t\t", "openai\tgpt\t1\t2\t-1\t\t\t", "openai\tgpt\t1\t2\t\t\t1e5\t",
    ])
    func `a line that is not as it should be is named`(line: String) {
        #expect(throws: PriceTable.BadLine(line: 2)) { try PriceTable(lines: "# prices\n\(line)\n") }
    }
}
