import Glibc
import Ledger
import LedgerStore
import Locking
import PostgreSQL

/// A folder that is gone with the test.
final class Scratch: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/drover-ledger-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template))
    }

    deinit {
        for name in ["book", "book-claim", "book-wal", "book-shm", "book-journal"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    var book: String { "\(path)/book" }

    /// The server of scripts/with-postgresql; nil for a run on SQLite.
    static let server = getenv("DROVER_TEST_POSTGRESQL").map { String(cString: $0) }
    static var isSQLite: Bool { server == nil }

    /// The store of the suites that hold for every kind.
    func store() throws -> any LedgerStore {
        guard let address = try serverAddress() else { return try sqliteStore() }
        return try PostgreSQLStore(address)
    }

    /// The address of this test's own database; nil for a run on SQLite.
    func serverAddress() throws -> String? {
        guard let server = Self.server else { return nil }
        return "\(server)/\(try database(on: server))"
    }

    private let made = Locked<String?>(nil)

    /// A database of this test's own.
    private func database(on server: String) throws -> String {
        try made.withLock { made in
            if let made { return made }
            let name = "test_\(UInt64.random(in: .min ... .max))"
            try Session("\(server)/postgres").execute(script: "CREATE DATABASE \(name)")
            made = name
            return name
        }
    }

    func sqliteStore() throws -> SQLiteStore {
        var settings = SQLiteStore.Settings(path: book)
        settings.busyMilliseconds = 0
        return try SQLiteStore(settings)
    }

    func mode(of file: String) -> mode_t {
        var status = stat()
        return stat(file, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    func write(_ text: String) throws {
        let file = fopen(book, "w")
        fputs(text, file)
        fclose(file)
    }
}

/// Splitmix64.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension KeyHash {
    init(_ key: String) {
        var key = key
        self = key.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
    }
}

extension WallTime {
    static func at(day: Int64, second: Int64 = 0) -> WallTime {
        WallTime(microseconds: (day * 86_400 + second) * 1_000_000)
    }
}

extension LedgerEntry {
    /// A request of many that differ in everything, over ten days.
    static func any(_ number: Int, _ dice: inout Dice) -> LedgerEntry {
        func one(of names: String?...) -> String? { names.randomElement(using: &dice)! }
        let start = WallTime.at(
            day: 20_000 + .random(in: 0..<10, using: &dice), second: .random(in: 0..<86_400, using: &dice))
        var entry = LedgerEntry(
            requestID: "request-\(number)", start: start, end: WallTime(microseconds: start.microseconds + 1_500_000))
        entry.callID = "call-\(number / 2)"
        entry.callType = "aembedding"
        entry.firstToken = Bool.random(using: &dice) ? WallTime(microseconds: start.microseconds + 5) : nil
        entry.keyHash = one(of: "sk-1", "sk-2", nil).map { KeyHash($0) }
        entry.userID = one(of: "ann", "bob", nil)
        entry.teamID = one(of: "red", "blue'; DROP TABLE requests; --", nil)
        entry.customer = one(of: "c1", "c2", nil)
        entry.modelAsked = one(of: "smart", "fast")!
        entry.model = one(of: "llama3", "gpt-4o")!
        entry.deployment = "deployment-\(number % 3)"
        entry.instance = one(of: "gpu-1", "gpu-2", "")!
        entry.provider = one(of: "ollama", "openai")!
        entry.promptTokens = .random(in: 0..<1_000, using: &dice)
        entry.completionTokens = .random(in: 0..<1_000, using: &dice)
        entry.cachedTokens = .random(in: 0..<100, using: &dice)
        entry.cacheWriteTokens = .random(in: 0..<100, using: &dice)
        entry.money = Money(picodollars: .random(in: 0..<1_000_000_000_000, using: &dice))
        entry.failedMoney = Money(picodollars: .random(in: 0..<1_000_000, using: &dice))
        entry.comparedMoney = Bool.random(using: &dice) ? Money(picodollars: 7) : nil
        entry.status = [200, 200, 499, 502].randomElement(using: &dice)!
        entry.error = one(of: "upstream_failed", nil, nil)
        entry.attempts = .random(in: 0..<4, using: &dice)
        entry.fallbacks = .random(in: 0..<3, using: &dice)
        entry.isStream = .random(using: &dice)
        entry.tags = [[], ["a"], ["a", "User-Agent: ü\"\\"]].randomElement(using: &dice)!
        entry.serviceClass = one(of: "batch", nil)
        entry.address = one(of: "10.0.0.1", nil)
        return entry
    }

    static func many(_ count: Int, seed: UInt64 = 1) -> [LedgerEntry] {
        var dice = Dice(state: seed)
        return (0..<count).map { any($0, &dice) }
    }
}

extension LedgerBatch {
    init(_ number: UInt64, origin: UInt64 = .max, entries: [LedgerEntry] = [], sums: [AccountSum] = []) {
        self.init(id: BatchID(origin: origin, number: number), entries: entries, sums: sums)
    }
}

extension AccountSum {
    /// So many picodollars, and as many tokens, in the window of one day.
    static func of(_ account: AccountName, day: Int64, _ amount: Int64) -> AccountSum {
        AccountSum(
            account: account, window: BudgetWindow(start: .at(day: day), end: .at(day: day + 1)),
            tally: Tally(
                money: Money(picodollars: amount), promptTokens: amount, completionTokens: 2 * amount, requests: 1,
                overrun: Money(picodollars: amount / 2)))
    }
}
