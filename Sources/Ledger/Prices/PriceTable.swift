/// The prices of models at their providers, and how long their prompts may be.
public struct PriceTable: Sendable {
    private var shelves: [String: PriceShelf] = [:]

    /// A table of nothing.
    public init() {}

    /// All lines, in no particular order.
    public var models: [ListedModel] { shelves.values.flatMap(\.models) }

    /// The line for a model; nil when it is not known, so that its cost is not known either.
    ///
    /// Regardless of case: the name itself; an alias; the longest beginning the list has for the name; then the same without
    /// its date or `-latest`. Of Azure the list has what OpenAI does not sell, so a model that is not there has OpenAI's
    /// price (the deployment must bear the model's name). Bedrock's ids are found with and without geography and version.
    /// OpenRouter passes on the price of the vendor before the slash, where that vendor alone serves its models; `:free`
    /// costs nothing.
    /// - Parameters:
    ///   - provider: as in the configuration: `openai`, `bedrock`, `together_ai`.
    ///   - model: the name the provider knows.
    public func find(provider: String, model: String) -> ListedModel? {
        let name = model.lowercased()
        let names = provider.hasPrefix("bedrock") ? ModelSpelling.bedrock(name) : [name]
        for shelf in Self.shelves(of: provider) {
            guard let shelf = shelves[shelf] else { continue }
            for name in names {
                if let model = shelf.find(name) { return model }
            }
        }
        return provider == "openrouter" ? atVendor(name) : nil
    }

    /// Adds a line; see `PriceShelf.put`.
    mutating func put(_ model: ListedModel, aliases: [Substring] = []) {
        shelves[model.provider, default: PriceShelf()].put(model, aliases: aliases)
    }

    /// OpenRouter's `vendor/model`, in lower case.
    private func atVendor(_ name: String) -> ListedModel? {
        if name.hasSuffix(":free") {
            let paid = atVendor(String(name.dropLast(5)))
            return ListedModel(
                provider: "openrouter", name: name, price: .free, contextWindow: paid?.contextWindow,
                answerLimit: paid?.answerLimit, isWithdrawn: paid?.isWithdrawn ?? false)
        }
        let parts = name.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let vendor = Self.vendors[String(parts[0])] else { return nil }
        return shelves[vendor]?.find(String(parts[1]))
    }

    /// Whose lists to look through, the first hit counting, for a provider as the configuration and LiteLLM's price map
    /// name it.
    static func shelves(of provider: String) -> [String] {
        switch provider {
        case "azure": ["azure", "openai"]
        case "bedrock", "bedrock_converse": ["aws"]
        case "gemini": ["google"]
        case "together_ai": ["together"]
        case "fireworks_ai": ["fireworks"]
        case "xai": ["x-ai"]
        case "text-completion-openai": ["openai"]
        case "cohere_chat": ["cohere"]
        case "moonshot": ["moonshotai"]
        default: provider.hasPrefix("vertex_ai") ? ["vertex_ai", "google"] : [provider]
        }
    }

    /// OpenRouter's names of vendors.
    private static let vendors = [
        "openai": "openai", "anthropic": "anthropic", "google": "google", "mistralai": "mistral", "x-ai": "x-ai",
        "deepseek": "deepseek", "cohere": "cohere", "moonshotai": "moonshotai",
    ]
}
