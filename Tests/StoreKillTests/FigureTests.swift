import Glibc
import Ledger
import LedgerStore
import Testing

/// What people ask of 30,000 requests; `make bench-ledger` asks the same of a million.
@Suite struct FigureTests {
    @Test func `a page of requests and sums by day come within 200 ms`() async throws {
        var template = Array("/tmp/drover-figures-XXXXXX".utf8CString)
        let folder = String(cString: mkdtemp(&template))
        defer {
            for name in ["book", "book-claim", "book-wal", "book-shm"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        let store = try SQLiteStore(SQLiteStore.Settings(path: folder + "/book"))
        let entries = (0..<30_000).map { number in
            let start = WallTime(microseconds: Int64(number) * 86_400_000)
            var entry = LedgerEntry(requestID: "\(number)", start: start, end: start)
            entry.userID = "user-\(number % 50)"
            entry.model = "model-\(number % 5)"
            entry.money = Money(picodollars: Int64(number))
            return entry
        }
        try await store.write(LedgerBatch(id: BatchID(origin: 1, number: 1), entries: entries, sums: []))
        var filter = EntryFilter()
        filter.userID = "user-7"
        let clock = ContinuousClock()
        var began = clock.now
        let page = try await store.entries(filter, page: EntryPage(limit: 50))
        let pageTook = clock.now - began
        began = clock.now
        let sums = try await store.sums(SumQuery(by: .user, isByDay: true))
        let sumsTook = clock.now - began
        #expect(page.count == 50 && sums.count == 1_500)
        #expect(pageTook < .milliseconds(200) && sumsTook < .milliseconds(200), "\(pageTook), \(sumsTook)")
    }
}
