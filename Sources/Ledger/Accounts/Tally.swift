/// A sum of requests: their money and, so that a corrected price can price them anew, their tokens.
public struct Tally: Sendable, Equatable, Codable {
    /// What they cost.
    public var money: Money
    /// Tokens of their prompts.
    public var promptTokens: Int64
    /// Tokens of their answers.
    public var completionTokens: Int64
    /// How many; further attempts of a request are not counted again.
    public var requests: Int64
    /// Charged beyond what was reserved; part of `money`.
    public var overrun: Money

    /// A sum; of nothing, where nothing is said.
    public init(
        money: Money = .zero, promptTokens: Int64 = 0, completionTokens: Int64 = 0, requests: Int64 = 0,
        overrun: Money = .zero
    ) {
        self.money = money
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.requests = requests
        self.overrun = overrun
    }

    /// Adds another sum.
    public static func += (left: inout Tally, right: Tally) {
        left.money += right.money
        left.promptTokens &+= right.promptTokens
        left.completionTokens &+= right.completionTokens
        left.requests &+= right.requests
        left.overrun += right.overrun
    }
}
