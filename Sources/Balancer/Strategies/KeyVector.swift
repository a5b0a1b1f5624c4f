/// Operations on the eight keys of a node at once. By halves, because the library's own functions are not inlined.
extension SIMD8<Double> {
    /// The lowest key.
    @inline(__always)
    var lowest: Double {
        let two = Self.lower(
            Self.lower(lowHalf.lowHalf, lowHalf.highHalf), Self.lower(highHalf.lowHalf, highHalf.highHalf))
        return two[0] < two[1] ? two[0] : two[1]
    }

    /// The seven others, with the lane excluded. Its key must not be the lowest number there is.
    @inline(__always)
    func without(lane: Int) -> Self {
        let lanes = Self(0, 1, 2, 3, 4, 5, 6, 7)
        return self + Self().replacing(with: .infinity, where: lanes .== Double(lane))
    }

    /// The lowest of the lanes that are set; infinity when none is.
    @inline(__always)
    func lowest(where mask: SIMDMask<SIMD8<Int64>>) -> Double {
        Self(repeating: .infinity).replacing(with: self, where: mask).lowest
    }

    @inline(__always)
    private static func lower(_ first: SIMD2<Double>, _ second: SIMD2<Double>) -> SIMD2<Double> {
        first.replacing(with: second, where: second .< first)
    }
}
