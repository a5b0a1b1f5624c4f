/// A mean in which each new value counts for a fifth, for people to read.
struct RecentMean: Sendable {
    private var mean = Double.nan

    /// Nil before the first value.
    var value: Double? { mean.isNaN ? nil : mean }

    mutating func record(_ new: Double) {
        mean = mean.isNaN ? new : mean + 0.2 * (new - mean)
    }
}
