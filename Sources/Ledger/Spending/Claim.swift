/// The bounds of one attempt before it is sent: on whose account, and at most how much.
public struct Claim: Sendable {
    /// The key it is asked with; nil for the master key, which only provider, customer and the whole bind.
    public var pass: KeyPass?
    /// The request's `user`: bound where such a customer was made known.
    public var customer: String?
    /// The name of its row, where the request makes it known: no key stands in it. Nil: the same.
    public var customerShown: String?
    /// The user for whom the request is made, where the gateway's operator trusts it to say so: one that has a row takes the
    /// place of the key's.
    public var user: String?
    /// The model, as limits of single models of the key, its user and its team name it.
    public var model: String
    /// Other names of the same model: a limit holds by whichever of them it was set for.
    public var otherNames: [String]
    /// The provider, as `provider_budget_config` names it.
    public var provider: String
    /// An upper bound of what the attempt can cost. Zero is not bound by money: a box of one's own goes on answering when
    /// the budget is spent.
    public let bound: Money
    /// The cost of the prompt alone. A grant is above it, or is `bound`.
    public let least: Money
    /// An upper bound of its tokens, those of the prompt and of the answer.
    public let tokens: Int
    /// The tokens of the prompt alone. A grant is above them, or is `tokens`.
    public let leastTokens: Int
    /// Whether it counts against limits of requests, and as a request in sums; false for further attempts of one.
    public var isFirstAttempt: Bool

    /// Negative amounts are taken as none, and too large ones as the most there can be. A claim of no cost by the master key; say what it has beyond.
    public init(
        pass: KeyPass? = nil, customer: String? = nil, user: String? = nil, model: String, otherNames: [String] = [],
        provider: String,
        bound: Money = .zero, least: Money = .zero, tokens: Int = 0, leastTokens: Int = 0, isFirstAttempt: Bool = true
    ) {
        self.pass = pass
        self.customer = customer
        self.user = user
        self.model = model
        self.otherNames = otherNames
        self.provider = provider
        self.bound = max(bound, .zero)
        self.least = min(max(least, .zero), self.bound)
        self.tokens = min(max(tokens, 0), Charge.mostTokens)
        self.leastTokens = min(max(leastTokens, 0), self.tokens)
        self.isFirstAttempt = isFirstAttempt
    }
}
