/// One entry of a price map, as it is written.
struct PriceMapEntry {
    private let name: String
    /// The texts of the fields that matter, strings without their quotes; `null` is as good as none.
    private var texts: [Field: ArraySlice<UInt8>] = [:]

    private enum Field: String, CaseIterable {
        case provider = "litellm_provider"
        case input = "input_cost_per_token"
        case output = "output_cost_per_token"
        case cacheRead = "cache_read_input_token_cost"
        case cacheWrite = "cache_creation_input_token_cost"
        case window = "max_input_tokens"

        static let byName = Dictionary(uniqueKeysWithValues: allCases.map { (Array($0.rawValue.utf8)[...], $0) })
    }

    /// Goes through the object at hand.
    init(_ steps: inout JSONSteps, name: String) throws(JSONSteps.Broken) {
        self.name = name
        try steps.enterObject()
        var first = true
        while let member = try steps.nextMember(first: &first) {
            let value = try steps.value()
            guard let field = Field.byName[steps.text[member]] else { continue }
            let text = steps.text[value]
            if text.first == UInt8(ascii: "\"") {
                // A price in quotes too: LiteLLM takes it.
                texts[field] = text.dropFirst().dropLast()
            } else {
                texts[field] = field == .provider || text.elementsEqual("null".utf8) ? nil : text
            }
        }
    }

    /// The line this is in a price list; nil when it has no price per token.
    func model() throws(PriceMapFault) -> ListedModel? {
        let rates = (input: try amount(.input), output: try amount(.output))
        guard rates.input != nil || rates.output != nil else { return nil }
        let price = Price(
            input: rates.input ?? .zero, output: rates.output ?? .zero, cacheRead: try amount(.cacheRead),
            cacheWrite: try amount(.cacheWrite))
        let slash = name.firstIndex(of: "/")
        let prefix = slash.map { String(name[..<$0]) }
        guard let provider = texts[.provider].map({ String(decoding: $0, as: UTF8.self) }) ?? prefix, !provider.isEmpty
        else { throw PriceMapFault(entry: name, reason: .noProvider) }
        // Of a model whose own name has a slash, the part before it stays.
        let bare = slash.map {
            prefix == provider || texts[.provider] == nil ? String(name[name.index(after: $0)...]) : name
        }
        return ListedModel(
            provider: PriceTable.shelves(of: provider)[0], name: bare ?? name, price: price, contextWindow: try window()
        )
    }

    private func amount(_ field: Field) throws(PriceMapFault) -> Money? {
        guard let text = texts[field] else { return nil }
        guard let amount = Money(decimal: text) else {
            throw PriceMapFault(entry: name, reason: .noAmount(field: field.rawValue))
        }
        return amount
    }

    private func window() throws(PriceMapFault) -> Int? {
        guard let text = texts[.window] else { return nil }
        guard let count = Int(String(decoding: text, as: UTF8.self)), count >= 0 else {
            throw PriceMapFault(entry: name, reason: .noCount(field: Field.window.rawValue))
        }
        return count
    }
}
