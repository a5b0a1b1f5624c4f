/// Where each known field's value stands; absent where the body has none, or `null`.
struct RequestFields: Sendable {
    private var slices = InlineArray<48, JSONSlice>(repeating: JSONSlice())
    /// A bit for each field that is present.
    private(set) var present: UInt64 = 0

    @inline(__always)
    subscript(field: RequestField) -> JSONSlice { slices[Int(field.rawValue)] }

    @inline(__always)
    mutating func set(_ field: RequestField, _ slice: JSONSlice) {
        slices[Int(field.rawValue)] = slice
        present |= field.bit
    }

    @inline(__always)
    func has(_ field: RequestField) -> Bool { present & field.bit != 0 }
}
