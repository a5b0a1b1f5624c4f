/// A JSON value that a scan has found valid, with ways to its parts; lives only as long as the bytes it was made of.
struct JSONValue {
    let raw: UnsafeRawBufferPointer

    init(_ raw: UnsafeRawBufferPointer) { self.raw = raw }

    init(_ slice: JSONSlice, of bytes: UnsafeRawBufferPointer) { raw = bytes[slice] }

    var isObject: Bool { raw.first == 0x7b }
    var isArray: Bool { raw.first == 0x5b }
    var isTrue: Bool { raw.equals("true") }
    var isFalse: Bool { raw.equals("false") }
    /// The inside of a string; nil for any other value.
    var text: UnsafeRawBufferPointer? {
        raw.first == 0x22 ? UnsafeRawBufferPointer(rebasing: raw.dropFirst().dropLast()) : nil
    }
    /// Whether it is an object or array with nothing in it.
    var isEmpty: Bool { raw.isEmptyContainer(raw.whole) }

    /// Whether it is this string.
    func says(_ word: StaticString) -> Bool { text?.spells(word) ?? false }

    /// The member of this name of an object, unless it is `null`.
    subscript(_ name: StaticString) -> JSONValue? {
        raw.member(name, of: raw.whole).map { JSONValue($0, of: raw) }
    }

    /// Calls for each element, where it is an array.
    func forEachElement<Fault: Error>(_ body: (JSONValue) throws(Fault) -> Void) throws(Fault) {
        guard isArray else { return }
        try raw.forEachElement(of: raw.whole) { slice throws(Fault) in try body(JSONValue(slice, of: raw)) }
    }

    /// Calls with the raw name and the value of each member, where it is an object.
    func forEachMember<Fault: Error>(
        _ body: (UnsafeRawBufferPointer, JSONValue) throws(Fault) -> Void
    ) throws(Fault) {
        guard isObject else { return }
        try raw.forEachMember(of: raw.whole) { name, value throws(Fault) in
            try body(raw[name], JSONValue(value, of: raw))
        }
    }
}
