import Balancer
import Ledger
import PostgreSQL
import TestSupport
import Testing

@testable import LedgerStore

/// Several gateways over one database.
@Suite(.timeLimit(.minutes(2)), .serialized, .enabled(if: !Scratch.isSQLite, "run by scripts/with-postgresql"))
struct SharedStoreTests {
    /// A gateway without its server.
    struct Gateway {
        let store: any LedgerStore
        let ledger: SpendLedger
        static let start = WallTime.at(day: 20_000)

        /// Waits on the store's own thread until it is let in.
        init(_ address: String, origin: UInt64) async throws {
            store = OnDemandStore(.postgresql(address), .atStart)
            ledger = SpendLedger(
                LedgerState(
                    try await store.load(patience: .seconds(30), time: .live), origin: origin, at: Self.start))
        }

        static func time(_ seconds: Double = 0) -> LedgerTime {
            LedgerTime(
                wall: WallTime(microseconds: start.microseconds + Int64(seconds * 1e6)), ticks: Int64(seconds * 1e9))
        }

        /// Tells and hears, as long as there is something to be told at once.
        func tell(_ seconds: Double = 0) async throws {
            var isAsked = true
            while isAsked {
                let report = ledger.report(at: Self.time(seconds))
                isAsked = ledger.hear(try #require(await store.tell(report)), of: report, at: Self.time(seconds))
            }
        }

        func write() async throws { if let batch = ledger.takeBatch() { try await store.write(batch) } }

        /// As a management route does.
        func change(_ change: DirectoryChange, _ seconds: Double = 0) async throws {
            let audit = AuditEntry(
                at: Self.time(seconds).wall, actor: "root", action: "updated", kind: change.kind, object: change.object)
            guard ledger.isShared else {
                try await store.apply([change], audit: [audit])
                return try ledger.apply(change, at: Self.time(seconds).wall)
            }
            while try await !store.publish([change], audit: [audit], heard: ledger.heard) { try await tell(seconds) }
            try await tell(seconds)
        }

        func ask(_ money: Int64, least: Int64 = 0, _ seconds: Double = 0) throws -> ReserveAnswer {
            let pass = try ledger.pass(for: SharedStoreTests.key.hash, at: Self.time(seconds).wall)
            return ledger.reserve(
                Claim(
                    pass: pass, model: "m", provider: "p", bound: Money(picodollars: money),
                    least: Money(picodollars: least)), at: Self.time(seconds))
        }

        /// Spends so much of what it is given for an amount; false: it was refused. One that is held tells the store, as the others
        /// do, and asks again.
        func spend(_ money: Int64, _ seconds: Double = 0, beside other: Gateway? = nil) async throws -> Bool {
            for _ in 0..<40 {
                switch try ask(money, seconds) {
                case .granted(let reservation):
                    let most = reservation.money
                    reservation.settle(
                        Charge(money: most, promptTokens: 1, completionTokens: 1), at: Self.time(seconds))
                    return true
                case .refused: return false
                case .held:
                    try await tell(seconds)
                    try await other?.tell(seconds)
                }
                try await write()
            }
            return false
        }

        func spent(_ account: AccountName = .key(SharedStoreTests.key.hash), _ seconds: Double = 0) -> Int64 {
            ledger.status(of: account, at: Self.time(seconds))?.spent.picodollars ?? 0
        }
    }

    static let key: VirtualKey = {
        var key = VirtualKey(hash: KeyHash("sk-1"), name: "sk-...", stamps: Stamps(at: .at(day: 1), by: "root"))
        key.allowance.maxBudget = Money(picodollars: 1_000)
        return key
    }()

    let name = "test_\(UInt64.random(in: .min ... .max))"
    var address: String { "\(Scratch.server ?? "")/\(name)" }

    init() throws { try Session("\(Scratch.server ?? "")/postgres").execute(script: "CREATE DATABASE \(name)") }

    /// Another gateway begins, and `first` lets it in.
    func join(_ first: Gateway, origin: UInt64) async throws -> Gateway {
        let address = address
        let begun = Task { try await Gateway(address, origin: origin) }
        while !first.ledger.isShared {
            try await first.tell()
            try await Task.sleep(for: .milliseconds(1))
        }
        try await first.tell()
        return try await begun.value
    }

