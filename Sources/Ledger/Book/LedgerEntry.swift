/// One finished request, a row of the ledger. No prompt and no answer stand in the row.
public struct LedgerEntry: Sendable, Equatable, Codable {
    /// The row's own name, made by the gateway; never the client's word, so that no client can erase or grow a row.
    public var requestID: String
    /// The name in headers and logs, which may be the client's own.
    public var callID = ""
    /// `acompletion`, `atext_completion`, `aembedding` …, in LiteLLM's words.
    public var callType = "acompletion"
    /// When its last byte had arrived.
    public var start: WallTime
    /// When the last byte of the answer was sent.
    public var end: WallTime
    /// When the first token was sent; nil without one.
    public var firstToken: WallTime?
    /// The key; nil for the master key.
    public var keyHash: KeyHash?
    /// The key's user.
    public var userID: String?
    /// The key's team.
    public var teamID: String?
    /// The request's `user`.
    public var customer: String?
    /// The model as the client named it.
    public var modelAsked = ""
    /// The model that answered, as its provider names it.
    public var model = ""
    /// The deployment that answered; empty when none did.
    public var deployment = ""
    /// The instance that answered; empty when none did.
    public var instance = ""
    /// The provider that answered; empty when none did.
    public var provider = ""
    /// Tokens of the prompt, those from and into a cache included.
    public var promptTokens = 0
    /// Tokens of the answer.
    public var completionTokens = 0
    /// Tokens of the prompt read from the provider's cache.
    public var cachedTokens = 0
    /// Tokens of the prompt written to the provider's cache.
    public var cacheWriteTokens = 0
    /// The cost of the answer.
    public var money = Money.zero
    /// The cost of attempts whose answers the client did not get; not part of `money`.
    public var failedMoney = Money.zero
    /// The same at the model of `drover.compare_with`; nil when nothing is compared.
    public var comparedMoney: Money?
    /// The status that the client was sent; 499 when it left before.
    public var status = 200
    /// The code of the error that the client was given; nil for none.
    public var error: String?
    /// How many attempts there were.
    public var attempts = 0
    /// How many other models took the place of the one asked for.
    public var fallbacks = 0
    /// Whether the answer was streamed.
    public var isStream = false
    /// Labels of the request, its key and its team.
    public var tags: [String] = []
    /// The queue class.
    public var serviceClass: String?
    /// The address it came from.
    public var address: String?
    /// What was said, on its way to be kept beside the row; nil for none, and of a row that was read.
    public var words: EntryWords?

    /// A request that has nothing but a name and its time.
    public init(requestID: String, start: WallTime, end: WallTime) {
        self.requestID = requestID
        self.start = start
        self.end = end
    }
}

extension Tally {
    /// All that a finished request has cost, failed attempts included.
    init(of entry: LedgerEntry) {
        self.init(
            money: entry.money + entry.failedMoney, promptTokens: Int64(entry.promptTokens),
            completionTokens: Int64(entry.completionTokens), requests: 1)
    }
}
