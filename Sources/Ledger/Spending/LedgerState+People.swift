/// Those who come before they have a row: by a token of an identity provider, or as a customer that nobody has made known.
extension LedgerState {
    /// Lets somebody in, or says why not. Allocates nothing for one who has been here.
    public mutating func pass(for person: SignedIn, at now: WallTime) throws(LedgerRefusal) -> KeyPass {
        if let place = directory.people[person.hash], let facts = directory.facts[Int(place)] {
            guard facts.lacksOwner else { return try pass(place, facts, at: now) }
            try meet(person, teamID: facts.key.teamID, at: now)
            return try pass(place, directory.facts[Int(place)] ?? facts, at: now)
        }
        let teamID = directory.teamID(of: person)
        if teamID == nil, let alias = person.teamAlias { throw isMissingStore ? .notRead : .strangeTeam(alias) }
        try meet(person, teamID: teamID, at: now)
        if directory.people.count >= SignedInPlaces.most, let (place, account) = directory.unseatFirst() {
            close(place, account: account)
        }
        let place = directory.seat(person, as: person.row(teamID: teamID, at: now))
        bindKey(place, at: now)
        guard let facts = directory.facts[Int(place)] else { throw .unknownKey(person.hash) }
        return try pass(place, facts, at: now)
    }

    private func pass(_ place: Int32, _ facts: KeyFacts, at now: WallTime) throws(LedgerRefusal) -> KeyPass {
        let line = keys[Int(place)]
        if line.isClosed(at: now) { throw refusal(of: facts, at: now) }
        return KeyPass(facts: facts, index: place, generation: line.generation)
    }

    /// Its user and its team have rows, or are to get them.
    private mutating func meet(_ person: SignedIn, teamID: String?, at now: WallTime) throws(LedgerRefusal) {
        if let team = teamID, directory.teams[team] == nil {
            if isMissingStore { throw .notRead }
            guard person.newTeam == .made else { throw .strangeTeam(team) }
            try expect(.putTeam(settings.rows.teams.team(team, at: now)), at: now)
        }
        if let id = person.userID, directory.users[id] == nil, person.newUser != .welcome {
            if isMissingStore { throw .notRead }
            guard person.newUser == .made else { throw .strangeUser(id) }
            var user = User(id: id, stamps: Stamps(at: now, by: "jwt"))
            (user.email, user.role) = (person.email, settings.rows.users.role ?? .internalUser)
            settings.rows.users.fill(&user)
            try expect(.putUser(user), at: now)
        }
    }

    /// Somebody is to get a row, and is bound by it from now on.
    private mutating func expect(_ change: DirectoryChange, at now: WallTime) throws(LedgerRefusal) {
        // One that has to wait for its turn would meanwhile be bound by nothing.
        guard newcomers.add(change) || settings.rows == RowRules() else { throw .notRead }
        guard directory.expect(change) else { return }
        switch change {
        case .putUser(let user): _ = table.bind(.user(user.id), user.allowance, at: now)
        case .putTeam(let team): _ = table.bind(.team(team.id), team.allowance, at: now)
        default: break
        }
    }

    /// No more customers get a row by asking.
    static let mostCustomers = 1_000_000

    /// A customer without a row is to get one under this template, and is bound by it from now on. Where there is no such template nothing
    /// binds it.
    mutating func meetCustomer(_ name: String, under budgetID: String, at now: WallTime) -> LedgerRefusal? {
        guard customers[name] == nil, let template = directory.budgets[budgetID] else { return nil }
        var customer = Customer(id: name, stamps: Stamps(at: now, by: "max_end_user_budget_id"))
        customer.budgetID = budgetID
        guard customers.count < Self.mostCustomers, newcomers.add(.putCustomer(customer)) else {
            return .strangeCustomer(name)
        }
        let account = table.bind(.customer(name), template.allowance, at: now)
        customers[name] = CustomerLine(account: account, isBlocked: false)
        return nil
    }

    /// A newcomer has its row, or gets none.
    public mutating func endNewcomer(_ change: DirectoryChange) {
        newcomers.end(change)
        directory.forget(change)
    }
}
