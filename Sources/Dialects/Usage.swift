/// How many tokens a request took, as the upstream counted them; zero where it did not say.
public struct Usage: Sendable, Equatable {
    /// Tokens read, those from a cache and those written to one included.
    public var promptTokens: Int
    /// Tokens written, reasoning included.
    public var completionTokens: Int
    /// Of the prompt's tokens, those read from the provider's cache.
    public var cachedTokens = 0
    /// Of the prompt's tokens, those written to the provider's cache.
    public var cacheWriteTokens = 0
    /// Of the answer's tokens, those of its reasoning.
    public var reasoningTokens = 0

    /// - Parameters:
    ///   - promptTokens: tokens read.
    ///   - completionTokens: tokens written.
    public init(promptTokens: Int = 0, completionTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
    }

    /// Both together.
    public static func + (left: Usage, right: Usage) -> Usage {
        // Counts that no upstream means are no reason to trap.
        var sum = Usage(
            promptTokens: left.promptTokens &+ right.promptTokens,
            completionTokens: left.completionTokens &+ right.completionTokens)
        sum.cachedTokens = left.cachedTokens &+ right.cachedTokens
        sum.cacheWriteTokens = left.cacheWriteTokens &+ right.cacheWriteTokens
        sum.reasoningTokens = left.reasoningTokens &+ right.reasoningTokens
        return sum
    }
}
