import Ledger
import LedgerStore
import Locking

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
        var prunedBefore: [WallTime?] = []
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
    func prune(before moment: WallTime?, at now: WallTime) async throws(StoreError) -> Int {
        let isFailure = state.withLock { state in
            state.prunedBefore.append(moment)
            if case .fails? = state.steps.first {
                state.steps.removeFirst()
                return true
            }
            return false
        }
        if isFailure { throw StoreError(.locked, "end that process") }
        return 3
    }
}
