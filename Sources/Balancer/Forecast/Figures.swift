/// The costs of loading, reading and writing in seconds, side by side: of one placement (not a number where nothing was
/// measured), or per byte of the model as a mean over many.
struct Figures: Sendable {
    /// Lanes: 0 seconds per prompt token, 1 seconds per written token alone, 2 seconds per load.
    typealias Lanes = SIMD4<Double>

    static let unknown = Lanes(repeating: .nan)
    /// No placement is faster: below, it is an instance's odd clock.
    private static let least = Lanes(1e-7, 1e-6, 1e-3, 0)

    private var sums = Lanes()
    private var counts = Lanes()

    /// One placement's figures changed, each given per byte.
    mutating func replace(_ old: Lanes, with new: Lanes) {
        let (wasKnown, isKnown) = (.!Self.unmeasured(old), .!Self.unmeasured(new))
        sums += Lanes().replacing(with: new, where: isKnown) - Lanes().replacing(with: old, where: wasKnown)
        counts +=
            Lanes().replacing(with: Lanes(repeating: 1), where: isKnown)
            - Lanes().replacing(with: Lanes(repeating: 1), where: wasKnown)
    }

    /// Whether reading and writing were measured on both sides and are within a factor of each other.
    func isAlike(_ other: Figures, within factor: Double) -> Bool {
        let ratio = (sums / counts) / (other.sums / other.counts)
        // Not a number, where nothing was measured, is within nothing.
        return (0..<2).allSatisfy { ratio[$0] <= factor && ratio[$0] * factor >= 1 }
    }

    /// `lanes` with what is unknown in them taken from the mean, for a model of `size` bytes.
    func filling(_ lanes: Lanes, size: Double) -> Lanes {
        let mean = sums / counts * size
        return lanes.replacing(with: mean, where: Self.unmeasured(lanes) .& (counts .> 0.5))
    }

    /// Which lanes hold no measurement: not a number is the only value that differs from itself.
    static func unmeasured(_ lanes: Lanes) -> SIMDMask<Lanes.MaskStorage> { lanes .!= lanes }

    /// Whether all three were measured.
    static func areKnown(_ lanes: Lanes) -> Bool { !lanes[0].isNaN && !lanes[1].isNaN && !lanes[2].isNaN }

    /// Lanes that can be calculated with.
    static func sound(_ lanes: Lanes) -> Lanes { lanes.replacing(with: least, where: lanes .< least) }
}
