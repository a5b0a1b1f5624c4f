import Testing

@testable import Ledger

@Suite struct SignedInTests {
    private let now = WallTime(microseconds: 1_795_367_506_000_000)

    private func state(_ changes: [DirectoryChange] = []) throws -> LedgerState {
        var state = LedgerState(origin: 1, at: now)
        for change in changes { try state.apply(change, at: now) }
        return state
    }

    private func user(_ id: String, _ role: UserRole = .internalUser) -> DirectoryChange {
        var user = User(id: id, stamps: Stamps(at: now, by: "t"))
        user.role = role
        return .putUser(user)
    }

    private func team(_ id: String, alias: String? = nil, _ change: (inout Team) -> Void = { _ in }) -> DirectoryChange
    {
        var team = Team(id: id, stamps: Stamps(at: now, by: "t"))
        team.alias = alias
        change(&team)
        return .putTeam(team)
    }

    @Test func `somebody has one place however often it comes, and follows its user and its team`() throws {
        var state = try state([user("ann"), team("science")])
        let person = SignedIn(userID: "ann", teamID: "science")
        let pass = try state.pass(for: person, at: now)
        #expect(try state.pass(for: person, at: now).index == pass.index)
        #expect(pass.facts.role == .internalUser && pass.allows("gpt-4o"))
        try state.apply(team("science") { $0.models = ["llama3"] }, at: now)
        try state.apply(user("ann", .viewer), at: now)
        let later = try state.pass(for: person, at: now)
        #expect(later.facts.role == .viewer && later.allows("llama3") && !later.allows("gpt-4o"))
        try state.apply(team("science") { $0.isBlocked = true }, at: now)
        #expect(throws: LedgerRefusal.teamBlocked("science")) { try state.pass(for: person, at: now) }
    }

    @Test func `it is no key: no list, no image and no look-up has it`() throws {
        var state = try state([user("ann"), team("science")])
        let person = SignedIn(userID: "ann", teamID: "science")
        _ = try state.pass(for: person, at: now)
        #expect(state.rows.keys().total == 0 && state.image().keys.isEmpty)
        #expect(state.rows.keys(KeyFilter(userID: "ann")).total == 0)
        #expect(state.rows.key(person.hash) == nil && state.rows.key(account: person.hash) == nil)
        #expect(throws: LedgerRefusal.unknownKey(person.hash)) { try state.pass(for: person.hash, at: now) }
    }

