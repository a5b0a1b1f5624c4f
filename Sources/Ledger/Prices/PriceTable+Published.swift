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
    /// output, cache read and cache write, context window, and aliases with spaces between them; of a model that is withdrawn a
    /// ninth, `withdrawn`. All but the first three may be empty. Where a price depends on the prompt's length, `>TOKENS=PRICE`
    /// follows it for each length beyond which it is another. Lines that begin with `#` are passed over.
    init(lines text: String) throws(BadLine) {
        self.init()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            let isWithdrawn = columns.count == 9 && columns[8] == "withdrawn"
            guard columns.count == 8 || isWithdrawn, !columns[0].isEmpty, !columns[1].isEmpty,
                let price = Self.price(columns[2..<6]), columns[6].isEmpty || Int(columns[6]) != nil
            else { throw BadLine(line: index + 1) }
            put(
                ListedModel(
                    provider: String(columns[0]), name: String(columns[1]), price: price,
                    contextWindow: Int(columns[6]), isWithdrawn: isWithdrawn),
                aliases: columns[7].split(separator: " "))
        }
    }

    /// The price in four columns; nil if one is no amount.
    private static func price(_ columns: ArraySlice<Substring>) -> Price? {
        var base: [Substring] = []
        var beyond: [(above: Int, column: Int, rate: Substring)] = []
        for (number, column) in columns.enumerated() {
            let parts = column.split(separator: ">", omittingEmptySubsequences: false)
            base.append(parts[0])
            for part in parts.dropFirst() {
                let sides = part.split(separator: "=", omittingEmptySubsequences: false)
                guard sides.count == 2, let above = Int(sides[0]), above > 0 else { return nil }
                beyond.append((above, number, sides[1]))
            }
        }
        guard let rates = rates(base[...]).flatMap(rates(of:)) else { return nil }
        var tiers: [Price.Tier] = []
        for above in Set(beyond.map(\.above)) {
            var columns = base
            for one in beyond where one.above == above { columns[one.column] = one.rate }
            guard let rates = Self.rates(columns[...]).flatMap(rates(of:)) else { return nil }
            tiers.append(Price.Tier(above: above, rates: rates))
        }
        return Price(rates, tiers: tiers)
    }

    /// Embeddings have no price for an answer, as they have none.
    private static func rates(of columns: [Money?]) -> Price.Rates? {
        columns[0].map {
            Price.Rates(input: $0, output: columns[1] ?? .zero, cacheRead: columns[2], cacheWrite: columns[3])
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
