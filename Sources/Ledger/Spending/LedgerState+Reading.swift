extension LedgerState {
    /// A key; nil when there is none.
    public func key(_ hash: KeyHash) -> VirtualKey? { directory.key(hash) }

    /// The key of this alias; nil when there is none.
    public func key(alias: String) -> VirtualKey? { directory.key(alias: alias) }

    /// What requests need to know of a key, also of one that may not ask; nil when there is none.
    public func facts(of hash: KeyHash) -> KeyFacts? {
        directory.place(of: hash).flatMap { directory.facts[Int($0)] }
    }

    /// A user; nil when there is none.
    public func user(_ id: String) -> User? { directory.users[id] }

    /// A team; nil when there is none.
    public func team(_ id: String) -> Team? { directory.teams[id] }

    /// A customer; nil when there is none.
    public func customer(_ id: String) -> Customer? { directory.customers[id] }

    /// A template; nil when there is none.
    public func budget(_ id: String) -> BudgetTemplate? { directory.budgets[id] }

    /// Keys, the newest first.
    public func keys(_ filter: KeyFilter = KeyFilter(), page: Int = 1, size: Int = .max) -> Page<VirtualKey> {
        if let hash = filter.hash {
            return Page(of: [key(hash)].compactMap(\.self).filter(filter.matches), number: page, size: size)
        }
        let rows = directory.keys(ofUser: filter.userID, team: filter.teamID).filter(filter.matches)
        return Page(
            of: rows.sorted { ($1.stamps.createdAt, $0.hash.hex) < ($0.stamps.createdAt, $1.hash.hex) }, number: page,
            size: size)
    }

    /// Users, by id.
    public func users(page: Int = 1, size: Int = .max) -> Page<User> {
        Page(of: directory.users.values.sorted { $0.id < $1.id }, number: page, size: size)
    }

    /// Teams, by id.
    public func teams(page: Int = 1, size: Int = .max) -> Page<Team> {
        Page(of: directory.teams.values.sorted { $0.id < $1.id }, number: page, size: size)
    }

    /// Customers, by id.
    public func customers(page: Int = 1, size: Int = .max) -> Page<Customer> {
        Page(of: directory.customers.values.sorted { $0.id < $1.id }, number: page, size: size)
    }

    /// Templates, by id.
    public func budgets(page: Int = 1, size: Int = .max) -> Page<BudgetTemplate> {
        Page(of: directory.budgets.values.sorted { $0.id < $1.id }, number: page, size: size)
    }

    /// An account as it stands; nil when nobody has it.
    public func status(of name: AccountName, at now: LedgerTime) -> AccountStatus? {
        guard let place = table.place(of: name) else { return nil }
        // On a copy, so that asking changes nothing.
        var account = table.accounts[Int(place)]
        _ = account.roll(to: now.wall)
        var limits = account.rates >= 0 ? table.rates[Int(account.rates)] : RateLimits()
        limits.expire(at: now.ticks)
        return AccountStatus(
            account: name, window: account.window.bounds, spent: account.window.tally.money,
            reserved: account.window.reservedMoney, most: account.most(at: now.wall), soft: account.soft,
            overrun: account.window.tally.overrun, total: account.total, inFlight: account.inFlight,
            rates: limits.left(at: now.ticks))
    }

    /// Everything that a ledger would begin with again: sums of what is settled, and nothing of what is under way. In a
    /// fixed order.
    public func image() -> LedgerImage {
        var image = LedgerImage()
        image.keys = directory.keys.sorted { $0.hash.hex < $1.hash.hex }
        image.users = users().rows
        image.teams = teams().rows
        image.customers = customers().rows
        image.budgets = budgets().rows
        image.sums = table.sums
        return image
    }
}
