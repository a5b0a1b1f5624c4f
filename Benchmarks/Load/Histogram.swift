/// How often which span occurred, to a hundredth of it.
struct Histogram {
    /// Each doubling is divided into so many parts.
    private static let parts = 128
    private var counts = [Int](repeating: 0, count: 64 * parts)
    private(set) var count = 0
    private(set) var max: Int64 = 0

    mutating func record(nanoseconds: Int64) {
        let value = Swift.max(nanoseconds, 1)
        let exponent = 63 - value.leadingZeroBitCount
        let part = exponent < 7 ? Int(value - (1 << exponent)) << (7 - exponent) : Int((value >> (exponent - 7)) & 127)
        counts[exponent * Self.parts + part] += 1
        count += 1
        max = Swift.max(max, value)
    }

    /// The span that so many in a hundred stay under, in milliseconds; 0 when there is none.
    func percentile(_ percent: Double) -> Double {
        let wanted = Int((Double(count) * percent / 100).rounded(.up))
        var seen = 0
        for (index, occurrences) in counts.enumerated() where occurrences > 0 {
            seen += occurrences
            guard seen >= wanted else { continue }
            let (exponent, part) = index.quotientAndRemainder(dividingBy: Self.parts)
            return Double(1 << exponent) * (1 + Double(part) / Double(Self.parts)) / 1e6
        }
        return 0
    }

    /// In milliseconds.
    var greatest: Double { Double(max) / 1e6 }
}
