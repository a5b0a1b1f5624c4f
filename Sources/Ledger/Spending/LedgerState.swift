/// Keys, teams and budgets as a value: who may ask, what is left, and what is to be written.
///
/// No clock, no chance and no lock: time is handed in, and `SpendLedger` puts it behind a lock. Looking a key up, reserving
/// and settling allocate nothing once as much was under way before.
public struct LedgerState: Sendable {
    var directory = Directory()
    var table: AccountTable
    /// By place of the key.
    var keys: [KeyLine] = []
    var customers: [String: CustomerLine] = [:]
    var providers: [String: Int32] = [:]
    var global: Int32 = -1
    var claims = OpenClaims()
    var book: Book
    var alerts: [LedgerAlert] = []
    var newcomers = Newcomers()
    var settings: LedgerSettings
    /// Whether the store's rows and sums are not here yet. Until `begin` brings them a key that is not known may be a good
    /// one.
    public var isMissingStore = false
    /// Whether other gateways spend from the same budgets.
    public internal(set) var isShared = false
    /// Whether the store is to be asked for more of a budget.
    var isAsking = false
    /// The gateways among which the limits are divided so that all that is used here is within its part, and when that was looked
    /// at last.
    var fits: (gateways: [UInt64], at: Int64) = ([], .min)
    /// The last transaction of the store of which all changes of the directory are here.
    var heard: Int64 = 0
    /// How many reports were made.
    var reports: UInt64 = 0

    /// A ledger that goes on where a store left off.
    /// - Parameters:
    ///   - image: the rows and sums of the store.
    ///   - settings: bounds of the configuration.
    ///   - origin: a random number of this process, which its batches are named by.
    ///   - now: when it begins.
    public init(
        _ image: LedgerImage = LedgerImage(), settings: LedgerSettings = LedgerSettings(), origin: UInt64,
        at now: WallTime
    ) {
        self.settings = settings
        table = AccountTable(AccountHistory.all(of: image.sums))
        book = Book(origin: origin, capacity: settings.bookCapacity)
        beginShared(image)
        configure(settings, at: now)
        restore(image, at: now)
    }

    /// Takes the rows of a store.
    mutating func restore(_ image: LedgerImage, at now: WallTime) {
        var rows = image.budgets.map(DirectoryChange.putBudget) + image.teams.map(DirectoryChange.putTeam)
        rows += image.users.map(DirectoryChange.putUser) + image.customers.map(DirectoryChange.putCustomer)
        rows += image.models.map(DirectoryChange.putModel)
        for row in rows + image.keys.map(DirectoryChange.putKey) { restore(row, at: now) }
    }

    private mutating func restore(_ row: DirectoryChange, at now: WallTime) {
        do throws(DirectoryFault) {
            try apply(row, at: now)
        } catch {
            // The store was changed by hand, or by a release that let two keys share an account. The second works without
            // the name, and on an account of its own.
            guard case .putKey(var key) = row else { return }
            if case .aliasTaken = error { key.alias = nil }
            if case .keyExists = error { key.account = withUnsafeBytes(of: key.account.words) { KeyHash(of: $0) } }
            restore(.putKey(key), at: now)
        }
    }

    /// Begins among others, where there are some.
    mutating func beginShared(_ image: LedgerImage) {
        guard image.isShared else { return }
        isShared = true
        table.parts = .none
    }

    /// Lets a key in, or says why not.
    public func pass(for hash: KeyHash, at now: WallTime) throws(LedgerRefusal) -> KeyPass {
        guard let place = directory.place(of: hash) ?? directory.place(ofFormer: hash, at: now),
            let facts = directory.facts[Int(place)]
        else {
            throw isMissingStore ? .notRead : .unknownKey(hash)
        }
        let line = keys[Int(place)]
        if line.isClosed(at: now) { throw refusal(of: facts, at: now) }
        return KeyPass(facts: facts, index: place, generation: line.generation)
    }

    func refusal(of facts: KeyFacts, at now: WallTime) -> LedgerRefusal {
        if facts.key.isBlocked { return .keyBlocked }
        if let team = facts.team, team.isBlocked { return .teamBlocked(team.id) }
        return .expired(facts.key.hash, at: facts.key.expires ?? now, now: now)
    }

    /// Whether anything could bind a request that has no key: a customer, a provider, or all together.
    public var bindsKeyless: Bool {
        !customers.isEmpty || settings.rows.customerBudgetID != nil || !providers.isEmpty
            || settings.global != Allowance()
    }

    /// Keeps a finished request for writing.
    public mutating func record(_ entry: consuming LedgerEntry) { book.add(entry) }

    /// Keeps the words of a request whose row was kept without.
    public mutating func record(_ words: LateWords) { book.add(words) }

    /// Alerts since the last call.
    public mutating func takeAlerts() -> [LedgerAlert] {
        defer { alerts = [] }
        return alerts
    }

    /// How many reservations are open.
    public var openReservations: Int { claims.count }
}
