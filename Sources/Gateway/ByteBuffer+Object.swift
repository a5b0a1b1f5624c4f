import NIOCore

extension ByteBuffer {
    /// Whether the last byte that is no blank closes an object.
    var endsObject: Bool {
        readableBytesView.last { $0 > 0x20 } == UInt8(ascii: "}")
    }
}
