/// A size as it is written in a configuration: `24GB`, `64MiB`.
public struct ByteSize: Equatable, Sendable {
    /// In bytes.
    public let bytes: Int

    /// Nil where the text is no size.
    public init?(_ text: String) {
        guard let bytes = try? Quantity.size(text) else { return nil }
        self.bytes = bytes
    }
}
