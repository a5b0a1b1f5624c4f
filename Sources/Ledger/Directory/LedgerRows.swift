/// The rows of a ledger at one moment: a copy that costs little, and that nobody waits for while it is read.
public struct LedgerRows: Sendable {
    private let directory: Directory

    init(_ directory: Directory) { self.directory = directory }

    /// Throws where these changes, one after the other, could not all be made of the rows.
    public func check(_ changes: [DirectoryChange]) throws(DirectoryFault) { try directory.check(changes) }

    /// A key; nil when there is none.
    public func key(_ hash: KeyHash) -> VirtualKey? { directory.key(hash) }

    /// The key that one opens which it took the place of, and whose time is not over; nil when there is none.
    public func key(former hash: KeyHash, at now: WallTime) -> VirtualKey? {
        directory.place(ofFormer: hash, at: now).flatMap { directory.facts[Int($0)]?.key }
    }

    /// The key whose spend is booked under a name: that of its first key, where it took the place of others.
    public func key(account: KeyHash) -> VirtualKey? { directory.key(account: account) }

    /// The key of this alias; nil when there is none.
    public func key(alias: String) -> VirtualKey? { directory.key(alias: alias) }

    /// The facts that requests need of a key, also of one that may not ask; nil when there is none.
    public func facts(of hash: KeyHash) -> KeyFacts? {
        directory.place(of: hash).flatMap { directory.facts[Int($0)] }
    }

    /// A user; nil when there is none.
    public func user(_ id: String) -> User? { directory.users[id] }

    /// A key's bounds: its own, and its template's where it has none.
    public func allowance(of key: VirtualKey) -> Allowance { directory.allowance(of: key) }

    /// A customer's bounds: its own, and its template's where it has none.
    public func allowance(of customer: Customer) -> Allowance { directory.allowance(of: customer) }

    /// A team; nil when there is none.
    public func team(_ id: String) -> Team? { directory.teams[id]?.team }

    /// A customer; nil when there is none.
    public func customer(_ id: String) -> Customer? { directory.customers[id] }

    /// A template; nil when there is none.
    public func budget(_ id: String) -> BudgetTemplate? { directory.budgets[id] }

    /// A model that is kept here; nil when there is none.
    public func model(_ id: String) -> StoredModel? { directory.models[id] }

    /// All of them, the oldest first.
    public var models: [StoredModel] {
        directory.models.values.sorted { ($0.stamps.createdAt, $0.id) < ($1.stamps.createdAt, $1.id) }
    }

    /// Keys, the newest first.
    public func keys(_ filter: KeyFilter = KeyFilter(), page: Int = 1, size: Int = .max) -> Page<VirtualKey> {
        let rows =
            if let hash = filter.hash { key(hash).map { [$0] } ?? [] } else if let alias = filter.alias {
                key(alias: alias).map { [$0] } ?? []
            } else { directory.keys(ofUser: filter.userID, team: filter.teamID) }
        let sorted = rows.filter(filter.matches).sorted {
            ($1.stamps.createdAt, $0.hash.words[0]) < ($0.stamps.createdAt, $1.hash.words[0])
        }
        return Page(of: sorted, number: page, size: size)
    }

    /// The teams that a user is a member of, by id.
    public func teams(ofMember user: String) -> [Team] {
        directory.teams.values.filter { $0.hasMember(user) }.map(\.team).sorted { $0.id < $1.id }
    }

    /// Users, by id.
    public func users(page: Int = 1, size: Int = .max) -> Page<User> {
        Page(of: directory.users.values.sorted { $0.id < $1.id }, number: page, size: size)
    }

    /// The users of an address, by id; large and small letters are the same.
    public func users(email: String) -> [User] {
        let (email, count) = (email.lowercased(), email.utf8.count)
        // Most differ in length, which costs nothing to see.
        let users = directory.users.values.filter { user in
            user.email.map { $0.utf8.count == count && $0.lowercased() == email } ?? false
        }
        return users.sorted { $0.id < $1.id }
    }

    /// Teams, by id.
    public func teams(page: Int = 1, size: Int = .max) -> Page<Team> {
        Page(of: directory.teams.values.map(\.team).sorted { $0.id < $1.id }, number: page, size: size)
    }

    /// Customers, by id.
    public func customers(page: Int = 1, size: Int = .max) -> Page<Customer> {
        Page(of: directory.customers.values.sorted { $0.id < $1.id }, number: page, size: size)
    }

    /// Templates, by id.
    public func budgets(page: Int = 1, size: Int = .max) -> Page<BudgetTemplate> {
        Page(of: directory.budgets.values.sorted { $0.id < $1.id }, number: page, size: size)
    }
}
