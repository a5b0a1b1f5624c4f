/// A model's price per token.
///
/// Prices that depend on the length of the prompt, on the hour, on a batch or on a service tier are not told apart: this
/// is what the provider's list begins with.
public struct Price: Hashable, Sendable {
    /// Per token of the prompt that is neither read from nor written to the provider's cache.
    public let input: Money
    /// Per token of the answer; those of its reasoning are among them and cost the same.
    public let output: Money
    /// Per token of the prompt read from the provider's cache.
    public let cacheRead: Money
    /// Per token of the prompt written to the provider's cache.
    public let cacheWrite: Money

    /// - Parameters:
    ///   - input: per token of the prompt.
    ///   - output: per token of the answer.
    ///   - cacheRead: per token from the cache; as `input` where the list has none.
    ///   - cacheWrite: per token into the cache; as `input` where the list has none.
    public init(input: Money, output: Money, cacheRead: Money? = nil, cacheWrite: Money? = nil) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead ?? input
        self.cacheWrite = cacheWrite ?? input
    }

    /// Nothing, as for a box of one's own.
    public static let free = Price(input: .zero, output: .zero)

    /// The cost of so many tokens. Impossible counts are brought into range and never make it trap: below zero is zero,
    /// tokens from the cache are at most the prompt's, tokens into it at most the rest.
    /// - Parameters:
    ///   - promptTokens: of the prompt, those read from and written to a cache included.
    ///   - cachedTokens: of these, those read from the cache.
    ///   - cacheWriteTokens: of these, those written to it.
    ///   - completionTokens: of the answer, those of its reasoning included.
    public func cost(
        promptTokens: Int, cachedTokens: Int = 0, cacheWriteTokens: Int = 0, completionTokens: Int
    ) -> Cost {
        let prompt = max(promptTokens, 0)
        let read = min(max(cachedTokens, 0), prompt)
        let written = min(max(cacheWriteTokens, 0), prompt - read)
        return Cost(
            input: input * (prompt - read - written) + cacheRead * read + cacheWrite * written,
            output: output * max(completionTokens, 0))
    }
}
