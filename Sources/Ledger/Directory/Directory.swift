/// Everybody who may ask: the rows of keys, users, teams, customers and templates, and their ties.
///
/// A key's row is found by its hash in one step. `apply` says which keys and customers are to be bound to their accounts
/// anew.
struct Directory: Sendable {
    /// Everything that a change has touched.
    struct Touched: Equatable {
        /// Places of keys whose row, user, team or template changed.
        var keys: Set<Int32> = []
        /// Keys that are gone: their place, and the name of their account where nobody took it over.
        var gone: [Int32: KeyHash?] = [:]
        /// Users whose row changed.
        var users: [String] = []
        /// Teams whose row changed.
        var teams: [String] = []
        /// Customers whose row or template changed.
        var customers: [String] = []
    }

    private(set) var users: [String: User] = [:]
    private(set) var teams: [String: TeamFacts] = [:]
    private(set) var customers: [String: Customer] = [:]
    private(set) var budgets: [String: BudgetTemplate] = [:]
    private(set) var models: [String: StoredModel] = [:]
    /// Rises with each change of a model.
    private(set) var modelChanges = 0
    /// By place; nil where the place is free.
    private(set) var facts: [KeyFacts?] = []
    private var places: [KeyHash: Int32] = [:]
    private var free: [Int32] = []
    private var byAlias: [String: KeyHash] = [:]
    /// Keys that took the place of others, by the name that their spend is booked under. All others have that of their hash.
    private var byAccount: [KeyHash: Int32] = [:]
    /// Keys that others took the place of, and the place of the key that each of them opens now.
    private var former: [KeyHash: Int32] = [:]
    private var byUser = KeyIndex()
    private var byTeam = KeyIndex()
    private var byBudget = KeyIndex()
    /// Those who have signed in by a token: their places are among those of keys, so that they follow their user and their team as keys
    /// do, and nothing that lists keys shows them.
    private(set) var people = SignedInPlaces()
    private var groups: [String: [String]] = [:]
    private var mostOfKeys = KeyCeiling()
    /// Users and teams that a token has named first and that are to get their rows: as those will be, so that nobody is bound by less
    /// meanwhile.
    private var comingUsers: [String: User] = [:]
    private var comingTeams: [String: TeamFacts] = [:]

    /// The place of a key; nil when there is no such key.
    func place(of hash: KeyHash) -> Int32? { places[hash] }

    /// The place of the key that one opens which another took the place of; nil where its time is over, or there is no such.
    func place(ofFormer hash: KeyHash, at now: WallTime) -> Int32? {
        guard let place = former[hash], let key = facts[Int(place)]?.key,
            key.former.contains(where: { $0.hash == hash && now < $0.until })
        else { return nil }
        return place
    }

    /// The row of a key.
    func key(_ hash: KeyHash) -> VirtualKey? { places[hash].flatMap { facts[Int($0)]?.key } }

    /// The key of this alias.
    func key(alias: String) -> VirtualKey? { byAlias[alias].flatMap { key($0) } }

    /// The key whose spend is booked under a name.
    func key(account: KeyHash) -> VirtualKey? {
        if let place = byAccount[account] { return facts[Int(place)]?.key }
        return key(account).flatMap { $0.account == account ? $0 : nil }
    }

    /// The keys of a user and of a team, in no order; nil does not matter.
    func keys(ofUser user: String?, team: String?) -> [VirtualKey] {
        guard user != nil || team != nil else { return keys }
        let places = user.map { byUser[$0] } ?? byTeam[team ?? ""]
        return places.compactMap { facts[Int($0)].flatMap(Self.row) }
    }

    /// All keys, in no order.
    var keys: [VirtualKey] { facts.compactMap { $0.flatMap(Self.row) } }

    private static func row(_ facts: KeyFacts) -> VirtualKey? { facts.person == nil ? facts.key : nil }

