/// What the store tells a gateway: the answer to a report, and everything that others have done since the last one.
public struct ShareNews: Sendable, Equatable {
    /// Whether budgets are to be shared from now on.
    public var isShared = false
    /// Whether the gateway is the only one again, and no other can begin before it shares.
    public var isSole = false
    /// The gateways among which limits by the minute are divided, in order.
    public var gateways: [UInt64] = []
    /// Whether all others are within their parts of these limits.
    public var othersFit = false
    /// The last transaction of the store that it tells of: who has heard it knows all changes of the directory up to there.
    public var number: Int64 = 0
    /// Changes of the directory, in the order in which they were made: those of others, and this gateway's own that
    /// were left to be taken from here.
    public var changes: [DatedChange] = []
    /// The answers to what was asked.
    public var grants: [ShareGrant] = []
    /// What the others have spent, of accounts on which something was spent.
    public var spent: [OthersSpend] = []
    /// Accounts of which another gateway needs more than is left.
    public var wanted: [AccountName] = []
    /// What the others have in flight, and this gateway's own word as the store has answered it; nil where it said none.
    public var pool: Pool?

    /// No news.
    public init() {}

    /// Words about the instances that all share, in the balancer's words.
    public struct Pool: Sendable, Equatable {
        /// One of the others.
        public struct Other: Sendable, Equatable {
            /// The gateway.
            public var gateway: UInt64
            /// Its word.
            public var word: [UInt8]
            /// How old the word is.
            public var age: Duration

            /// A word of that age.
            public init(gateway: UInt64, word: [UInt8], age: Duration) {
                (self.gateway, self.word, self.age) = (gateway, word, age)
            }
        }

        /// The others that have said something of late.
        public var others: [Other]
        /// This gateway's word, with the parts of caps that it was granted.
        public var granted: [UInt8]
        /// Counts on with the store's clock.
        public var turn: Int64

        /// These words.
        public init(others: [Other], granted: [UInt8], turn: Int64) {
            (self.others, self.granted, self.turn) = (others, granted, turn)
        }
    }

    /// A change of the directory, and the moment by which its windows begin.
    public struct DatedChange: Sendable, Equatable {
        /// The change.
        public var change: DirectoryChange
        /// When it was made.
        public var at: WallTime

        /// A change of that moment.
        public init(_ change: DirectoryChange, at: WallTime) { (self.change, self.at) = (change, at) }
    }
}

/// A gateway's part of an account's budget.
public struct ShareGrant: Sendable, Equatable {
    /// The account.
    public var account: AccountName
    /// The start of the window that was asked for.
    public var asked: WallTime
    /// The window that all gateways have.
    public var window: BudgetWindow
    /// The gateway never spends more than this in it.
    public var ceiling: Money
    /// Spent by the others.
    public var others: Money
    /// Promised to gateways that are gone, and perhaps spent.
    public var lost: Money

    /// A part of that window.
    public init(
        account: AccountName, asked: WallTime, window: BudgetWindow, ceiling: Money, others: Money, lost: Money
    ) {
        (self.account, self.asked, self.window, self.ceiling) = (account, asked, window, ceiling)
        (self.others, self.lost) = (others, lost)
    }
}

/// What all other gateways have spent on an account in a window, and those of before.
public struct OthersSpend: Sendable, Equatable {
    /// The account.
    public var account: AccountName
    /// The window, as the store knows it.
    public var window: BudgetWindow
    /// So much.
    public var money: Money

    /// So much in that window.
    public init(account: AccountName, window: BudgetWindow, money: Money) {
        (self.account, self.window, self.money) = (account, window, money)
    }
}
