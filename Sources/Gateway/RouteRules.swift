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

/// The models that a model's requests go to when it cannot serve them, in order, by why it cannot.
public struct FallbackLists: Sendable, Equatable {
    /// `fallbacks`, and `default_fallbacks` where a model has none of its own.
    public var general: [String]
    /// `context_window_fallbacks`.
    public var contextWindow: [String]
    /// `content_policy_fallbacks`.
    public var contentPolicy: [String]

    /// Lists as given.
    public init(general: [String], contextWindow: [String], contentPolicy: [String]) {
        self.general = general
        self.contextWindow = contextWindow
        self.contentPolicy = contentPolicy
    }

    /// No model has a substitute.
    public static let none = FallbackLists(general: [], contextWindow: [], contentPolicy: [])

    /// Where a failure of this class leads: to its own list, to the general one where that is empty, and nowhere for
    /// what is the client's own mistake.
    public func targets(after failure: FailureClass) -> [String] {
        switch failure {
        case .badRequest: []
        case .contextWindow: contextWindow.isEmpty ? general : contextWindow
        case .contentPolicy: contentPolicy.isEmpty ? general : contentPolicy
        case .authentication, .notFound, .timeout, .rateLimit, .internalServer, .serviceUnavailable: general
        }
    }
}

/// `drover.overflow`: where a model's requests go when its queue is too long.
public struct Overflow: Sendable, Equatable {
    /// The model they go to.
    public var model: String
    /// The longest wait for a place, predicted or real, before they do.
    public var after: Duration
    /// Whether embeddings go there too: only where somebody says so, since another model's vectors mean other things.
    public var takesEmbeddings: Bool

    /// An overflow as given.
    public init(model: String, after: Duration, takesEmbeddings: Bool) {
        self.model = model
        self.after = after
        self.takesEmbeddings = takesEmbeddings
    }
}

/// `enable_tag_filtering`: which deployments serve a request's tags.
///
/// A request with tags goes to deployments that have one of them (or all, without `matchesAny`), else to those tagged
/// `default`; one without tags to those tagged `default` where there are any, else to all.
public struct TagFilter: Sendable, Equatable {
    /// `tag_filtering_match_any`.
    public var matchesAny: Bool

    /// A filter as given.
    public init(matchesAny: Bool) { self.matchesAny = matchesAny }

    private static let fallback = "default"

    /// Which of the deployments, given by their tags, serve a request with these tags; nil: all of them.
    func admitted(_ wanted: [String], among deployments: [[String]]) -> [Bool]? {
        let matching = deployments.map { tags in
            matchesAny ? wanted.contains(where: tags.contains) : wanted.allSatisfy(tags.contains)
        }
        if !wanted.isEmpty, matching.contains(true) { return matching }
        let defaults = deployments.map { $0.contains(Self.fallback) }
        if defaults.contains(true) { return defaults }
        return wanted.isEmpty ? nil : matching
    }
}
