extension PriceTable {
    /// The list that is part of the program, read at its first use.
    public static let published: PriceTable = {
        do throws(BadLine) {
            return try PriceTable(lines: PublishedPrices.text.description)
        } catch {
            preconditionFailure("line \(error.line) of the price list is not written as scripts/update-prices does")
        }
    }()

    /// A line that cannot be read.
    struct BadLine: Error, Equatable {
        /// Counted from 1.
        let line: Int
    }

    /// Reads a list of lines of eight columns with tabs between them: provider, model, dollars per million tokens of input,
    /// output, cache read and cache write, context window, and aliases with spaces between them. All but the first three
    /// may be empty. Lines that begin with `#` are passed over.
    init(lines text: String) throws(BadLine) {
        self.init()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count == 8, !columns[0].isEmpty, !columns[1].isEmpty,
                let rates = Self.rates(columns[2..<6]), let input = rates[0],
                columns[6].isEmpty || Int(columns[6]) != nil
            else { throw BadLine(line: index + 1) }
            // Embeddings have no price for an answer, as they have none.
            let price = Price(input: input, output: rates[1] ?? .zero, cacheRead: rates[2], cacheWrite: rates[3])
            put(
                ListedModel(
                    provider: String(columns[0]), name: String(columns[1]), price: price, contextWindow: Int(columns[6])
                ), aliases: columns[7].split(separator: " "))
        }
    }

    /// Dollars per token out of dollars per million tokens; nil in the place of an empty column, and nil if one is no amount.
    private static func rates(_ columns: ArraySlice<Substring>) -> [Money?]? {
        var rates: [Money?] = []
        for column in columns {
            let rate = Money(decimal: column.utf8, timesTenTo: -6)
            guard column.isEmpty || rate != nil else { return nil }
            rates.append(rate)
        }
        return rates
    }
}
