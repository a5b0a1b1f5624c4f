/// A kind of work a client asks for; every dialect has its own paths for these.
public enum Endpoint: String, Sendable, CaseIterable {
    /// Messages in, one message out.
    case chat
    /// One prompt in, its continuation out.
    case completions
    /// Texts in, one vector each out.
    case embeddings
    /// OpenAI's Responses API: items in, items out. Only OpenAI itself, and Azure, have it.
    case responses
}
