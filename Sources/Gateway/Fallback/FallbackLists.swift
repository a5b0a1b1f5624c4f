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
