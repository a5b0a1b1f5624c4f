public import Ledger

/// What spend is summed by.
public enum SpendDimension: Int64, Sendable, CaseIterable {
    /// All requests in one sum; its name is empty.
    case all = 0
    /// The key's hash in hexadecimal; empty for the master key.
    case key = 1
    /// The user's id.
    case user = 2
    /// The team's id.
    case team = 3
    /// The request's `user`.
    case customer = 4
    /// The model as the client named it.
    case modelAsked = 5
    /// The model that answered.
    case model = 6
    /// The provider that answered.
    case provider = 7
    /// The instance that answered.
    case instance = 8
    /// Each label of a request: one with two counts twice.
    case tag = 9
}

/// Which sums are wanted.
public struct SumQuery: Sendable, Equatable {
    /// Whose requests.
    public enum Owner: Sendable, Equatable {
        /// All requests.
        case everyone
        /// Those of a key.
        case key(KeyHash)
        /// Those of a user's keys.
        case user(String)
        /// Those of a team's keys.
        case team(String)
    }

    /// What is summed by.
    public var dimension: SpendDimension
    /// Whose.
    public var owner: Owner
    /// The first day; nil: from the first on.
    public var since: Day?
    /// The last day; nil: up to the last.
    public var until: Day?
    /// One sum per day and name, not one per name.
    public var isByDay: Bool
    /// Only this name; nil: all.
    public var name: String?
    /// The most sums; nil: all.
    public var limit: Int?

    /// Sums of all that there is.
    public init(
        by dimension: SpendDimension, of owner: Owner = .everyone, since: Day? = nil, until: Day? = nil,
        isByDay: Bool = false, name: String? = nil, limit: Int? = nil
    ) {
        (self.dimension, self.owner, self.since, self.until) = (dimension, owner, since, until)
        (self.isByDay, self.name, self.limit) = (isByDay, name, limit)
    }
}

/// A sum of finished requests.
public struct SpendSum: Sendable, Equatable {
    /// The name within the dimension.
    public var name: String
    /// The day, where it is asked for by day.
    public var day: Day?
    /// How many requests.
    public var requests: Int64 = 0
    /// How many of them failed.
    public var failures: Int64 = 0
    /// Tokens of their prompts.
    public var promptTokens: Int64 = 0
    /// Tokens of their answers.
    public var completionTokens: Int64 = 0
    /// Tokens of the prompts that came from a cache.
    public var cachedTokens: Int64 = 0
    /// What the answers cost.
    public var money = Money.zero
    /// What failed attempts cost; not part of `money`.
    public var failedMoney = Money.zero
    /// What the answers would have cost at the model of `drover.compare_with`.
    public var comparedMoney = Money.zero

    /// A sum of nothing.
    public init(name: String, day: Day? = nil) {
        (self.name, self.day) = (name, day)
    }

    /// Adds one request.
    mutating func add(_ entry: LedgerEntry) {
        requests += 1
        if entry.hasFailed { failures += 1 }
        promptTokens &+= Int64(entry.promptTokens)
        completionTokens &+= Int64(entry.completionTokens)
        cachedTokens &+= Int64(entry.cachedTokens)
        money += entry.money
        failedMoney += entry.failedMoney
        comparedMoney += entry.comparedMoney ?? .zero
    }

    /// Adds the requests of another sum, whatever its name.
    mutating func add(_ other: SpendSum) {
        requests += other.requests
        failures += other.failures
        promptTokens &+= other.promptTokens
        completionTokens &+= other.completionTokens
        cachedTokens &+= other.cachedTokens
        money += other.money
        failedMoney += other.failedMoney
        comparedMoney += other.comparedMoney
    }
}

extension LedgerEntry {
    /// Whether the client was given an error, or left before the end.
    public var hasFailed: Bool { error != nil || status >= 400 }
}
