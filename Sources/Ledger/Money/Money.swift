/// An exact amount of US dollars, counted in picodollars (1e-12 dollars), so that a price per token such as 3.75e-08 and
/// any number of tokens times it are whole numbers.
///
/// From about -9.2 to 9.2 million dollars. Arithmetic stops at these ends instead of trapping: an account that shows the
/// end is wrong by little and refuses what it should, and a gateway that traps answers nobody. Below zero is what an
/// account is overdrawn by; no price is.
public struct Money: Hashable, Sendable {
    /// The amount, in 1e-12 dollars.
    public let picodollars: Int64

    /// So many picodollars.
    public init(picodollars: Int64) {
        self.picodollars = picodollars
    }

    /// The nearest number of dollars, for JSON that others read. No sum is made of it.
    public var dollars: Double { Double(picodollars) / 1e12 }

    /// Nothing.
    public static let zero = Money(picodollars: 0)

    /// The most there can be: 9,223,372.036854775807 dollars.
    public static let max = Money(picodollars: .max)

    /// The sum, or the end that it passes.
    public static func + (left: Money, right: Money) -> Money {
        let (sum, overflow) = left.picodollars.addingReportingOverflow(right.picodollars)
        return overflow ? end(negative: left.picodollars < 0) : Money(picodollars: sum)
    }

    /// Adds, up to the end.
    public static func += (left: inout Money, right: Money) {
        left = left + right
    }

    /// The difference, or the end that it passes.
    public static func - (left: Money, right: Money) -> Money {
        let (difference, overflow) = left.picodollars.subtractingReportingOverflow(right.picodollars)
        return overflow ? end(negative: left.picodollars < 0) : Money(picodollars: difference)
    }

    /// So many times the amount, or the end that it passes.
    public static func * (amount: Money, times: Int) -> Money {
        let (product, overflow) = amount.picodollars.multipliedReportingOverflow(by: Int64(times))
        return overflow ? end(negative: (amount.picodollars < 0) != (times < 0)) : Money(picodollars: product)
    }

    private static func end(negative: Bool) -> Money {
        Money(picodollars: negative ? .min : .max)
    }
}

extension Money: Comparable {
    /// Whether the left is the smaller amount.
    public static func < (left: Money, right: Money) -> Bool {
        left.picodollars < right.picodollars
    }
}
