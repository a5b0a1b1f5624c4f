/// One entry of a price map, as it is written.
struct PriceMapEntry {
    private let name: String
    /// The texts of the fields that matter, strings without their quotes; `null` is as good as none.
    private var texts: [Field: ArraySlice<UInt8>] = [:]
    /// Prices of prompts above so many thousand tokens.
    private var beyond: [Int: [Field: ArraySlice<UInt8>]] = [:]

    private enum Field: String, CaseIterable {
        case provider = "litellm_provider"
        case input = "input_cost_per_token"
        case output = "output_cost_per_token"
        case cacheRead = "cache_read_input_token_cost"
        case cacheWrite = "cache_creation_input_token_cost"
        case window = "max_input_tokens"
        case answer = "max_output_tokens"

        static let byName = Dictionary(uniqueKeysWithValues: allCases.map { (Array($0.rawValue.utf8)[...], $0) })

        /// Of `input_cost_per_token_above_200k_tokens`: the price, and the length of a prompt above which it counts.
        static func beyond(_ name: ArraySlice<UInt8>) -> (field: Field, above: Int)? {
            guard name.last == UInt8(ascii: "s") else { return nil }
            let parts = String(decoding: name, as: UTF8.self).split(
                separator: "_above_", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].hasSuffix("k_tokens"), let above = Int(parts[1].dropLast(8)), above > 0,
                above < 1 << 40, let field = Field(rawValue: String(parts[0])),
                ![.provider, .window, .answer].contains(field)
            else { return nil }
            return (field, above * 1000)
        }
    }

    /// Goes through the object at hand.
    init(_ steps: inout JSONSteps, name: String) throws(JSONSteps.Broken) {
        self.name = name
        try steps.enterObject()
        var first = true
        while let member = try steps.nextMember(first: &first) {
            let value = try steps.value()
            let name = steps.text[member]
            if let field = Field.byName[name] {
                texts[field] = Self.text(steps.text[value], of: field)
            } else if let (field, above) = Field.beyond(name) {
                beyond[above, default: [:]][field] = Self.text(steps.text[value], of: field)
            }
        }
    }

    /// A price in quotes counts too: LiteLLM takes it.
    private static func text(_ value: ArraySlice<UInt8>, of field: Field) -> ArraySlice<UInt8>? {
        if value.first == UInt8(ascii: "\"") { return value.dropFirst().dropLast() }
        return field == .provider || value.elementsEqual("null".utf8) ? nil : value
    }

    /// The line this is in a price list; nil when it has no price per token.
    func model() throws(PriceMapFault) -> ListedModel? {
        let rates = (input: try amount(.input), output: try amount(.output))
        guard rates.input != nil || rates.output != nil else { return nil }
        let base = Price.Rates(
            input: rates.input ?? .zero, output: rates.output ?? .zero, cacheRead: try amount(.cacheRead),
            cacheWrite: try amount(.cacheWrite))
        var tiers: [Price.Tier] = []
        for (above, texts) in beyond where !texts.isEmpty {
            tiers.append(Price.Tier(above: above, rates: try longPromptRates(texts, over: base, above)))
        }
        let price = Price(base, tiers: tiers)
        let slash = name.firstIndex(of: "/")
        let prefix = slash.map { String(name[..<$0]) }
        guard let provider = texts[.provider].map({ String(decoding: $0, as: UTF8.self) }) ?? prefix, !provider.isEmpty
        else { throw PriceMapFault(entry: name, reason: .noProvider) }
        // Of a model whose own name has a slash, the part before it stays.
        let bare = slash.map {
            prefix == provider || texts[.provider] == nil ? String(name[name.index(after: $0)...]) : name
        }
        return ListedModel(
            provider: PriceTable.shelves(of: provider)[0], name: bare ?? name, price: price,
            contextWindow: try count(.window), answerLimit: try count(.answer))
    }

    /// The prices of long prompts; one that is not there is as for short ones.
    private func longPromptRates(
        _ texts: [Field: ArraySlice<UInt8>], over base: Price.Rates, _ above: Int
    ) throws(PriceMapFault) -> Price.Rates {
        func rate(_ field: Field) throws(PriceMapFault) -> Money? {
            try amount(texts[field], "\(field.rawValue)_above_\(above / 1000)k_tokens")
        }
        // The cache costs what input costs where the map has no price for it at any length.
        let cache = (read: self.texts[.cacheRead] != nil, write: self.texts[.cacheWrite] != nil)
        return Price.Rates(
            input: try rate(.input) ?? base.input, output: try rate(.output) ?? base.output,
            cacheRead: try rate(.cacheRead) ?? (cache.read ? base.cacheRead : nil),
            cacheWrite: try rate(.cacheWrite) ?? (cache.write ? base.cacheWrite : nil))
    }

    private func amount(_ field: Field) throws(PriceMapFault) -> Money? { try amount(texts[field], field.rawValue) }

    private func amount(_ text: ArraySlice<UInt8>?, _ field: String) throws(PriceMapFault) -> Money? {
        guard let text else { return nil }
        guard let amount = Money(decimal: text) else {
            throw PriceMapFault(entry: name, reason: .noAmount(field: field))
        }
        return amount
    }

    private func count(_ field: Field) throws(PriceMapFault) -> Int? {
        guard let text = texts[field] else { return nil }
        guard let count = Int(String(decoding: text, as: UTF8.self)), count >= 0 else {
            throw PriceMapFault(entry: name, reason: .noCount(field: field.rawValue))
        }
        return count
    }
}