    @Test func `who or whose team has no row is refused, also when the row is gone later`() throws {
        var state = try state([user("ann"), team("science")])
        #expect(throws: LedgerRefusal.strangeUser("bo")) { try state.pass(for: SignedIn(userID: "bo"), at: now) }
        #expect(throws: LedgerRefusal.strangeTeam("x")) {
            try state.pass(for: SignedIn(userID: "ann", teamID: "x"), at: now)
        }
        let person = SignedIn(userID: "ann", teamID: "science")
        _ = try state.pass(for: person, at: now)
        try state.apply(.removeTeam("science"), at: now)
        #expect(throws: LedgerRefusal.strangeTeam("science")) { try state.pass(for: person, at: now) }
        try state.apply(team("science"), at: now)
        _ = try state.pass(for: person, at: now)
        try state.apply(.removeUser("ann"), at: now)
        #expect(throws: LedgerRefusal.strangeUser("ann")) { try state.pass(for: person, at: now) }
        state.isMissingStore = true
        #expect(throws: LedgerRefusal.notRead) { try state.pass(for: person, at: now) }
    }

    @Test func `newcomers are let in at once, and wait for their rows once each`() throws {
        var state = try state()
        let person = SignedIn(
            userID: "ann", email: "a@b", teamID: "science", newUser: .made, newTeam: .made)
        let pass = try state.pass(for: person, at: now)
        #expect(pass.facts.role == .internalUser)
        _ = try state.pass(for: person, at: now)
        let newcomers = state.newcomers.take()
        #expect(newcomers.map(\.object) == ["science", "ann"])
        _ = try state.pass(for: person, at: now)
        #expect(state.newcomers.take().isEmpty)
        for newcomer in newcomers {
            try state.apply(newcomer, at: now)
            state.endNewcomer(newcomer)
        }
        _ = try state.pass(for: person, at: now)
        #expect(state.newcomers.take().isEmpty && state.rows.user("ann")?.email == "a@b")
        // Whoever deletes it meets it again.
        try state.apply(.removeUser("ann"), at: now)
        _ = try state.pass(for: person, at: now)
        #expect(state.newcomers.take().map(\.object) == ["ann"])
    }

    @Test func `newcomers are bound as their rows will be, from their first request on`() throws {
        var settings = LedgerSettings()
        settings.rows.users.role = .internalViewer
        settings.rows.users.allowance = Samples.allowance(1)
        settings.rows.users.models = ["llama3"]
        settings.rows.teams.allowance = Samples.allowance(3)
        settings.rows.teams.models = ["gpt-4o"]
        var state = try state()
        state.configure(settings, at: now)
        let alone = try state.pass(for: SignedIn(userID: "ann", newUser: .made), at: now)
        #expect(alone.facts.role == .internalViewer && alone.allows("llama3") && !alone.allows("gpt-4o"))
        let claim = Claim(
            pass: alone, model: "llama3", provider: "p", bound: Samples.dollars(2), least: Samples.dollars(1.5))
        #expect(state.reserve(claim, at: Samples.time()).exceeded?.account == .user("ann"))
        let person = SignedIn(userID: "bob", teamID: "science", newUser: .made, newTeam: .made)
        let member = try state.pass(for: person, at: now)
        #expect(member.allows("gpt-4o") && !member.allows("llama3"))
        for newcomer in state.newcomers.take() {
            try state.apply(newcomer, at: now)
            state.endNewcomer(newcomer)
        }
        #expect(state.rows.user("ann")?.role == .internalViewer && state.rows.team("science")?.models == ["gpt-4o"])
        #expect(state.rows.user("bob")?.allowance.maxBudget == Samples.dollars(1))
        // Whoever is deleted and comes again is bound again.
        try state.apply(.removeUser("ann"), at: now)
        let again = try state.pass(for: SignedIn(userID: "ann", newUser: .made), at: now)
        #expect(again.facts.role == .internalViewer && !again.allows("gpt-4o"))
    }

    @Test func `a team is found by its name, where one alone has it`() throws {
        var state = try state([user("ann"), team("t1", alias: "Science")])
        let person = SignedIn(userID: "ann", teamAlias: "Science")
        #expect(try state.pass(for: person, at: now).facts.team?.id == "t1")
        #expect(throws: LedgerRefusal.strangeTeam("Sales")) {
            try state.pass(for: SignedIn(userID: "ann", teamAlias: "Sales"), at: now)
        }
        try state.apply(team("t2", alias: "Science"), at: now)
        #expect(throws: LedgerRefusal.strangeTeam("Science")) {
            try state.pass(
                for: SignedIn(userID: "ann", teamID: nil, teamAlias: "Science", allowedRoutes: ["/x"]), at: now)
        }
    }

    // Regression: who had signed in once stayed in the team that the name meant then.
    @Test func `a team that is found by its name is found anew when the name moves`() throws {
        var state = try state([user("ann"), team("t1", alias: "Science"), team("t2")])
        let person = SignedIn(userID: "ann", teamAlias: "Science")
        let other = SignedIn(userID: "ann", teamID: "t1")
        let before = try state.pass(for: person, at: now)
        let beside = try state.pass(for: other, at: now)
        #expect(before.facts.team?.id == "t1")
        try state.apply(team("t1", alias: "Physics"), at: now)
        #expect(throws: LedgerRefusal.strangeTeam("Science")) { try state.pass(for: person, at: now) }
        // What it had of its old place it has no more; who named the team by its id has kept its own.
        #expect(state.keys[Int(before.index)].generation != before.generation)
        #expect(try state.pass(for: other, at: now).index == beside.index)
        try state.apply(team("t2", alias: "Science"), at: now)
        #expect(try state.pass(for: person, at: now).facts.team?.id == "t2")
        // Two have it: nobody knows which is meant.
        try state.apply(team("t3", alias: "Science"), at: now)
        #expect(throws: LedgerRefusal.strangeTeam("Science")) { try state.pass(for: person, at: now) }
        try state.apply(.removeTeam("t2"), at: now)
        #expect(try state.pass(for: person, at: now).facts.team?.id == "t3")
        #expect(state.directory.people.count == 2)
    }

    @Test func `a token's role wins over the row's, and who needs no row gets none`() throws {
        var state = try state([user("ann", .internalViewer)])
        #expect(try state.pass(for: SignedIn(userID: "ann", role: .admin), at: now).facts.role == .admin)
        let admin = SignedIn(userID: "root", role: .admin, newUser: .welcome)
        #expect(try state.pass(for: admin, at: now).facts.role == .admin)
        #expect(state.newcomers.take().isEmpty)
    }

    @Test func `places are bounded, and one that was given away lets its old holder spend nothing`() throws {
        var state = try state([user("ann")])
        let first = try state.pass(for: SignedIn(userID: "ann"), at: now)
        for number in 0..<SignedInPlaces.most {
            _ = try state.pass(for: SignedIn(userID: "ann", allowedRoutes: ["/\(number)"]), at: now)
        }
        #expect(state.directory.people.count == SignedInPlaces.most)
        #expect(state.keys[Int(first.index)].generation != first.generation)
        // It comes again, to another place.
        let again = try state.pass(for: SignedIn(userID: "ann"), at: now)
        #expect(state.keys[Int(again.index)].generation == again.generation)
    }

    @Test func `different people have different names`() {
        let people = [
            SignedIn(userID: "a"), SignedIn(userID: nil, teamID: "a"), SignedIn(userID: nil, teamAlias: "a"),
            SignedIn(userID: "a", teamID: "a"), SignedIn(userID: "a", role: .admin),
            SignedIn(userID: "a", newUser: .made),
            SignedIn(userID: "a", allowedRoutes: ["b"]), SignedIn(userID: "a", allowedRoutes: ["b", "c"]),
            SignedIn(userID: "a", allowedRoutes: ["b1:c"]), SignedIn(userID: "a1:b"),
        ]
        #expect(Set(people.map(\.hash)).count == people.count)
    }
}
