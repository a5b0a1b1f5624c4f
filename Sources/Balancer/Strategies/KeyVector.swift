/// What is done with the eight keys of a node at once. By halves and not by the library's functions: those are not inlined.
extension SIMD8<Double> {
    /// The lowest key.
    @inline(__always)
    var lowest: Double {
        let two = Self.lower(
            Self.lower(lowHalf.lowHalf, lowHalf.highHalf), Self.lower(highHalf.lowHalf, highHalf.highHalf))
        return two[0] < two[1] ? two[0] : two[1]
    }

    /// The lowest key of the seven others. The key of the lane must not be the lowest number there is.
    @inline(__always)
    func lowest(exceptLane lane: Int) -> Double {
        let lanes = Self(0, 1, 2, 3, 4, 5, 6, 7)
        return (self + Self().replacing(with: .infinity, where: lanes .== Double(lane))).lowest
    }

    @inline(__always)
    private static func lower(_ first: SIMD2<Double>, _ second: SIMD2<Double>) -> SIMD2<Double> {
        first.replacing(with: second, where: second .< first)
    }
}

extension SIMD8<Int64> {
    /// The sum of the lanes that are set.
    @inline(__always)
    func sum(where mask: SIMDMask<SIMD8<Int64>>) -> Int64 {
        SIMD8().replacing(with: self, where: mask).wrappedSum()
    }

    /// Each lane stands for as many as it says: the lane of the `number`-th of all, and how many lie before that lane.
    /// Without branches: which lane it is cannot be foreseen.
    @inline(__always)
    func lane(of number: Int64) -> (lane: Int, before: Int64) {
        var sum: Int64 = 0
        var lane = 0
        var before: Int64 = 0
        for index in 0..<8 {
            sum &+= self[index]
            lane &+= sum <= number ? 1 : 0
            before = sum <= number ? sum : before
        }
        return (lane, before)
    }
}
