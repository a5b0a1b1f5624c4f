/// What loading, reading and writing cost in seconds, side by side: of one unit (not a number where nothing was
/// measured), or per byte of the model as a mean over many.
struct Figures: Sendable {
    /// Lanes: 0 seconds per prompt token, 1 seconds per written token alone, 2 seconds per load.
    typealias Lanes = SIMD4<Double>

    static let unknown = Lanes(repeating: .nan)
    /// No unit is faster: below, it is a box's odd clock.
    private static let least = Lanes(1e-7, 1e-6, 1e-3, 0)

    private var sums = Lanes()
    private var counts = Lanes()

    /// One unit's figures changed, each given per byte.
    mutating func replace(_ old: Lanes, with new: Lanes) {
        let (wasKnown, isKnown) = (old .== old, new .== new)
        sums += Lanes().replacing(with: new, where: isKnown) - Lanes().replacing(with: old, where: wasKnown)
        counts +=
            Lanes().replacing(with: Lanes(repeating: 1), where: isKnown)
            - Lanes().replacing(with: Lanes(repeating: 1), where: wasKnown)
    }

    /// `lanes` with what is unknown in them taken from the mean, for a model of `size` bytes.
    func filling(_ lanes: Lanes, size: Double) -> Lanes {
        let mean = sums / counts * size
        return lanes.replacing(with: mean, where: (lanes .!= lanes) .& (counts .> 0.5))
    }

    /// Lanes that can be calculated with.
    static func sound(_ lanes: Lanes) -> Lanes { lanes.replacing(with: least, where: lanes .< least) }
}
