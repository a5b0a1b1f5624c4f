import Ledger
import LedgerStore
import SQLite
import Testing

@Suite struct DirectoryTests {
    let scratch = Scratch()
    let stamps = Stamps(at: .at(day: 20_000, second: 5), by: "root")

    /// A key of which every field differs from its default.
    var key: VirtualKey {
        var key = VirtualKey(hash: KeyHash("sk-1"), name: "sk-...abcd", stamps: stamps)
        key.alias = "build's \"key\""
        key.userID = "ann"
        key.teamID = "red"
        key.budgetID = "small"
        key.allowance.maxBudget = Money(picodollars: .max)
        key.allowance.softBudget = Money(picodollars: 1)
        key.allowance.budgetDuration = BudgetPeriod("30d")
        key.allowance.temporaryIncrease = .init(amount: Money(picodollars: 5), until: .at(day: 20_001))
        key.allowance.requestsPerMinute = 1
        key.models = ["gpt-*"]
        key.aliases = ["a": "b"]
        key.modelAllowances = ["m": ModelAllowance()]
        key.allowedRoutes = ["/chat/completions"]
        key.tags = ["t"]
        key.metadata = #"{"a":{"b":"c"}}"#
        key.permissions = #"{"x":true}"#
        key.isBlocked = true
        key.expires = .at(day: 20_100)
        key.localOnly = true
        key.serviceClass = "batch"
        key.share = 2.5
        key.former = [FormerKey(KeyHash("sk-0"), until: .at(day: 20_002))]
        return key
    }

    @Test func `begins empty`() async throws {
        #expect(try await scratch.store().load() == LedgerImage())
    }

    @Test func `gives back every row as it was put, also from a file that is opened again`() async throws {
        var team = Team(id: "red", stamps: stamps)
        team.members = [.init(userID: "ann", role: "admin")]
        team.alias = "Red"
        var user = User(id: "ann", stamps: stamps)
        user.role = .viewer
        var customer = Customer(id: "c", stamps: stamps)
        customer.isBlocked = true
        let budget = BudgetTemplate(id: "small", stamps: stamps)
        do {
            try await scratch.store().apply(
                [.putTeam(team), .putUser(user), .putKey(key), .putCustomer(customer), .putBudget(budget)], audit: [])
        }
        let image = try await scratch.store().load()
        #expect(image.keys == [key] && image.teams == [team] && image.users == [user])
        #expect(image.customers == [customer] && image.budgets == [budget] && image.sums.isEmpty)
    }

    @Test func `a second put changes the row, and a removal takes it away`() async throws {
        let store = try scratch.store()
        var key = key
        var (user, team) = (User(id: "ann", stamps: stamps), Team(id: "red", stamps: stamps))
        var (customer, budget) = (Customer(id: "c", stamps: stamps), BudgetTemplate(id: "b", stamps: stamps))
        let put = { () -> [DirectoryChange] in
            [.putKey(key), .putUser(user), .putTeam(team), .putCustomer(customer), .putBudget(budget)]
        }
        try await store.apply(put(), audit: [])
        key.alias = "other"
        user.alias = "Ann"
        team.alias = "Red"
        customer.alias = "C"
        budget.allowance.requestsPerMinute = 3
        try await store.apply(put(), audit: [])
        let image = try await store.load()
        #expect(image.keys == [key] && image.users == [user] && image.teams == [team])
        #expect(image.customers == [customer] && image.budgets == [budget])
        try await store.apply(
            [.removeKey(key.hash), .removeUser("ann"), .removeTeam("red"), .removeCustomer("c"), .removeBudget("b")],
            audit: [])
        #expect(try await store.load() == LedgerImage())
    }

    @Test func `models are kept as they came, with who made them`() async throws {
        var model = StoredModel(
            id: "m-1", name: "llama3", parameters: #"{"model":"ollama/llama3","api_key":"sk-x"}"#,
            info: #"{"id":"m-1"}"#, stamps: stamps)
        do { try await scratch.store().apply([.putModel(model)], audit: []) }
        let store = try scratch.store()
        #expect(try await store.load().models == [model])
        model.name = "other"
        try await store.apply([.putModel(model)], audit: [])
        #expect(try await store.load().models == [model])
        try await store.apply([.removeModel("m-1")], audit: [])
        #expect(try await store.load() == LedgerImage())
    }

    @Test func `a key that is made anew takes the place of the old one`() async throws {
        let store = try scratch.store()
        var next = key
        next.hash = KeyHash("sk-2")
        try await store.apply([.putKey(key)], audit: [])
        try await store.apply([.replaceKey(key.hash, with: next)], audit: [])
        #expect(try await store.load().keys == [next])
    }

    @Test(.enabled(if: Scratch.isSQLite))
    func `what was changed and who did it stand in the file together, or neither does`() async throws {
        let store = try scratch.store()
        var entry = AuditEntry(
            at: .at(day: 20_000), actor: "root", action: "created", kind: "key", object: key.hash.hex)
        (entry.address, entry.after) = ("10.0.0.1", "{}")
        try await store.apply([.putKey(key)], audit: [entry])
        let other = try Connection(path: scratch.book, busyMilliseconds: 0)
        let noted = try other.rows("SELECT actor, action, kind, object, address, before, after FROM audit") { row in
            (0..<7).map { row.textIfAny($0) ?? "-" }
        }
        #expect(noted == [["root", "created", "key", key.hash.hex, "10.0.0.1", "-", "{}"]])
        try other.execute(script: "CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no'); END")
        await #expect(throws: StoreError.self) { try await store.apply([.removeKey(key.hash)], audit: [entry]) }
        #expect(try await store.load().keys == [key])
    }

    @Test(.enabled(if: Scratch.isSQLite)) func `a row of an older release has the defaults of what it lacks`()
        async throws
    {
        let store = try scratch.store()
        try await store.apply([.putKey(key)], audit: [])
        let other = try Connection(path: scratch.book, busyMilliseconds: 0)
        try other.run("UPDATE keys SET document = json_remove(document, '$.localOnly', '$.models', '$.metadata')")
        var expected = key
        expected.localOnly = false
        expected.models = []
        expected.metadata = "{}"
        #expect(try await store.load().keys == [expected])
    }

    @Test(.enabled(if: Scratch.isSQLite), arguments: ["keys", "teams"])
    func `a row that cannot be read is told, not passed over: its bounds would not hold`(_ table: String) async throws {
        let store = try scratch.store()
        try await store.apply([.putKey(key), .putTeam(Team(id: "red", stamps: stamps))], audit: [])
        let other = try Connection(path: scratch.book, busyMilliseconds: 0)
        try other.execute(script: "UPDATE \(table) SET document = substr(document, 2)")
        let error = await #expect(throws: StoreError.self) { try await store.load() }
        #expect(error?.reason == .damaged)
        #expect(error?.message.contains("table \(table)") == true)
    }

    @Test(.enabled(if: Scratch.isSQLite)) func `no key is in the file, only its hash`() async throws {
        let secret = "sk-this-is-the-very-secret-of-a-key"
        var key = key
        key.hash = KeyHash(secret)
        do { try await scratch.store().apply([.putKey(key)], audit: []) }
        let found = try Connection(path: scratch.book, access: .readOnly, busyMilliseconds: 0).rows(
            "SELECT hash, document FROM keys"
        ) { (hash: $0.blob(0), document: $0.text(1)) }
        #expect(found.count == 1 && found[0].hash.count == 32)
        #expect(!found[0].document.contains(secret) && found[0].document.contains(key.hash.hex))
    }
}
