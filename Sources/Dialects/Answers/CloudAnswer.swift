import NIOCore

/// An answer in another dialect than Ollama's, on its way to the client: a value, fed in pieces cut anywhere.
///
/// A whole answer of the client's is written by `end`, a stream's events as they come; see ``AnswerTranslator``.
protocol CloudAnswer: Sendable {
    /// Whether the upstream has written a token yet.
    var sawFirstToken: Bool { get }
    /// What it counted so far.
    var usage: Usage { get }
    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress
    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress
}