    /// A key's bounds: its own, and its template's where it has none, but no more than keys may have.
    func allowance(of key: VirtualKey) -> Allowance {
        guard let template = key.budgetID.flatMap({ budgets[$0] }) else { return key.allowance }
        return key.allowance.filled(from: mostOfKeys.bounding(template.allowance))
    }

    /// A customer's bounds: its own, and its template's where it has none.
    func allowance(of customer: Customer) -> Allowance {
        guard let template = customer.budgetID.flatMap({ budgets[$0] }) else { return customer.allowance }
        return customer.allowance.filled(from: template.allowance)
    }

    /// Takes another most that keys may have; the places of those whose bounds may be others now.
    mutating func configure(mostOfKeys: KeyCeiling) -> [Int32] {
        guard mostOfKeys != self.mostOfKeys else { return [] }
        self.mostOfKeys = mostOfKeys
        return facts.indices.filter { facts[$0]?.key.budgetID != nil }.map { Int32($0) }
    }

    /// Takes other access groups: every key's list is made anew.
    mutating func configure(groups: [String: [String]]) {
        guard groups != self.groups else { return }
        self.groups = groups
        teams = teams.mapValues { TeamFacts($0.team, groups: groups) }
        comingTeams = comingTeams.mapValues { TeamFacts($0.team, groups: groups) }
        for place in facts.indices { refresh(Int32(place)) }
    }

    /// Whether all of these can be made, one after the other; throws why not.
    func check(_ changes: [DirectoryChange]) throws(DirectoryFault) {
        // A single one is asked without a copy of the rows.
        if changes.count == 1 { return try check(changes[0]) }
        var copy = self
        for change in changes { _ = try copy.apply(change) }
    }

    private func check(_ change: DirectoryChange) throws(DirectoryFault) {
        func know(_ isKnown: Bool, _ name: String) throws(DirectoryFault) { if !isKnown { throw .unknown(name) } }
        switch change {
        case .putKey(let key): try check(key, inPlaceOf: key.hash)
        case .replaceKey(let old, let key):
            try know(places[old] != nil, old.hex)
            guard old == key.hash || places[key.hash] == nil else { throw .keyExists }
            try check(key, inPlaceOf: old)
        case .removeKey(let hash): try know(places[hash] != nil, hash.hex)
        case .removeUser(let id): try know(users[id] != nil, id)
        case .removeTeam(let id): try know(teams[id] != nil, id)
        case .removeCustomer(let id): try know(customers[id] != nil, id)
        case .removeBudget(let id): try know(budgets[id] != nil, id)
        case .removeModel(let id): try know(models[id] != nil, id)
        case .putUser, .putTeam, .putCustomer, .putBudget, .putModel: break
        }
    }

    /// Nobody else may have its alias, nor the account that its spend is booked on: a key that took its place has it.
    private func check(_ key: VirtualKey, inPlaceOf old: KeyHash) throws(DirectoryFault) {
        if let alias = key.alias, let owner = byAlias[alias], owner != key.hash, owner != old {
            throw .aliasTaken(alias)
        }
        if let owner = self.key(account: key.account)?.hash, owner != key.hash, owner != old { throw .keyExists }
    }

