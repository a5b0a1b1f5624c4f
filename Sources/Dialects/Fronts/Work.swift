/// The job that a client asks for, in whatever dialect.
public enum Work: Sendable, CaseIterable {
    /// The next message of a conversation.
    case chat
    /// The continuation of a text.
    case completion
    /// The vectors of texts.
    case embedding
}
