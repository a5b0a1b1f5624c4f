/// A value for a parameter of a statement.
public enum Parameter: Equatable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    /// As the server reads it; nil for NULL. PostgreSQL's text cannot hold U+0000, so U+FFFD takes its place.
    var words: String? {
        switch self {
        case .null: nil
        case .integer(let number): String(number)
        case .text(let text): text.utf8.contains(0) ? String(text.map { $0 == "\u{0}" ? "\u{fffd}" : $0 }) : text
        case .bytes(let bytes):
            bytes.reduce(into: "\\x") { text, byte in
                for digit in [byte >> 4, byte & 15] {
                    text.unicodeScalars.append(Unicode.Scalar(digit < 10 ? 0x30 + digit : 0x57 + digit))
                }
            }
        }
    }
}
