public import Dialects

/// The rules for a model's requests, beside how its pool chooses.
public struct RouteRules: Sendable {
    /// Where they go when it cannot serve them.
    public var fallbacks: FallbackLists
    /// `retry_policy`: how often a failure of a class is tried again; a class that is not here follows `num_retries`.
    public var retries: [FailureClass: Int]
    /// Where they go when they would wait too long; nil: they wait.
    public var overflow: Overflow?
    /// The reasons that keep them inside.
    public var confinement: Confinement
    /// `enable_pre_call_checks`: deployments whose context is too short for a prompt are passed over.
    public var checksContext: Bool
    /// Which deployments serve a request's tags; nil: tags say nothing.
    public var tagFilter: TagFilter?

    /// Rules as given.
    public init(
        fallbacks: FallbackLists, retries: [FailureClass: Int], overflow: Overflow?, confinement: Confinement,
        checksContext: Bool, tagFilter: TagFilter?
    ) {
        self.fallbacks = fallbacks
        self.retries = retries
        self.overflow = overflow
        self.confinement = confinement
        self.checksContext = checksContext
        self.tagFilter = tagFilter
    }
}
