/// How many tokens a request took, as the upstream counted them; zero where it did not say.
public struct Usage: Sendable, Equatable {
    /// Tokens read.
    public var promptTokens: Int
    /// Tokens written, reasoning included.
    public var completionTokens: Int

    /// - Parameters:
    ///   - promptTokens: tokens read.
    ///   - completionTokens: tokens written.
    public init(promptTokens: Int = 0, completionTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
    }
}
