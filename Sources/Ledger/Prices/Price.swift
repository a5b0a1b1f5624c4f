/// A model's price per token, which may depend on the length of the prompt.
///
/// Prices that depend on the hour, on a batch or on a service tier are not told apart: this is what the provider's list begins
/// with.
public struct Price: Hashable, Sendable {
    /// The four prices of a request.
    public struct Rates: Hashable, Sendable {
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
    }

    /// The price of all tokens of a request whose prompt is longer than most.
    public struct Tier: Hashable, Sendable {
        /// Prompts with more tokens than this cost so.
        public let above: Int
        /// What they cost.
        public let rates: Rates

        /// - Parameters:
        ///   - above: tokens of a prompt, those from and into a cache included.
        ///   - rates: the prices beyond.
        public init(above: Int, rates: Rates) {
            self.above = above
            self.rates = rates
        }
    }

    /// The price of a request with a short prompt.
    public let base: Rates
    /// Of longer ones, by rising length; empty where the length does not matter.
    public let tiers: [Tier]

    /// Per token of a short prompt that is neither read from nor written to the provider's cache.
    public var input: Money { base.input }
    /// Per token of the answer to a short prompt.
    public var output: Money { base.output }
    /// Per token of a short prompt read from the provider's cache.
    public var cacheRead: Money { base.cacheRead }
    /// Per token of a short prompt written to the provider's cache.
    public var cacheWrite: Money { base.cacheWrite }

    /// - Parameters:
    ///   - base: of short prompts.
    ///   - tiers: of longer ones, in any order.
    public init(_ base: Rates, tiers: [Tier] = []) {
        self.base = base
        self.tiers = tiers.sorted { $0.above < $1.above }
    }

    /// A price that does not depend on the prompt's length.
    ///
    /// - Parameters:
    ///   - input: per token of the prompt.
    ///   - output: per token of the answer.
    ///   - cacheRead: per token from the cache; as `input` where the list has none.
    ///   - cacheWrite: per token into the cache; as `input` where the list has none.
    public init(input: Money, output: Money, cacheRead: Money? = nil, cacheWrite: Money? = nil) {
        self.init(Rates(input: input, output: output, cacheRead: cacheRead, cacheWrite: cacheWrite))
    }

    /// Nothing, as for a box of one's own.
    public static let free = Price(input: .zero, output: .zero)

    /// What the tokens of a request cost.
    ///
    /// - Parameter promptTokens: those from and into a cache included.
    public func rates(promptTokens: Int) -> Rates {
        if tiers.isEmpty { return base }
        return tiers.last { promptTokens > $0.above }?.rates ?? base
    }

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
        let rates = rates(promptTokens: prompt)
        return Cost(
            input: rates.input * (prompt - read - written) + rates.cacheRead * read + rates.cacheWrite * written,
            output: rates.output * max(completionTokens, 0))
    }
}
