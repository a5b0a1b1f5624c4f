/// A JSON value as text, known to be valid.
public struct JSONText: Sendable, Hashable, CustomStringConvertible {
    /// The text's UTF-8.
    public let bytes: [UInt8]

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Takes JSON as it stands; nil when it is not one valid value.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.withUnsafeBytes({ JSONScanner.isValid($0) }) else { return nil }
        self.bytes = bytes
    }

    /// The text.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// `null`.
    public static let null = JSONText(unchecked: Array("null".utf8))

    /// A string, escaped as needed.
    public static func string(_ value: String) -> JSONText {
        var bytes: [UInt8] = []
        JSONString.appendQuoted(value.utf8, to: &bytes)
        return JSONText(unchecked: bytes)
    }

    /// A whole number.
    public static func integer(_ value: Int) -> JSONText { JSONText(unchecked: Array(String(value).utf8)) }

    /// A number; `null` when it is not finite, since JSON has no other word for it.
    public static func double(_ value: Double) -> JSONText {
        value.isFinite ? JSONText(unchecked: Array("\(value)".utf8)) : .null
    }

    /// `true` or `false`.
    public static func bool(_ value: Bool) -> JSONText { JSONText(unchecked: Array((value ? "true" : "false").utf8)) }

    /// An array of values.
    public static func array(_ values: [JSONText]) -> JSONText {
        JSONText(unchecked: [0x5b] + values.map(\.bytes).joined(separator: [0x2c]) + [0x5d])
    }

    /// An object; the members keep their order.
    public static func object(_ members: [(name: String, value: JSONText)]) -> JSONText {
        JSONText(
            unchecked: [0x7b]
                + members.map { string($0.name).bytes + [0x3a] + $0.value.bytes }.joined(separator: [0x2c])
                + [0x7d])
    }

    /// The members of an object that are not null; none for any other value.
    var members: [(name: String, value: JSONText)] {
        bytes.withUnsafeBytes { raw in
            var members: [(name: String, value: JSONText)] = []
            JSONValue(raw).forEachMember { name, value in
                guard !value.raw.equals("null") else { return }
                members.append((JSONString.decode(name), JSONText(unchecked: Array(value.raw))))
            }
            return members
        }
    }
}
