import Testing

@testable import Ledger

@Suite struct DirectoryTests {
    @Test func `an alias is one key's`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.alias = "a" })])
        #expect(throws: DirectoryFault.aliasTaken("a")) {
            try state.apply(.putKey(Samples.key("sk-2") { $0.alias = "a" }), at: Samples.wall())
        }
        #expect(state.rows.keys().total == 1)
        // It may keep its own, and lose it to another.
        try state.apply(.putKey(Samples.key { $0.alias = "a" }), at: Samples.wall())
        try state.apply(.putKey(Samples.key { $0.alias = "b" }), at: Samples.wall())
        try state.apply(.putKey(Samples.key("sk-2") { $0.alias = "a" }), at: Samples.wall())
        #expect(state.rows.key(alias: "a")?.hash == Samples.hash("sk-2"))
        try state.apply(.removeKey(Samples.hash("sk-2")), at: Samples.wall())
        #expect(state.rows.key(alias: "a") == nil)
    }

    @Test func `a key takes the place of another, alias and all`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.alias = "a" }), .putKey(Samples.key("sk-3"))])
        try state.apply(
            .replaceKey(Samples.hash("sk-1"), with: Samples.key("sk-2") { $0.alias = "a" }), at: Samples.wall())
        #expect(state.rows.key(alias: "a")?.hash == Samples.hash("sk-2") && state.rows.key(Samples.hash("sk-1")) == nil)
        #expect(throws: DirectoryFault.keyExists) {
            try state.apply(.replaceKey(Samples.hash("sk-2"), with: Samples.key("sk-3")), at: Samples.wall())
        }
        #expect(state.rows.key(Samples.hash("sk-2")) != nil)
        #expect(throws: DirectoryFault.unknown(Samples.hash("sk-9").hex)) {
            try state.apply(.replaceKey(Samples.hash("sk-9"), with: Samples.key("sk-8")), at: Samples.wall())
        }
    }

    @Test func `a key that took the place of another has its account for itself`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        state.pay(try state.get(0.75), 0.75)
        let heir = Samples.key("sk-2") {
            $0.account = Samples.hash("sk-1")
            $0.allowance = Samples.allowance(1)
        }
        try state.apply(.replaceKey(Samples.hash("sk-1"), with: heir), at: Samples.wall())
        let again = DirectoryChange.putKey(Samples.key { $0.allowance = Samples.allowance(100) })
        #expect(throws: DirectoryFault.keyExists) { try state.rows.check([again]) }
        #expect(throws: DirectoryFault.keyExists) { try state.apply(again, at: Samples.wall()) }
        #expect(try state.ask("sk-2", 0.5, least: 0.3).exceeded?.label == "sk-...sk-2")
        // Its own row may change, it may be replaced again, also by the first key, and it may end.
        try state.apply(.putKey(heir), at: Samples.wall())
        try state.apply(.replaceKey(heir.hash, with: Samples.key { $0.allowance = heir.allowance }), at: Samples.wall())
        #expect(try state.ask("sk-1", 0.5, least: 0.3).exceeded?.label == "sk-...sk-1")
        try state.apply(.removeKey(Samples.hash("sk-1")), at: Samples.wall())
        try state.apply(again, at: Samples.wall())
    }

    @Test func `what is not there cannot be removed`() throws {
        var state = try Samples.ledger()
        for change: DirectoryChange in [
            .removeUser("x"), .removeTeam("x"), .removeCustomer("x"), .removeBudget("x"),
            .removeModel("x"),
        ] {
            #expect(throws: DirectoryFault.unknown("x")) { try state.apply(change, at: Samples.wall()) }
        }
        #expect(throws: DirectoryFault.unknown(Samples.hash("x").hex)) {
            try state.apply(.removeKey(Samples.hash("x")), at: Samples.wall())
        }
    }

    @Test func `a key's list follows its team, its user and the access groups`() throws {
        var state = try Samples.ledger([
            .putKey(Samples.key { $0.teamID = "t" }), .putKey(Samples.key("sk-2") { $0.userID = "u" }),
        ])
        let allows = { (state: LedgerState, key: String, model: String) in
            try state.pass(for: Samples.hash(key), at: Samples.wall()).allows(model)
        }
        #expect(try allows(state, "sk-1", "gpt-4o"))
        try state.apply(.putTeam(Samples.team { $0.models = ["beta"] }), at: Samples.wall())
        try state.apply(.putUser(Samples.user { $0.models = ["llama3"] }), at: Samples.wall())
        #expect(try !allows(state, "sk-1", "gpt-4o") && !allows(state, "sk-2", "gpt-4o"))
        var settings = LedgerSettings()
        settings.accessGroups = ["beta": ["gpt-4o"]]
        state.configure(settings, at: Samples.wall())
        #expect(try allows(state, "sk-1", "gpt-4o"))
        try state.apply(.removeTeam("t"), at: Samples.wall())
        try state.apply(.removeUser("u"), at: Samples.wall())
        #expect(try allows(state, "sk-1", "x") && allows(state, "sk-2", "x"))
    }

    @Test func `a team changes in the time of its keys and its members, not of both multiplied`() throws {
        let count = 10_000
        var state = try Samples.ledger(
            (0..<count).map { number in
                .putKey(Samples.key("sk-\(number)") { ($0.teamID, $0.userID) = ("t", "user-\(number)") })
            })
        let team = Samples.team {
            $0.members = (0..<count).map {
                Team.Member(userID: "user-\($0)", role: $0 % 2 == 0 ? "admin" : "user", allowance: Samples.allowance(1))
            }
        }
        let time = ContinuousClock().measure { try? state.apply(.putTeam(team), at: Samples.wall()) }
        #expect(state.rows.teams(ofMember: "user-9").map(\.id) == ["t"])
        #expect(try state.ask("sk-9999", 2, least: 1).exceeded?.account == .member(team: "t", user: "user-9999"))
        // A hundred million comparisons of names take minutes here.
        #expect(time < .seconds(10))
    }

    @Test func `a team that is made anew goes on with its spend`() throws {
        var state = try Samples.ledger([
            .putTeam(Samples.team { $0.allowance = Samples.allowance(1) }), .putKey(Samples.key { $0.teamID = "t" }),
        ])
        state.pay(try state.get(0.75), 0.75)
        try state.apply(.removeTeam("t"), at: Samples.wall())
        state.pay(try state.get(5), 0)
        try state.apply(.putTeam(Samples.team { $0.allowance = Samples.allowance(1) }), at: Samples.wall())
        #expect(try state.ask(0.5, least: 0.5).exceeded?.account == .team("t"))
    }

    @Test func `lists have pages, the newest key first`() throws {
        var state = try Samples.ledger()
        for number in 0..<25 {
            try state.apply(
                .putKey(
                    Samples.key("sk-\(number)") {
                        $0.stamps = Stamps(at: Samples.wall(Double(number)), by: "admin")
                        ($0.teamID, $0.userID) = (number % 2 == 0 ? "t" : nil, number % 3 == 0 ? "u" : nil)
                    }), at: Samples.wall())
        }
        let page = state.rows.keys(page: 3, size: 10)
        #expect(page.rows.map(\.name) == ["sk-...sk-4", "sk-...sk-3", "sk-...sk-2", "sk-...sk-1", "sk-...sk-0"])
        #expect(page.total == 25 && page.pages == 3)
        #expect(state.rows.keys(page: 4, size: 10).rows.isEmpty)
        #expect(state.rows.keys(page: .max, size: .max).rows.isEmpty)
        #expect(state.rows.keys(KeyFilter(teamID: "t")).total == 13)
        #expect(state.rows.keys(KeyFilter(userID: "u", teamID: "t")).total == 5)
        #expect(state.rows.keys(KeyFilter(teamID: "t", hash: Samples.hash("sk-1"))).total == 0)
        #expect(state.rows.keys(KeyFilter(hash: Samples.hash("sk-1"))).pages == 1)
        #expect(Page<Int>(of: [], number: 1, size: 10).pages == 0)
    }

    @Test func `several changes are checked as they would come one after the other`() throws {
        var directory = Directory()
        let stamps = Stamps(at: WallTime(microseconds: 1), by: "test")
        _ = try directory.apply(.putUser(User(id: "a", stamps: stamps)))
        #expect(throws: Never.self) {
            try directory.check([.removeUser("a"), .putUser(User(id: "a", stamps: stamps))])
        }
        #expect(throws: DirectoryFault.unknown("a")) { try directory.check([.removeUser("a"), .removeUser("a")]) }
        #expect(throws: DirectoryFault.unknown("b")) { try directory.check([.removeUser("b")]) }
        #expect(throws: Never.self) { try directory.check([]) }
        #expect(directory.users["a"] != nil)
    }
}
