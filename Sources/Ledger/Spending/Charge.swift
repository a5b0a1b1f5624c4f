/// The cost of one attempt, when it is over.
public struct Charge: Sendable, Equatable {
    /// What it cost; it may be above what was reserved.
    public let money: Money
    /// Tokens of the prompt.
    public let promptTokens: Int
    /// Tokens of the answer.
    public let completionTokens: Int

    /// So much money for so many tokens. Impossible numbers, as an upstream may report them, are brought into range: below
    /// zero is zero, and a million million tokens are the most.
    public init(money: Money, promptTokens: Int, completionTokens: Int) {
        self.money = max(money, .zero)
        self.promptTokens = min(max(promptTokens, 0), Self.mostTokens)
        self.completionTokens = min(max(completionTokens, 0), Self.mostTokens)
    }

    static let mostTokens = 1_000_000_000_000
}