    /// Changes a row. The directory is as before where it throws.
    mutating func apply(_ change: DirectoryChange) throws(DirectoryFault) -> Touched {
        try check(change)
        var touched = Touched()
        switch change {
        case .putKey(let key): put(key, &touched)
        case .replaceKey(let old, let key):
            let livesOn = self.key(old)?.account == key.account
            if old != key.hash {
                // Whoever was let in by the former key goes on.
                let staysIn = livesOn && key.former.contains { $0.hash == old }
                if staysIn { move(old, to: key.hash) } else { remove(old, spendLivesOn: livesOn, &touched) }
            }
            put(key, &touched)
        case .removeKey(let hash): remove(hash, spendLivesOn: false, &touched)
        case .putUser(let user):
            users[user.id] = user
            comingUsers[user.id] = nil
            refreshUser(user.id, &touched)
        case .removeUser(let id):
            users[id] = nil
            refreshUser(id, &touched)
        case .putTeam(let team):
            let before = teams[team.id]?.team.alias
            teams[team.id] = TeamFacts(team, groups: groups)
            comingTeams[team.id] = nil
            if before != team.alias { unseat(foundBy: [before, team.alias], &touched) }
            refreshTeam(team.id, &touched)
        case .removeTeam(let id):
            let before = teams.removeValue(forKey: id)?.team.alias
            unseat(foundBy: [before], &touched)
            refreshTeam(id, &touched)
        case .putCustomer(let customer):
            customers[customer.id] = customer
            touched.customers.append(customer.id)
        case .removeCustomer(let id):
            customers[id] = nil
            touched.customers.append(id)
        case .putBudget(let budget):
            budgets[budget.id] = budget
            refreshBudget(budget.id, &touched)
        case .removeBudget(let id):
            budgets[id] = nil
            refreshBudget(id, &touched)
        case .putModel(let model):
            models[model.id] = model
            modelChanges += 1
        case .removeModel(let id):
            models[id] = nil
            modelChanges += 1
        }
        return touched
    }

    // MARK: Keys

    private mutating func put(_ key: VirtualKey, _ touched: inout Touched) {
        let place: Int32
        if let known = places[key.hash] {
            place = known
            if let row = facts[Int(known)]?.key { unlist(row, place) }
        } else {
            place = newPlace()
        }
        places[key.hash] = place
        if let alias = key.alias { byAlias[alias] = key.hash }
        if key.account != key.hash { byAccount[key.account] = place }
        for old in key.former { former[old.hash] = place }
        byUser.add(place, to: key.userID)
        byTeam.add(place, to: key.teamID)
        byBudget.add(place, to: key.budgetID)
        facts[Int(place)] = made(key)
        touched.keys.insert(place)
    }

    /// Another key has the place of this one.
    private mutating func move(_ old: KeyHash, to new: KeyHash) {
        guard let place = places.removeValue(forKey: old) else { return }
        places[new] = place
    }

    private mutating func newPlace() -> Int32 {
        if let reused = free.popLast() { return reused }
        facts.append(nil)
        return Int32(facts.count - 1)
    }

    private mutating func remove(_ hash: KeyHash, spendLivesOn: Bool, _ touched: inout Touched) {
        guard let place = places.removeValue(forKey: hash), let row = facts[Int(place)]?.key else { return }
        unlist(row, place)
        facts[Int(place)] = nil
        free.append(place)
        touched.gone[place] = .some(spendLivesOn ? nil : row.account)
    }

    private mutating func unlist(_ row: VirtualKey, _ place: Int32) {
        if let alias = row.alias { byAlias[alias] = nil }
        if row.account != row.hash { byAccount[row.account] = nil }
        for old in row.former where former[old.hash] == place { former[old.hash] = nil }
        byUser.remove(place, from: row.userID)
        byTeam.remove(place, from: row.teamID)
        byBudget.remove(place, from: row.budgetID)
    }

    private func made(_ key: VirtualKey, for person: SignedIn? = nil) -> KeyFacts {
        let (user, team) = (key.userID, key.teamID)
        let lacksOwner = user.map { users[$0] == nil } ?? false || team.map { teams[$0] == nil } ?? false
        // Those without a row stand for nobody but a person who signs in: a key of such a user has no rights.
        let isPerson = person != nil
        return KeyFacts(
            key: key, user: user.flatMap { users[$0] ?? (isPerson ? comingUsers[$0] : nil) },
            team: team.flatMap { teams[$0] ?? (isPerson ? comingTeams[$0] : nil) }, person: person,
            lacksOwner: lacksOwner, groups: groups)
    }

