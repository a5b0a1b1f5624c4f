import NIOCore

/// A body that is read only when all of it is there.
struct GatheredBody: Sendable {
    /// Bytes of a body that is no stream (a large batch of embeddings has some 100 MB); more is a fault.
    private static let limit = 256 << 20

    private var bytes: ByteBuffer?

    var isEmpty: Bool { bytes == nil }

    /// Adds a piece; false when that makes it too long.
    mutating func add(_ piece: ByteBuffer) -> Bool {
        // Most bodies come in one piece: kept, not copied.
        guard bytes != nil else {
            bytes = piece
            return true
        }
        bytes?.writeImmutableBuffer(piece)
        return bytes.map { $0.readableBytes <= Self.limit } ?? true
    }

    /// All of it, which is let go of.
    mutating func take() -> ByteBuffer { bytes.take() ?? ByteBuffer() }
}