    func pair() async throws -> (Gateway, Gateway) {
        let first = try await Gateway(address, origin: 1)
        #expect(!first.ledger.isShared)
        try await first.change(.putKey(Self.key))
        let second = try await join(first, origin: 2)
        #expect(first.ledger.isShared && second.ledger.isShared)
        return (first, second)
    }

    @Test func `a key that one gateway blocks is refused by the others, and all make the same changes in one order`()
        async throws
    {
        let (first, second) = try await pair()
        #expect(throws: Never.self) { try second.ledger.pass(for: Self.key.hash, at: Gateway.start) }
        var blocked = Self.key
        blocked.isBlocked = true
        try await first.change(.putKey(blocked))
        #expect(throws: LedgerRefusal.keyBlocked) { try first.ledger.pass(for: Self.key.hash, at: Gateway.start) }
        try await second.tell()
        #expect(throws: LedgerRefusal.keyBlocked) { try second.ledger.pass(for: Self.key.hash, at: Gateway.start) }
        try await second.change(.removeKey(Self.key.hash))
        try await first.tell()
        #expect(throws: LedgerRefusal.unknownKey(Self.key.hash)) {
            try first.ledger.pass(for: Self.key.hash, at: Gateway.start)
        }
    }

    @Test func `a change of rows that another gateway has changed since is not written, and is once that is heard`()
        async throws
    {
        let (first, second) = try await pair()
        try await first.tell()
        try await second.tell()
        var (mine, theirs) = (Self.key, Self.key)
        (mine.tags, theirs.alias) = (["a"], "b")
        let audit = AuditEntry(at: Gateway.start, actor: "root", action: "updated", kind: "key", object: "")
        #expect(try await first.store.publish([.putKey(theirs)], audit: [audit], heard: first.ledger.heard))
        #expect(try await !second.store.publish([.putKey(mine)], audit: [audit], heard: second.ledger.heard))
        // One that has not heard its own change yet knows no more.
        #expect(try await !first.store.publish([.putKey(mine)], audit: [audit], heard: first.ledger.heard))
        try await second.tell()
        #expect(second.ledger.rows.key(Self.key.hash)?.alias == "b")
        // What is written of spend, and what is told, is no change of rows.
        try await first.write()
        try await first.tell()
        #expect(try await second.store.publish([.putKey(mine)], audit: [audit], heard: second.ledger.heard))
        try await first.tell()
        #expect(first.ledger.rows.key(Self.key.hash) == mine && first.ledger.rows.keys().total == 1)
    }

