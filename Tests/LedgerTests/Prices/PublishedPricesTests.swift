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

    @Test func `no price is negative, absurd or for nothing`() {
        for model in PriceTable.published.models {
            let price = model.price
            for rate in [price.input, price.output, price.cacheRead, price.cacheWrite] {
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
        "openai\tgpt\t1\t2\t\t\t", "openai\tgpt\t1\t2\t\t\t\t\t", "openai\tgpt\tx\t2\t\t\t\t",
        "openai\tgpt\t\t2\t\t\t\t",
        "\tgpt\t1\t2\t\t\t\t", "openai\t\t1\t2\t\t\t\t", "openai\tgpt\t1\t2\t-1\t\t\t", "openai\tgpt\t1\t2\t\t\t1e5\t",
    ])
    func `a line that is not as it should be is named`(line: String) {
        #expect(throws: PriceTable.BadLine(line: 2)) { try PriceTable(lines: "# prices\n\(line)\n") }
    }
}
