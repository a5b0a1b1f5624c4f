import Balancer
import Ledger
import LedgerStore
import Locking
import Logging
import TestSupport
import Testing

@Suite struct LateBeginningTests {
    /// A store that cannot be reached, until it can.
    final class LateStore: LedgerStore {
        let faults: Locked<[StoreError]>
        let image: LedgerImage
        let writes = Locked(0)

        init(_ faults: [StoreError], image: LedgerImage = LedgerImage()) {
            self.faults = Locked(faults)
            self.image = image
        }

        func load() async throws(StoreError) -> LedgerImage {
            if let fault = faults.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw fault }
            return image
        }

        func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) async throws(StoreError) {
            writes.withLock { $0 += 1 }
        }
        func write(_ batch: LedgerBatch) async throws(StoreError) { writes.withLock { $0 += 1 } }
        func publish(
            _ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64
        ) async throws(StoreError) -> Bool {
            try await apply(changes, audit: audit)
            return true
        }
        func tell(_ report: ShareReport) async throws(StoreError) -> ShareNews? { nil }
        func entries(_ filter: EntryFilter, page: EntryPage) async throws(StoreError) -> [StoredEntry] { [] }
        func words(of requestID: String) async throws(StoreError) -> EntryWords? { nil }
        func count(_ filter: EntryFilter) async throws(StoreError) -> Int { 0 }
        func outcomes(_ filter: EntryFilter) async throws(StoreError) -> [OutcomeCount] { [] }
        func sums(_ query: SumQuery) async throws(StoreError) -> [SpendSum] { [] }
        func prune(before moment: WallTime?, at now: WallTime) async throws(StoreError) -> Int { 0 }
    }

    let clock = ManualClock()
    let lines = LogCatcher.Lines()
    static let away = StoreError(.noServer, "the server is not there")

    func ledger() -> SpendLedger {
        var state = LedgerState(origin: 7, at: WallTime(unixSeconds: clock.source.unixSeconds()))
        state.isMissingStore = true
        return SpendLedger(state)
    }

    func beginning(_ ledger: SpendLedger, _ store: any LedgerStore) -> LateBeginning {
        LateBeginning(
            ledger, from: store, time: clock.source,
            logger: Logger(label: "test") { [lines] _ in LogCatcher(lines: lines) })
    }

    @Test func `a store is tried again with longer and longer waits, and the ledger begins with what it has`() async {
        var image = LedgerImage()
        image.keys = [VirtualKey(hash: KeyHash("sk-1"), name: "sk-...1", stamps: Stamps(at: .at(day: 1), by: "root"))]
        let store = LateStore(Array(repeating: Self.away, count: 6), image: image)
        let ledger = ledger()
        let task = Task { await beginning(ledger, store).run() }
        var waits: [Int64] = []
        for _ in 0..<7 {
            let refusal = #expect(throws: LedgerRefusal.self) { try ledger.pass(for: KeyHash("sk-1"), at: .at(day: 2)) }
            #expect(refusal == .notRead)
            let wait = await clock.nextSleep() - clock.now
            waits.append(wait.nanoseconds / 1_000_000)
            clock.advance(by: wait)
        }
        await task.value
        #expect(waits == [500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000])
        #expect(throws: Never.self) { try ledger.pass(for: KeyHash("sk-1"), at: .at(day: 2)) }
        let stranger = #expect(throws: LedgerRefusal.self) { try ledger.pass(for: KeyHash("sk-2"), at: .at(day: 2)) }
        #expect(stranger == .unknownKey(KeyHash("sk-2")))
        #expect(
            lines.texts == [
                "notice: the store was read: keys are known, and what was spent meanwhile is written failures=7"
            ])
    }

    @Test func `one that is reached and cannot be read is told once, and tried on`() async {
        let claimed = StoreError(.claimed, "another gateway has it")
        let store = LateStore([Self.away, claimed, claimed])
        let ledger = ledger()
        let task = Task { await beginning(ledger, store).run() }
        for _ in 0..<3 { clock.advance(by: await clock.nextSleep() - clock.now) }
        _ = await clock.nextSleep()
        #expect(ledger.isMissingStore)
        #expect(lines.texts.count == 1 && lines.texts[0].hasSuffix("error=another gateway has it"))
        task.cancel()
        await task.value
    }

    @Test func `before a store was read nothing is written to it, and one of another program is passed by for good`()
        async throws
    {
        let foreign = LateStore([StoreError(.foreign, "of another program")])
        let own = LateStore([Self.away])
        let told = Locked(0)
        let store = ChosenStore([foreign, own]) { _ in told.withLock { $0 += 1 } }
        for _ in 0..<2 {
            await #expect(throws: StoreError.self) { try await store.write(LedgerBatch(1)) }
            await #expect(throws: StoreError.self) { try await store.apply([], audit: []) }
            _ = try? await store.load()
        }
        try await store.write(LedgerBatch(1))
        #expect(foreign.writes.withLock { $0 } == 0 && own.writes.withLock { $0 } == 1 && told.withLock { $0 } == 1)
        let lone = ChosenStore([LateStore([StoreError(.foreign, "of another program")])])
        let error = await #expect(throws: StoreError.self) { try await lone.load() }
        #expect(error?.reason == .foreign)
    }

    @Test(arguments: StoreError.Reason.allCases)
    func `a start waits for another process and for nothing else`(_ reason: StoreError.Reason) async {
        let store = LateStore([StoreError(reason, "")])
        let waits = reason == .claimed || reason == .locked
        let loading = Task { try await store.load(time: clock.source) }
        if waits {
            _ = await clock.nextSleep()
            clock.advance(by: .milliseconds(100))
        }
        #expect(((try? await loading.value) != nil) == waits)
    }
}
