/// What was said in a request, where the operator has it kept (`general_settings.store_prompts_in_spend_logs`): beside its row, which has
/// none of it.
public struct EntryWords: Sendable, Equatable, Codable {
    /// The body as the client wrote it: a JSON object, of ``longest`` bytes at most.
    public var request: String
    /// The answer whole, in the client's dialect: a JSON object, of ``longest`` bytes at most. Nil where there was none, where it is
    /// longer, and of vectors.
    public var response: String?

    /// Longer texts are not kept.
    public static let longest = 256 << 10

    /// These.
    public init(request: String, response: String?) {
        (self.request, self.response) = (request, response)
    }

    /// Bytes of both.
    var size: Int { request.utf8.count + (response?.utf8.count ?? 0) }
}

/// Words that are put together behind their request's row, which waits for nothing.
public struct LateWords: Sendable, Equatable, Codable {
    /// The row's own name.
    public var requestID: String
    /// What was said.
    public var words: EntryWords

    /// These words of that request.
    public init(requestID: String, words: EntryWords) { (self.requestID, self.words) = (requestID, words) }
}
