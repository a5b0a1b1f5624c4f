import Testing

@testable import Ledger

@Suite struct LedgerStateImageTests {
    private func busy() throws -> LedgerState {
        var state = try Samples.ledger([
            .putUser(Samples.user { $0.allowance = Samples.allowance(7, "10d") }),
            .putTeam(
                Samples.team {
                    $0.allowance = Samples.allowance(6, "30d")
                    $0.members = [Team.Member(userID: "u", allowance: Samples.allowance(5))]
                }), .putCustomer(Samples.customer { $0.allowance = Samples.allowance(4, "1h") }),
            .putKey(
                Samples.key {
                    ($0.alias, $0.userID, $0.teamID) = ("one", "u", "t")
                    $0.allowance = Samples.allowance(3, "1d")
                    $0.allowance.softBudget = Samples.dollars(0.1)
                    $0.modelAllowances = ["gpt-*": ModelAllowance()]
                }), .putKey(Samples.key("sk-2")),
        ]) { $0.global = Samples.allowance(20) }
        state.pay(try state.get(1, customer: "c"), 0.5, tokens: (3, 4))
        state.pay(try state.get(1, customer: "c", at: 2 * Samples.day), 0.75, tokens: (5, 6), at: 2 * Samples.day)
        return state
    }

    @Test func `a ledger made of an image has the same image`() throws {
        let image = try busy().image()
        var settings = LedgerSettings()
        settings.global = Samples.allowance(20)
        let now = Samples.wall(2 * Samples.day + 5)
        let again = LedgerState(image, settings: settings, origin: 8, at: now)
        #expect(again.image() == image)
        for sum in image.sums {
            #expect(
                again.status(of: sum.account, at: Samples.time(2 * Samples.day + 5))
                    == (try busy()).status(of: sum.account, at: Samples.time(2 * Samples.day + 5)))
        }
    }

    @Test func `a ledger made of written batches is where the old one was`() throws {
        var state = try busy()
        var store = SumStore()
        while let batch = state.takeBatch() { store.write(batch) }
        var image = state.image()
        image.sums = store.sums
        var settings = LedgerSettings()
        settings.global = Samples.allowance(20)
        let again = LedgerState(image, settings: settings, origin: 8, at: Samples.wall(2 * Samples.day))
        #expect(again.image() == state.image())
    }

    @Test func `an alert that was given is not given again after a restart`() throws {
        var state = try busy()
        #expect(state.takeAlerts().count == 2)
        var again = LedgerState(state.image(), origin: 8, at: Samples.wall(2 * Samples.day))
        again.pay(try again.get(1, at: 2 * Samples.day), 0.5, at: 2 * Samples.day)
        #expect(again.takeAlerts().isEmpty)
    }

    @Test func `a window that ended while nobody ran begins anew`() throws {
        let again = LedgerState(try busy().image(), origin: 8, at: Samples.wall(13 * Samples.day))
        let at = Samples.time(13 * Samples.day)
        let user = try #require(again.status(of: .user("u"), at: at))
        #expect(user.spent == .zero && user.total.money == Samples.dollars(1.25))
        #expect(user.window.start == Samples.wall(10 * Samples.day))
        #expect(again.status(of: .member(team: "t", user: "u"), at: at)?.spent == Samples.dollars(1.25))
    }

    @Test func `a period that was changed while nobody ran holds`() throws {
        var state = try busy()
        var settings = LedgerSettings()
        settings.global = Samples.allowance(20, "1d")
        let again = LedgerState(state.image(), settings: settings, origin: 8, at: Samples.wall(2 * Samples.day + 5))
        #expect(again.status(of: .global, at: Samples.time(3 * Samples.day))?.spent == .zero)
        #expect(again.status(of: .global, at: Samples.time(2 * Samples.day + 6))?.spent == Samples.dollars(1.25))
        _ = state.takeBatch()
    }

    @Test func `sums of keys and users that are gone wait for them`() throws {
        var image = try busy().image()
        image.keys = []
        image.users = []
        var state = LedgerState(image, origin: 8, at: Samples.wall(2 * Samples.day))
        #expect(state.image().sums.contains { $0.account == .user("u") })
        #expect(state.image().sums.contains { $0.account.kind == .keyModel })
        try state.apply(
            .putUser(Samples.user { $0.allowance = Samples.allowance(2, "10d") }), at: Samples.wall(2 * Samples.day))
        #expect(state.spent(.user("u"), at: 2 * Samples.day) == Samples.dollars(1.25))
    }

    @Test func `a key that is deleted and made again stands now as it would after a restart`() throws {
        var state = try busy()
        let now = 2 * Samples.day
        let key = try #require(state.rows.key(alias: "one"))
        try state.apply(.removeKey(key.hash), at: Samples.wall(now))
        var store = SumStore()
        while let batch = state.takeBatch() { store.write(batch) }
        var image = state.image()
        image.sums = store.sums
        var again = LedgerState(image, origin: 8, at: Samples.wall(now))
        for name in [AccountName.key(key.account), .keyModel(key.account, model: "gpt-*")] {
            #expect(state.status(of: name, at: Samples.time(now)) == nil)
            try state.apply(.putKey(key), at: Samples.wall(now))
            try again.apply(.putKey(key), at: Samples.wall(now))
            #expect(state.status(of: name, at: Samples.time(now)) == again.status(of: name, at: Samples.time(now)))
            #expect(state.status(of: name, at: Samples.time(now))?.total.money == Samples.dollars(1.25))
            try state.apply(.removeKey(key.hash), at: Samples.wall(now))
            _ = state.takeBatch()
        }
    }

    @Test func `the account of a model that has no bounds any more is free for others, and goes on when it has`() throws
    {
        func bounded(_ model: String) -> DirectoryChange {
            .putKey(Samples.key { $0.modelAllowances = [model: ModelAllowance()] })
        }
        var state = try Samples.ledger([bounded("gpt-4o")])
        state.pay(try state.get(0.5), 0.5)
        _ = state.takeBatch()
        let count = state.table.accounts.count
        for number in 0..<10 {
            try state.apply(bounded("model-\(number)"), at: Samples.wall())
            _ = state.takeBatch()
        }
        #expect(state.table.accounts.count <= count + 1)
        try state.apply(bounded("gpt-4o"), at: Samples.wall())
        #expect(state.spent(.keyModel(Samples.hash("sk-1"), model: "gpt-4o")) == Samples.dollars(0.5))
    }

    @Test func `two keys of one account have one each after a restart`() throws {
        var image = LedgerImage()
        image.keys = [Samples.key(), Samples.key("sk-2") { $0.account = Samples.hash("sk-1") }]
        let state = LedgerState(image, origin: 8, at: Samples.wall())
        #expect(Set(state.rows.keys().rows.map(\.account)).count == 2)
        #expect(state.image() == LedgerState(image, origin: 8, at: Samples.wall()).image())
    }

    @Test func `two keys of one alias both work after a restart`() throws {
        var image = LedgerImage()
        image.keys = [Samples.key("sk-1") { $0.alias = "a" }, Samples.key("sk-2") { $0.alias = "a" }]
        let state = LedgerState(image, origin: 8, at: Samples.wall())
        #expect(state.rows.keys().total == 2)
        #expect(state.rows.key(alias: "a")?.hash == Samples.hash("sk-1"))
    }
}
