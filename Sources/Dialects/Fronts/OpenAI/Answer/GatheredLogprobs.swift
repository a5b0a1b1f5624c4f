import NIOCore

/// Log probabilities that come in arrays, put together to one.
struct GatheredLogprobs: Sendable {
    /// The array so far, without its closing bracket; nil while there is none.
    private var list: ByteBuffer?

    /// Adds the elements of an array.
    mutating func add(_ more: UnsafeRawBufferPointer?) {
        guard let more else { return }
        let isFirst = list == nil
        var list = list.take() ?? ByteBuffer()
        list.writeInteger(isFirst ? 0x5b : 0x2c as UInt8)
        list.writeBytes(UnsafeRawBufferPointer(rebasing: more.dropFirst().dropLast()))
        self.list = list
    }

    /// All of them as an array; nil where there were none.
    mutating func take() -> ByteBuffer? {
        guard var whole = list.take() else { return nil }
        whole.writeInteger(0x5d as UInt8)
        return whole
    }
}
