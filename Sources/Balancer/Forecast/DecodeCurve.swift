/// Seconds per written token as a function of how many requests of the model write at once: `alone × (1 + slope × (n − 1))`.
///
/// A least-squares line through the samples, recent ones first (each older one counts a tenth less), held by a weak prior
/// to the usual slope: samples at one load alone say nothing of the slope.
struct DecodeCurve: Sendable {
    /// The cost of a further stream to the others before anything was measured.
    static let usualSlope = 0.2
    private static let memory = 0.9
    /// How many samples the usual slope counts for.
    private static let priorWeight = 1.0

    private var weight = 0.0
    private var sumX = 0.0
    private var sumXX = 0.0
    private var sumY = 0.0
    private var sumXY = 0.0
    /// Seconds per token of a stream that runs alone; nil before the first sample.
    private(set) var alone: Double?
    /// The cost that each further stream adds, as a share of `alone`; 0 to 1.
    private(set) var slope = DecodeCurve.usualSlope

    /// Takes in a sample: seconds per token, and how many wrote at once on average (at least 1).
    mutating func record(_ seconds: Double, streams: Double) {
        let x = max(0, streams - 1)
        weight = weight * Self.memory + 1
        sumX = sumX * Self.memory + x
        sumXX = sumXX * Self.memory + x * x
        sumY = sumY * Self.memory + seconds
        sumXY = sumXY * Self.memory + x * seconds
        // Minimise Σ w (y − a − b x)² + prior × (b − usual × a)².
        let (p, u) = (Self.priorWeight, Self.usualSlope)
        let (m11, m12, m22) = (weight + p * u * u, sumX - p * u, sumXX + p)
        let determinant = m11 * m22 - m12 * m12
        let a = (sumY * m22 - sumXY * m12) / determinant
        let b = (m11 * sumXY - m12 * sumY) / determinant
        guard determinant > 0, a > 0 else { return }
        alone = a
        slope = min(max(b / a, 0), 1)
    }
}
