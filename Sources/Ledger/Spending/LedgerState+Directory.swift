extension LedgerState {
    /// Changes a row; the accounts follow at once.
    public mutating func apply(_ change: DirectoryChange, at now: WallTime) throws(DirectoryFault) {
        let touched = try directory.apply(change)
        for (place, account) in touched.gone { close(place, account: account) }
        for id in touched.users { bindUser(id, at: now) }
        for id in touched.teams { bindTeam(id, at: now) }
        for place in touched.keys { bindKey(place, at: now) }
        for id in touched.customers { bindCustomer(id, at: now) }
    }

    /// Takes the bounds of the configuration.
    public mutating func configure(_ settings: LedgerSettings, at now: WallTime) {
        let dropped = Set(self.settings.providers.keys).subtracting(settings.providers.keys)
        self.settings = settings
        directory.configure(groups: settings.accessGroups)
        for place in directory.configure(mostOfKeys: settings.rows.mostOfKeys) { bindKey(place, at: now) }
        global = table.bind(.global, settings.global, at: now)
        for provider in dropped {
            _ = table.bind(.provider(provider), Allowance(), at: now)
            providers[provider] = nil
        }
        for (provider, allowance) in settings.providers.sorted(by: { $0.key < $1.key }) {
            providers[provider] = table.bind(.provider(provider), allowance, at: now)
        }
    }

    private mutating func bindUser(_ id: String, at now: WallTime) {
        let user = directory.users[id]
        let place = table.bind(.user(id), user?.allowance ?? Allowance(), at: now)
        table.bind(user?.modelAllowances ?? [:], of: place, at: now) { .userModel(id, model: $0) }
    }

    private mutating func bindTeam(_ id: String, at now: WallTime) {
        let team = directory.teams[id]?.team
        let place = table.bind(.team(id), team?.allowance ?? Allowance(), at: now)
        table.bind(team?.modelAllowances ?? [:], of: place, at: now) { .teamModel(id, model: $0) }
        for member in team?.members ?? [] {
            guard let bounds = team?.allowance(of: member) else { continue }
            _ = table.bind(.member(team: id, user: member.userID), bounds, at: now)
        }
    }

    mutating func bindKey(_ place: Int32, at now: WallTime) {
        while keys.count <= Int(place) { keys.append(KeyLine()) }
        guard let facts = directory.facts[Int(place)] else { return }
        let key = facts.key
        var line = KeyLine(generation: keys[Int(place)].generation)
        line.key = table.bind(.key(key.account), directory.allowance(of: key), at: now)
        table.bind(key.modelAllowances, of: line.key, at: now) { .keyModel(key.account, model: $0) }
        line.user = key.userID.map { known(.user($0), at: now) } ?? -1
        line.team = key.teamID.map { known(.team($0), at: now) } ?? -1
        if let user = key.userID, let team = facts.teamFacts, team.hasMember(user) {
            line.member = known(.member(team: team.team.id, user: user), at: now)
        }
        line.isBlocked = key.isBlocked || facts.teamFacts?.team.isBlocked == true
        line.expires = key.expires ?? .never
        keys[Int(place)] = line
    }

    /// The place of an account whose bounds come from another row. One that has no row yet is bound by nothing, and its
    /// spend is kept.
    private mutating func known(_ name: AccountName, at now: WallTime) -> Int32 {
        table.place(of: name) ?? table.bind(name, Allowance(), at: now)
    }

    private mutating func bindCustomer(_ id: String, at now: WallTime) {
        guard let customer = directory.customers[id] else {
            customers[id] = nil
            return
        }
        let place = table.bind(.customer(id), directory.allowance(of: customer), at: now)
        customers[id] = CustomerLine(account: place, isBlocked: customer.isBlocked)
    }

    /// Ends a key. Those who hold a pass of it are refused from now on.
    mutating func close(_ place: Int32, account: KeyHash?) {
        keys[Int(place)] = KeyLine(generation: keys[Int(place)].generation &+ 1)
        if let account { table.retireKey(account) }
    }
}
