/// The name of a key in the log: its alias, else `sk-...` and its last four letters. Made once for each key.
public final class KeyLabel: Sendable {
    /// The most bytes of it; a longer alias is cut.
    public static let capacity = 64

    /// In UTF-8, and in JSON as it is: what would have to be escaped is an underscore.
    public let bytes: [UInt8]

    /// The label of this name.
    public init(_ name: String) {
        var bytes: [UInt8] = []
        for scalar in name.unicodeScalars {
            let isPlain = scalar.properties.generalCategory != .control && scalar != "\"" && scalar != "\\"
            let letter = String(isPlain ? scalar : "_").utf8
            guard bytes.count + letter.count <= Self.capacity else { break }
            bytes += letter
        }
        self.bytes = bytes
    }
}
