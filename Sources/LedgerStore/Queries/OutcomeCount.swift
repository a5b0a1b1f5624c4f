import Ledger

/// How many finished requests ended alike: counted from the rows of requests, which are kept as long as the retention says.
public struct OutcomeCount: Sendable, Equatable {
    /// The day on which they began.
    public var day: Day
    /// The kind of call (`acompletion` …).
    public var callType: String
    /// The model as the clients named it.
    public var modelAsked: String
    /// The instance that answered last; empty where none was asked.
    public var instance: String
    /// What the clients were told.
    public var status: Int
    /// The error's code; nil: none.
    public var error: String?
    /// How many.
    public var requests: Int64 = 0
    /// Tokens of their answers.
    public var completionTokens: Int64 = 0

    /// None yet.
    public init(
        day: Day, callType: String = "", modelAsked: String = "", instance: String = "", status: Int = 200,
        error: String? = nil
    ) {
        (self.day, self.callType, self.modelAsked, self.instance) = (day, callType, modelAsked, instance)
        (self.status, self.error) = (status, error)
    }

    /// As `LedgerEntry.hasFailed`.
    public var hasFailed: Bool { error != nil || status >= 400 }
}
