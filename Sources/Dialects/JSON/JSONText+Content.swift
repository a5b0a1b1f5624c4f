/// A JSON value, one level deep.
public enum JSONContent: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case truth(Bool)
    /// A number as it is written.
    case number(String)
    /// A string, decoded.
    case text(String)
    /// The elements of an array.
    case list([JSONText])
    /// The members of an object in order, those that are null too.
    case members([(name: String, value: JSONText)])
}

extension JSONText {
    /// The value, taken apart one level deep.
    public var content: JSONContent {
        bytes.withUnsafeBytes { raw in
            let value = JSONValue(raw.trimmed)
            switch value.raw.first {
            case UInt8(ascii: "{"):
                var members: [(name: String, value: JSONText)] = []
                value.forEachMember { members.append((JSONString.decode($0), JSONText(unchecked: Array($1.raw)))) }
                return .members(members)
            case UInt8(ascii: "["):
                var elements: [JSONText] = []
                value.forEachElement { elements.append(JSONText(unchecked: Array($0.raw))) }
                return .list(elements)
            case UInt8(ascii: "\""): return .text(value.text.map { JSONString.decode($0) } ?? "")
            case UInt8(ascii: "t"): return .truth(true)
            case UInt8(ascii: "f"): return .truth(false)
            case UInt8(ascii: "n"): return .null
            default: return .number(String(decoding: value.raw, as: UTF8.self))
            }
        }
    }

    /// The value of a member of an object, `null` included; nil where there is no such member.
    public func member(_ name: String) -> JSONText? {
        guard case .members(let members) = content else { return nil }
        return members.last { $0.name == name }?.value
    }
}

extension UnsafeRawBufferPointer {
    /// Without the white space around a value.
    fileprivate var trimmed: UnsafeRawBufferPointer {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
        var rest = self[...].drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return UnsafeRawBufferPointer(rebasing: rest)
    }
}
