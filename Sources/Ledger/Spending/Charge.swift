/// The cost of one attempt, when it is over.
public struct Charge: Sendable, Equatable {
    /// What it cost; it may be above what was reserved.
    public var money: Money
    /// Tokens of the prompt.
    public var promptTokens: Int
    /// Tokens of the answer.
    public var completionTokens: Int

    /// So much money for so many tokens.
    public init(money: Money, promptTokens: Int, completionTokens: Int) {
        (self.money, self.promptTokens, self.completionTokens) = (money, promptTokens, completionTokens)
    }
}
