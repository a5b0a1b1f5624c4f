/// A key or password. It prints as dots, also in dumps, mirrors, string interpolation and JSON;
/// only ``reveal()`` gives it out.
public struct Secret: Equatable, Sendable {
    private let text: String

    /// Wraps a text that must not be printed.
    public init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the header or comparison that needs it.
    public func reveal() -> String { text }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { text.isEmpty }

    static let dots = "•••"
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable, Encodable {
    /// `•••`.
    public var description: String { Self.dots }
    /// `•••`.
    public var debugDescription: String { Self.dots }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Writes `"•••"`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.dots)
    }
}
