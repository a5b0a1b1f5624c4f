import Balancer
import Ledger
import Locking
import Logging
import TestSupport
import Testing

@testable import LedgerStore

/// A store that does as it is told, and keeps what it was given.
final class ScriptedStore: LedgerStore {
    enum Step: Sendable {
        case writes
        /// Nothing is written.
        case fails
        /// It is written, and the answer is an error all the same.
        case losesAnswer
    }

    struct State {
        var steps: [Step] = []
        var asked: [BatchID] = []
        var written: [LedgerBatch] = []
    }

    let state = Locked(State())

    init(_ steps: [Step] = []) { state.withLock { $0.steps = steps } }

    var written: [LedgerBatch] { state.withLock { $0.written } }
    var asked: [UInt64] { state.withLock { $0.asked.map(\.number) } }

    func write(_ batch: LedgerBatch) async throws(StoreError) {
        let isFailure = state.withLock { state in
            let step = state.steps.isEmpty ? .writes : state.steps.removeFirst()
            state.asked.append(batch.id)
            if case .fails = step { return true }
            if !state.written.contains(where: { $0.id == batch.id }) { state.written.append(batch) }
            if case .losesAnswer = step { return true }
            return false
        }
        if isFailure { throw StoreError(.full, "make room") }
    }

    func load() async throws(StoreError) -> LedgerImage { LedgerImage() }
    func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) async throws(StoreError) {}
    func entries(_ filter: EntryFilter, page: EntryPage) async throws(StoreError) -> [StoredEntry] { [] }
    func count(_ filter: EntryFilter) async throws(StoreError) -> Int { 0 }
    func sums(_ query: SumQuery) async throws(StoreError) -> [SpendSum] { [] }
    func audit(_ page: AuditPage) async throws(StoreError) -> [AuditEntry] { [] }
    func documents(_ kind: String) async throws(StoreError) -> [String: String] { [:] }
    func keep(_ document: String?, kind: String, id: String, audit: [AuditEntry]) async throws(StoreError) {}
    func prune(before moment: WallTime) async throws(StoreError) -> Int { 0 }
}

/// What was logged.
struct LogCatcher: LogHandler {
    final class Lines: Sendable {
        let all = Locked<[String]>([])
        var texts: [String] { all.withLock { $0 } }
    }

    let lines: Lines
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let data = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        lines.all.withLock { $0.append("\(event.level): \(event.message)\(data)") }
    }
}

@Suite struct LedgerWriterTests {
    let clock = ManualClock()
    let lines = LogCatcher.Lines()
    let ledger = SpendLedger(LedgerState(origin: 7, at: .at(day: 20_000)))

    func writer(_ store: ScriptedStore, ledger: SpendLedger? = nil) -> LedgerWriter {
        let ledger = ledger ?? self.ledger
        return LedgerWriter(
            source: { ledger.takeBatch() }, store: store, time: clock.source,
            logger: Logger(label: "test") { [lines] _ in LogCatcher(lines: lines) })
    }

    func settle(_ name: String, in ledger: SpendLedger? = nil) {
        (ledger ?? self.ledger).record(LedgerEntry(requestID: name, start: .at(day: 20_000), end: .at(day: 20_000)))
    }

    @Test func `writes what was settled, and nothing when nothing was`() async {
        let store = ScriptedStore()
        let writer = writer(store)
        await writer.tick()
        settle("a")
        settle("b")
        await writer.tick()
        await writer.tick()
        settle("c")
        await writer.tick()
        #expect(store.written.map { $0.entries.map(\.requestID) } == [["a", "b"], ["c"]])
        #expect(store.asked == [1, 2] && lines.texts.isEmpty)
    }

    @Test(arguments: [ScriptedStore.Step.fails, .losesAnswer])
    func `a batch that was not confirmed is handed over again as it was, before anything newer`(
        _ step: ScriptedStore.Step
    ) async {
        let store = ScriptedStore([step, step, .writes])
        let writer = writer(store)
        settle("a")
        await writer.tick()
        settle("b")
        await writer.tick()
        #expect(store.asked == [1, 1])
        #expect(await !writer.isWell)
        await writer.tick()
        #expect(store.asked == [1, 1, 1, 2])
        #expect(store.written.map { $0.entries.map(\.requestID) } == [["a"], ["b"]])
        #expect(await writer.isWell)
    }

    @Test func `says once that the store is out, and once that it is well`() async {
        let store = ScriptedStore([.fails, .fails, .fails, .writes, .fails, .writes])
        let writer = writer(store)
        settle("a")
        for _ in 0..<4 { await writer.tick() }
        #expect(
            lines.texts == [
                "warning: the store is out: spend is kept in memory, budgets hold, and it is written when the store is well"
                    + " error=make room", "notice: the store is well again failures=3",
            ])
        settle("b")
        for _ in 0..<2 { await writer.tick() }
        #expect(lines.texts.count == 4)
    }

    @Test func `while the store is out memory is bounded, and says how many rows it had no room for`() async {
        var settings = LedgerSettings()
        settings.bookCapacity = 10
        let small = SpendLedger(LedgerState(settings: settings, origin: 1, at: .at(day: 20_000)))
        let store = ScriptedStore(Array(repeating: .fails, count: 5))
        let writer = writer(store, ledger: small)
        for round in 0..<5 {
            for number in 0..<10 { settle("\(round)-\(number)", in: small) }
            await writer.tick()
        }
        await writer.tick()
        let rows = store.written.flatMap(\.entries).map(\.requestID)
        #expect(rows == (0..<2).flatMap { round in (0..<10).map { "\(round)-\($0)" } })
        #expect(store.written.map(\.dropped) == [0, 30])
        #expect(lines.texts.last?.contains("no room for all requests") == true)
        #expect(lines.texts.last?.hasSuffix("requests=30") == true)
    }

    @Test func `comes four times a second, waits longer after each failure, and not longer than five seconds`() async {
        let store = ScriptedStore(Array(repeating: .fails, count: 7))
        let writer = writer(store)
        settle("a")
        let task = Task { await writer.run() }
        var waits: [Int64] = []
        for _ in 0..<9 {
            let until = await clock.nextSleep()
            let wait = until - clock.now
            waits.append(wait.nanoseconds / 1_000_000)
            clock.advance(by: wait)
        }
        #expect(waits == [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 250])
        task.cancel()
        await task.value
    }

    @Test func `the end writes what is left`() async {
        let store = ScriptedStore([.fails, .fails])
        let writer = writer(store)
        let task = Task { await writer.run() }
        _ = await clock.nextSleep()
        settle("a")
        task.cancel()
        await task.value
        #expect(store.written.flatMap(\.entries).map(\.requestID) == ["a"])
    }

    @Test func `the end does not wait for a store that is out, and says what is lost`() async {
        let store = ScriptedStore(Array(repeating: .fails, count: 100))
        let writer = writer(store)
        settle("a")
        let task = Task { await writer.run() }
        task.cancel()
        await task.value
        #expect(store.asked == [1, 1, 1])
        #expect(
            lines.texts.last == "error: the store is out at the end: these requests and their spend are lost requests=1"
        )
    }
}