    @Test func `a former key works on every gateway until its time is over, and after a restart`() async throws {
        let (first, second) = try await pair()
        var heir = Self.key
        heir.hash = KeyHash("sk-2")
        heir.former = [FormerKey(Self.key.hash, until: Gateway.time(60).wall)]
        try await first.change(.replaceKey(Self.key.hash, with: heir))
        try await second.tell()
        #expect(try await first.spend(400))
        #expect(try await second.spend(400, beside: first))
        for gateway in [first, second] {
            _ = try gateway.ledger.pass(for: Self.key.hash, at: Gateway.time(59).wall)
            #expect(throws: LedgerRefusal.unknownKey(Self.key.hash)) {
                try gateway.ledger.pass(for: Self.key.hash, at: Gateway.time(60).wall)
            }
        }
        let image = try await second.store.load()
        #expect(image.keys == [heir])
        let again = SpendLedger(LedgerState(image, origin: 9, at: Gateway.start))
        #expect(try again.pass(for: Self.key.hash, at: Gateway.start).facts.key == heir)
    }

    @Test func `two processes are not two budgets: what both spend is never above it, and all of it can be spent`()
        async throws
    {
        let (first, second) = try await pair()
        var dice = Dice(state: 5)
        var isOver = [false, false]
        while isOver != [true, true] {
            for (index, gateway) in [first, second].enumerated() where !isOver[index] {
                isOver[index] = try await !gateway.spend(.random(in: 1...90, using: &dice))
                try await gateway.tell(0.25)
            }
        }
        try await first.write()
        try await second.write()
        let spent = try await first.store.load().sums.filter { $0.account.kind == .key }.map(\.tally.money.picodollars)
        #expect(spent.count == 1 && spent[0] <= 1_000 && spent[0] >= 950, "\(spent)")
        // What one spends, the other one shows.
        try await first.tell()
        try await second.tell()
        #expect(first.spent() == spent[0] && second.spent() == spent[0])
    }

    @Test func `what is spent before another gateway begins counts there, written or not`() async throws {
        let first = try await Gateway(address, origin: 1)
        try await first.change(.putKey(Self.key))
        #expect(try await first.spend(600))
        guard case .granted(let open) = try first.ask(300) else {
            Issue.record("one gateway alone asks nobody")
            return
        }
        let second = try await join(first, origin: 2)
        guard case .held = try second.ask(200) else {
            Issue.record("the first one has promised 300 of the last 400")
            return
        }
        try await second.tell()
        guard case .held = try second.ask(200) else {
            Issue.record("100 are left")
            return
        }
        open.release()
        try await first.tell(0.25)
        try await first.write()
        try await second.tell(0.25)
        #expect(try await second.spend(200, 0.25))
        #expect(second.spent() == 800)
    }

    @Test func `what was promised to a gateway that is gone counts as spent`() async throws {
        let (first, second) = try await pair()
        guard case .held = try second.ask(700) else {
            Issue.record("nothing was given yet")
            return
        }
        try await second.tell()
        guard case .granted(let open) = try second.ask(700) else {
            Issue.record("it was given")
            return
        }
        try Session(address).execute(script: "UPDATE drover.gateways SET at = at - 20000000 WHERE id = 2")
        #expect(try await first.spend(500))
        // It had its 700, and a quarter of the rest in stock.
        #expect(first.spent() == 225)
        #expect(try await !first.spend(1))
        open.release()
        // It was not gone: what it had is its own, and what it gives back is there again.
        try await second.tell(0.25)
        try await second.tell(70)
        try await first.tell(70)
        #expect(try await first.spend(200, 70))
    }

    @Test func `a gateway that ends gives back what it has left`() async throws {
        let (first, second) = try await pair()
        #expect(try await second.spend(100))
        try await second.write()
        _ = try await second.store.tell(second.ledger.lastReport(at: Gateway.time()))
        #expect(try await first.spend(900))
        try await first.write()
        #expect(first.spent() == 1_000)
    }

    @Test func `a gateway that is alone again shares nothing, and another one can begin`() async throws {
        let first = try await Gateway(address, origin: 1)
        try await first.change(.putKey(Self.key))
        do {
            let second = try await join(first, origin: 2)
            #expect(try await second.spend(100, beside: first))
            try await second.write()
            _ = try await second.store.tell(second.ledger.lastReport(at: Gateway.time(70)))
            try await first.tell(70)
            #expect(first.ledger.isShared, "the other one's word was heard a moment ago")
            try Session(address).execute(script: "UPDATE drover.gateways SET at = at - 90000000 WHERE id = 2")
            try await first.tell(70)
            #expect(first.ledger.isShared, "the other one still has a place")
            _ = try await second.store.count(EntryFilter())
        }
        while first.ledger.isShared {
            try await first.tell(70)
            try await Task.sleep(for: .milliseconds(1))
        }
        guard case .granted(let all) = try first.ask(900, 70) else {
            Issue.record("one gateway alone asks nobody")
            return
        }
        all.release()
        let third = try await join(first, origin: 3)
        #expect(try await third.spend(300, 70, beside: first))
        #expect(third.spent(.key(Self.key.hash), 70) == 400)
    }

    @Test func `a restart of the server changes nothing of who has what`() async throws {
        let (first, second) = try await pair()
        #expect(try await first.spend(100))
        _ = try Session("\(Scratch.server ?? "")/postgres").rows(
            "SELECT pg_terminate_backend(pid)::TEXT FROM pg_stat_activity WHERE datname = $1", [.text(name)]
        ) { $0.text(0) }
        for gateway in [first, second] {
            let error = await #expect(throws: StoreError.self) {
                try await gateway.store.tell(gateway.ledger.report(at: Gateway.time()))
            }
            #expect(error?.reason == .noServer)
        }
        try await first.write()
        try await second.tell()
        #expect(try await second.spend(1_000, beside: first))
        #expect(second.spent() == 1_000)
        try await first.tell()
        #expect(try await !first.spend(1))
        // One that begins then is one more of them.
        let third = try await Gateway(address, origin: 3)
        #expect(third.ledger.isShared && third.spent() == 100)
    }

    @Test func `windows that gateways have begun apart become one`() async throws {
        let first = try await Gateway(address, origin: 1)
        var key = Self.key
        key.allowance.budgetDuration = BudgetPeriod("1h")
        try await first.change(.putKey(key))
        let second = try await join(first, origin: 2)
        try await first.write()
        #expect(try await first.spend(300))
        try await first.write()
        let (early, late) = (Gateway.start, Gateway.time(2).wall)
        let other = BudgetWindow(start: late, end: Gateway.time(3_602).wall)
        var batch = LedgerBatch(1, sums: [AccountSum(account: .key(key.hash), window: other, tally: Tally())])
        batch.id.origin = 9
        try await second.store.write(batch)
        // One that began with the later window, as it read it.
        let third = try await Gateway(address, origin: 3)
        #expect(third.ledger.status(of: .key(key.hash), at: Gateway.time(3))?.window.start == late)
        #expect(try await third.spend(200, 3))
        #expect(third.ledger.status(of: .key(key.hash), at: Gateway.time(3))?.window.start == early)
        try await third.write()
        let rows = try await first.store.load().sums.filter { $0.account == .key(key.hash) }
        #expect(rows.map(\.window.start) == [early] && rows.map(\.tally.money.picodollars) == [500])
    }

    @Test func `nothing is wanted of a window that is over`() async throws {
        let (first, second) = try await pair()
        #expect(try await second.spend(100))
        let session = try Session(address)
        func wanted() async throws -> [AccountName] {
            try #require(await first.store.tell(first.ledger.report(at: Gateway.time()))).wanted
        }
        try session.execute(script: "UPDATE drover.shares SET wanted = 1 WHERE gateway = 2")
        let before = try await wanted()
        #expect(before == [.key(Self.key.hash)])
        try session.execute(script: "UPDATE drover.shares SET window_end = 1 WHERE gateway = 2")
        let after = try await wanted()
        #expect(after.isEmpty)
    }

    @Test func `a word that comes behind a newer one is not heard`() async throws {
        let (first, _) = try await pair()
        let early = first.ledger.report(at: Gateway.time())
        try await first.tell()
        let error = await #expect(throws: StoreError.self) { try await first.store.tell(early) }
        #expect(error?.reason == .fault)
    }

    @Test func `what nobody asks for any more is forgotten`() async throws {
        let (first, second) = try await pair()
        #expect(try await second.spend(100))
        try await second.write()
        let session = try Session(address)
        func count(_ table: StaticString) throws -> Int64 {
            try session.rows("SELECT count(*) FROM drover.\(table)") { $0.integer(0) }[0]
        }
        let now = WallTime.at(day: 20_100)
        try session.execute(script: "UPDATE drover.gateways SET at = at - 90000000000 WHERE id = 2")
        _ = try await first.store.prune(before: nil, at: now)
        #expect(try count("changes") == 0)
        #expect(try session.rows("SELECT count(*) FROM drover.shares WHERE ceiling > written") { $0.integer(0) } == [0])
        #expect(try await first.spend(900))
    }

    @Test func `one that begins while another has just ended waits for its minute only where that let much through`()
        async throws
    {
        let (first, second) = try await pair()
        var limited = Self.key
        limited.allowance.requestsPerMinute = 60
        try await first.change(.putKey(limited))
        try await second.tell()
        for seconds in [0.25, 0.5, 0.75, 1] {
            try await first.tell(seconds)
            try await second.tell(seconds)
        }
        #expect(try await second.spend(1, 1, beside: first))
        try await second.write()
        _ = try await second.store.tell(second.ledger.lastReport(at: Gateway.time(1)))
        let third = try await join(first, origin: 3)
        for seconds in [1.25, 1.5, 1.75, 2] {
            try await first.tell(seconds)
            try await third.tell(seconds)
        }
        #expect(try await third.spend(1, 2, beside: first))
    }

    @Test func `a ledger that takes long to make sense of is read all the same`() throws {
        let database = try PostgreSQLDatabase(address)
        try database.run("SET idle_in_transaction_session_timeout = '20ms'", [])
        try database.snapshot { () throws(StoreError) in
            _ = try database.rows("SELECT count(*) FROM keys", []) { $0.integer(0) }
            // A million keys take half a minute.
            let end = TimeSource.live.now() + .milliseconds(100)
            while TimeSource.live.now() < end {}
            _ = try database.rows("SELECT count(*) FROM users", []) { $0.integer(0) }
        }
    }
}
