/// `retry_policy`: how often a failure of each class is tried again, where that differs from `num_retries`.
public struct RetryPolicy: Sendable, Equatable {
    /// Retries by class; one that is not here follows ``otherwise``.
    public var retries: [FailureClass: Int]
    /// `DefaultRetries`; nil: `num_retries`.
    public var otherwise: Int?

    /// A policy with these counts.
    public init(retries: [FailureClass: Int], otherwise: Int?) {
        self.retries = retries
        self.otherwise = otherwise
    }

    /// Everything follows `num_retries`.
    public static let none = RetryPolicy(retries: [:], otherwise: nil)

    /// Retries after a failure of this class; nil: as always.
    func limit(_ failure: FailureClass) -> Int? { retries[failure] ?? otherwise }
}
