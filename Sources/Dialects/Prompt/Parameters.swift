/// Where each parameter's value stands in a body; absent where the body has none, or `null`.
struct Parameters: Sendable {
    private var slices = InlineArray<48, JSONSlice>(repeating: JSONSlice())
    /// A bit for each that is present.
    private(set) var present: UInt64 = 0

    @inline(__always)
    subscript(parameter: Parameter) -> JSONSlice { slices[Int(parameter.rawValue)] }

    @inline(__always)
    mutating func set(_ parameter: Parameter, _ slice: JSONSlice) {
        slices[Int(parameter.rawValue)] = slice
        present |= parameter.bit
    }

    @inline(__always)
    func has(_ parameter: Parameter) -> Bool { present & parameter.bit != 0 }

    /// The same as if one of them were not there.
    func without(_ parameter: Parameter) -> Parameters {
        var rest = self
        rest.present &= ~parameter.bit
        return rest
    }
}
