/// A value in a column or for a parameter.
public enum Value: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// The text, or NULL.
    public init(_ text: String?) { self = text.map { .text($0) } ?? .null }

    /// The number, or NULL.
    public init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }

    /// The number, or NULL.
    public init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }

    /// 1 or 0.
    public init(_ isTrue: Bool) { self = .integer(isTrue ? 1 : 0) }

    /// The bytes, or NULL.
    public init(_ bytes: [UInt8]?) { self = bytes.map { .blob($0) } ?? .null }
}
