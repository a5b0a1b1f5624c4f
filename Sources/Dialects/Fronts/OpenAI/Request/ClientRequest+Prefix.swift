import NIOCore

extension ClientRequest {
    /// Tools that begin alike for so long are taken for the same.
    private static let toolBytes = 1 << 16

    /// What the prompt begins with, as hashes: of its first `blockBytes` bytes, of its first two blocks, and so on. Only
    /// whole blocks count, at most `limit` of them. Empty for embeddings: they continue nothing.
    ///
    /// Taken from the bytes of `messages`, `prompt` or `input` as the client wrote them, without the closing bracket, so that a
    /// conversation that goes on begins with what the earlier one was. Tools stand before the messages in a model's
    /// template, so other tools are another beginning.
    ///
    /// - Parameter blockBytes: a multiple of 16, so that the hashes of longer beginnings continue the shorter ones'.
    public func prefixHashes(blockBytes: Int, limit: Int) -> [UInt64] {
        precondition(blockBytes > 0 && blockBytes % 16 == 0, "a block is a multiple of 16 bytes")
        guard work != .embedding else { return [] }
        let field = front.api.prompt
        return body.withUnsafeReadableBytes { bytes in
            let whole = bytes[fields[field]]
            let text = UnsafeRawBufferPointer(rebasing: whole.dropLast())
            let blocks = min(limit, text.count / blockBytes)
            guard blocks > 0 else { return [] }
            var hash = ByteHash()
            if fields.has(.tools) {
                hash.add(UnsafeRawBufferPointer(rebasing: bytes[fields[.tools]].prefix(Self.toolBytes)))
            }
            return [UInt64](unsafeUninitializedCapacity: blocks) { chain, count in
                for block in 0..<blocks {
                    hash.add(UnsafeRawBufferPointer(rebasing: text[block * blockBytes..<(block + 1) * blockBytes]))
                    chain[block] = hash.value
                }
                count = blocks
            }
        }
    }
}
