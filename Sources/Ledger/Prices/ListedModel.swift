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
    /// The most tokens that an answer of it may have; nil where the list does not say.
    public let answerLimit: Int?
    /// Whether its seller has withdrawn it, or is about to: the price is the last one.
    public let isWithdrawn: Bool

    /// - Parameters:
    ///   - provider: who sells it.
    ///   - name: the model's name there.
    ///   - price: per token.
    ///   - contextWindow: tokens that prompt and answer may have.
    ///   - answerLimit: tokens that an answer may have.
    ///   - isWithdrawn: whether its seller has withdrawn it.
    public init(
        provider: String, name: String, price: Price, contextWindow: Int?, answerLimit: Int? = nil,
        isWithdrawn: Bool = false
    ) {
        self.provider = provider
        self.name = name
        self.price = price
        self.contextWindow = contextWindow
        self.answerLimit = answerLimit
        self.isWithdrawn = isWithdrawn
    }
}
