import NIOCore

/// What the client has got of its answer, without heads and chunks: gathered where answers are kept beside the book's rows.
struct AnswerTape {
    /// A stream has ten times the bytes of its text, and more.
    private static let longest = 4 << 20

    /// Nil once it is longer than anything that is kept.
    private(set) var bytes: ByteBuffer? = ByteBuffer()

    mutating func add(_ piece: ByteBufferView) {
        guard let taken = bytes?.readableBytes, taken + piece.count <= Self.longest else { return bytes = nil }
        bytes?.writeBytes(piece)
    }
}
