/// Why bytes are not JSON.
public struct JSONFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of fault.
    public enum Reason: String, Sendable, CaseIterable {
        /// The bytes stop inside a value.
        case endsEarly = "it ends in the middle"
        /// A byte that nothing may begin with here.
        case unexpectedByte = "unexpected character"
        /// A control character inside a string.
        case controlCharacter = "a control character in a string must be escaped"
        /// A backslash with nothing legal behind it.
        case badEscape = "unknown escape in a string"
        /// Not a number as JSON writes them.
        case badNumber = "malformed number"
        /// More open containers than `JSONScanner.depthLimit`.
        case tooDeep = "nested too deeply"
        /// Something stands behind the value.
        case trailingBytes = "more bytes after the end of the value"
    }

    /// The fault.
    public let reason: Reason
    /// Where, counted in bytes from 0.
    public let offset: Int

    /// One clause: `unexpected character (byte 17)`.
    public var description: String { "\(reason.rawValue) (byte \(offset))" }
}
