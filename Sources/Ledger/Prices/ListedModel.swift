/// One line of a price list.
public struct ListedModel: Hashable, Sendable {
    /// The seller, in the list's words (`aws`, `x-ai`).
    public let provider: String
    /// The model's name there.
    public let name: String
    /// Per token.
    public let price: Price
    /// Tokens that a prompt and its answer may have; nil where the list does not say.
    public let contextWindow: Int?

    /// - Parameters:
    ///   - provider: who sells it.
    ///   - name: the model's name there.
    ///   - price: per token.
    ///   - contextWindow: tokens that prompt and answer may have.
    public init(provider: String, name: String, price: Price, contextWindow: Int?) {
        self.provider = provider
        self.name = name
        self.price = price
        self.contextWindow = contextWindow
    }
}
