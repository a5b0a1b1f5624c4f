import Glibc
import Ledger
import LedgerStore
import SQLite
import Testing

/// A process that settles 2,000 requests a second is killed again and again, whatever it is doing, and goes on from the same file.
///
/// `DROVER_KILLS=100` kills it so often.
@Suite struct KillTests {
    static let kills = getenv("DROVER_KILLS").flatMap { Int(String(cString: $0)) } ?? 10

    @Test func `what was settled a second before a kill is there, and nothing is there twice`() async throws {
        var template = Array("/tmp/drover-kill-XXXXXX".utf8CString)
        let folder = String(cString: mkdtemp(&template))
        let book = folder + "/book"
        defer {
            for name in ["book", "book-claim", "book-wal", "book-shm"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        var before = Tally()
        var oldest: Int64 = 0
        for run in 0..<Self.kills {
            let process = try ProbeProcess(book: book, run: "\(run)", rate: 2_000)
            let killed = try process.kill(after: .random(in: 0...2_000_000_000))
            let rows = try rows(of: run, in: book)
            // Without a gap, so no number is there twice either: a name is unique.
            #expect(rows.count == rows.last ?? 0, "run \(run)")
            #expect(rows.enumerated().allSatisfy { $0.offset + 1 == $0.element }, "run \(run)")
            let promised = process.said.last { $0.nanoseconds <= killed - 1_000_000_000 }?.count ?? 0
            #expect(rows.count >= promised, "run \(run): settled a second before the kill and lost")
            let lost = process.said.first { $0.count > rows.count }
            oldest = max(oldest, lost.map { killed - $0.nanoseconds } ?? 0)

            let after = try await tally(in: book)
            // A request is settled, then recorded: between the two a batch may have been taken.
            let counted = after.requests - before.requests
            #expect(counted == Int64(rows.count) || counted == Int64(rows.count + 1), "run \(run)")
            let money = (0..<counted).reduce(Money.zero) { $0 + Money(picodollars: 1_000_003 * ($1 + 1) + 7) }
            #expect(after.money == before.money + money, "run \(run)")
            #expect(after.promptTokens - before.promptTokens == 60 * counted)
            before = after
            try await check(book)
        }
        print(
            "killed \(Self.kills) times; the oldest request that was lost had been settled \(oldest / 1_000_000) ms before"
        )
    }

    /// The numbers of a run's requests, in order.
    private func rows(of run: Int, in book: String) throws -> [Int] {
        try Connection(path: book, busyMilliseconds: 0).rows(
            """
            SELECT CAST(substr(request_id, instr(request_id, '-') + 1) AS INTEGER) FROM requests
            WHERE request_id >= ? AND request_id < ? ORDER BY 1
            """, [.text("\(run)-"), .text("\(run).")]
        ) { Int($0.integer(0)) }
    }

    /// What the one key has spent.
    private func tally(in book: String) async throws -> Tally {
        let image = try await SQLiteStore(SQLiteStore.Settings(path: book)).load()
        let key = AccountName.key(try #require(image.keys.first).account)
        return image.sums.filter { $0.account == key }.reduce(into: Tally()) { $0 += $1.tally }
    }

    /// The file is whole, and its sums by day are those of its requests.
    private func check(_ book: String) async throws {
        let connection = try Connection(path: book, busyMilliseconds: 0)
        #expect(try connection.rows("PRAGMA integrity_check") { $0.text(0) } == ["ok"])
        let sums = try await SQLiteStore(SQLiteStore.Settings(path: book)).sums(SumQuery(by: .all))
        #expect(try connection.integer("SELECT count(*) FROM requests") == sums.first?.requests ?? 0)
        #expect(try connection.integer("SELECT sum(money) FROM requests") ?? 0 == sums.first?.money.picodollars ?? 0)
    }
}
