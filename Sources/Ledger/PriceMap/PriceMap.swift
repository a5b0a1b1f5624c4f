/// Prices in the format of LiteLLM's `model_prices_and_context_window.json`: an object of entries by model name, with or
/// without `provider/` before it, each with `litellm_provider`, `input_cost_per_token`, `output_cost_per_token`,
/// `cache_read_input_token_cost`, `cache_creation_input_token_cost` (dollars per token; a price that is missing is as in
/// `Price`, one of input or output nothing), each of these with `_above_200k_tokens` or another length behind it, for prompts
/// beyond that; `max_input_tokens` and `max_output_tokens`. All other fields are passed over.
///
/// Numbers are read from their text, never through a binary fraction. Entries without a price per token (pictures, speech)
/// and LiteLLM's `sample_spec` are left out.
public struct PriceMap: Sendable {
    /// The entries that could be read. Where one model stands there twice, as `deepseek-chat` and as
    /// `deepseek/deepseek-chat`, the one with its provider is the later.
    public private(set) var models: [ListedModel] = []
    /// The faults of the others, in the file's order.
    public private(set) var faults: [PriceMapFault] = []

    /// Reads the text of a map.
    /// - Throws: if it is not JSON or no object; a fault in an entry goes to `faults`.
    public init(json text: [UInt8]) throws(PriceMapFault) {
        var steps = JSONSteps(text)
        guard steps.next() == UInt8(ascii: "{") else { throw PriceMapFault(entry: nil, reason: .notAnObject) }
        var entry: String?
        var prefixed: [ListedModel] = []
        do throws(JSONSteps.Broken) {
            var first = true
            try steps.enterObject()
            while let name = try steps.nextMember(first: &first) {
                let name = steps.string(name)
                entry = name
                guard steps.next() == UInt8(ascii: "{") else {
                    faults.append(PriceMapFault(entry: name, reason: .notAnObject))
                    _ = try steps.value()
                    entry = nil
                    continue
                }
                let fields = try PriceMapEntry(&steps, name: name)
                entry = nil
                if name == "sample_spec" { continue }
                do throws(PriceMapFault) {
                    guard let model = try fields.model() else { continue }
                    if model.name == name { models.append(model) } else { prefixed.append(model) }
                } catch { faults.append(error) }
            }
            guard steps.next() == nil else { throw JSONSteps.Broken(offset: steps.position) }
        } catch {
            throw PriceMapFault(entry: entry, reason: .notJSON(offset: error.offset))
        }
        models += prefixed
    }
}

extension PriceTable {
    /// Puts a map's prices in the place of the table's for the same provider and name, and its other models beside them.
    /// A model that the table has by another name (`gpt-4o-2024-08-06` for `gpt-4o`) follows the price of that one unless
    /// the map has the other name too.
    public mutating func override(with map: PriceMap) {
        for model in map.models { put(model) }
    }
}