    private mutating func refresh(_ place: Int32) {
        if let old = facts[Int(place)] { facts[Int(place)] = made(old.key, for: old.person) }
    }

    // MARK: People

    /// A user or a team is to get this row.
    /// - Returns: false where that is known already, or as many are waited for as can be, and nothing changes.
    mutating func expect(_ change: DirectoryChange) -> Bool {
        switch change {
        case .putUser(let user):
            guard comingUsers[user.id] == nil, comingUsers.count < SignedInPlaces.most else { return false }
            comingUsers[user.id] = user
            for place in byUser[user.id] { refresh(place) }
        case .putTeam(let team):
            guard comingTeams[team.id] == nil, comingTeams.count < SignedInPlaces.most else { return false }
            comingTeams[team.id] = TeamFacts(team, groups: groups)
            for place in byTeam[team.id] { refresh(place) }
        default: return false
        }
        return true
    }

    /// It has its row, or gets none.
    mutating func forget(_ change: DirectoryChange) {
        switch change {
        case .putUser(let user): comingUsers[user.id] = nil
        case .putTeam(let team): comingTeams[team.id] = nil
        default: break
        }
    }

    /// Gives somebody a place who has none.
    mutating func seat(_ person: SignedIn, as key: VirtualKey) -> Int32 {
        let place = newPlace()
        people.add(person.hash, at: place)
        byUser.add(place, to: key.userID)
        byTeam.add(place, to: key.teamID)
        facts[Int(place)] = made(key, for: person)
        return place
    }

    /// Takes the place of whoever has had one the longest.
    /// - Returns: the place, and the name of its spend.
    mutating func unseatFirst() -> (place: Int32, account: KeyHash)? {
        guard let (hash, place) = people.removeFirst(), let row = facts[Int(place)]?.key else { return nil }
        byUser.remove(place, from: row.userID)
        byTeam.remove(place, from: row.teamID)
        facts[Int(place)] = nil
        free.append(place)
        return (place, hash)
    }

    /// Takes the places of those whose team was found by one of these names, which may mean another team now, or none: it is looked up
    /// again with their next request.
    private mutating func unseat(foundBy aliases: [String?], _ touched: inout Touched) {
        let aliases = Set(aliases.compactMap(\.self))
        guard !aliases.isEmpty, people.count > 0 else { return }
        var gone: Set<KeyHash> = []
        for place in people.all.map(Int.init) {
            guard let row = facts[place], let person = row.person, person.teamID == nil,
                let alias = person.teamAlias, aliases.contains(alias)
            else { continue }
            gone.insert(person.hash)
            byUser.remove(Int32(place), from: row.key.userID)
            byTeam.remove(Int32(place), from: row.key.teamID)
            facts[place] = nil
            free.append(Int32(place))
            touched.gone[Int32(place)] = .some(person.hash)
        }
        people.remove(gone)
    }

    /// The team of an id, else the one team of a name.
    func teamID(of person: SignedIn) -> String? {
        if let id = person.teamID { return id }
        guard let alias = person.teamAlias else { return nil }
        let named = teams.values.filter { $0.team.alias == alias }
        return named.count == 1 ? named[0].team.id : nil
    }

    // MARK: Ties

    private mutating func refreshUser(_ id: String, _ touched: inout Touched) {
        touched.users.append(id)
        refresh(byUser[id], &touched)
    }

    private mutating func refreshTeam(_ id: String, _ touched: inout Touched) {
        touched.teams.append(id)
        refresh(byTeam[id], &touched)
    }

    private mutating func refreshBudget(_ id: String, _ touched: inout Touched) {
        refresh(byBudget[id], &touched)
        touched.customers += customers.values.filter { $0.budgetID == id }.map(\.id).sorted()
    }

    private mutating func refresh(_ places: Set<Int32>, _ touched: inout Touched) {
        for place in places { refresh(place) }
        touched.keys.formUnion(places)
    }
}
