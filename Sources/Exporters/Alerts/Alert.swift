/// News for an operator.
public struct Alert: Sendable, Equatable {
    /// The kinds of news.
    public enum Kind: String, Sendable, CaseIterable {
        /// An instance does not answer.
        case instanceDown = "instance_down"
        /// It answers again.
        case instanceUp = "instance_up"
        /// Requests are kept from an instance, since they fail there.
        case breakerOpen = "breaker_open"
        /// They go there again.
        case breakerClosed = "breaker_closed"
        /// Instances hold different contents under one tag.
        case digestDrift = "digest_drift"
        /// A budget is near its end.
        case budgetNear = "budget_near_end"
        /// A budget is spent.
        case budgetSpent = "budget_spent"

        /// Whether its end is told.
        var hasEnd: Bool { self == .instanceDown || self == .breakerOpen }
    }

    /// The kind of news.
    public var kind: Kind
    /// The instance, the model or the account that it is about.
    public var subject: String
    /// A sentence for people.
    public var text: String
    /// Seconds since 1970.
    public var at: Double

    /// News about something.
    public init(_ kind: Kind, _ subject: String, _ text: String, at: Double) {
        self.kind = kind
        self.subject = subject
        self.text = text
        self.at = at
    }
}
