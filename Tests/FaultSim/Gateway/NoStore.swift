import Ledger
import LedgerStore

/// A store that keeps nothing: no route of the operators' is part of the simulation.
struct NoStore: LedgerStore {
    func load() async throws(StoreError) -> LedgerImage { LedgerImage() }
    func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) async throws(StoreError) {}
    func publish(
        _ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64
    ) async throws(StoreError) -> Bool { true }
    func tell(_ report: ShareReport) async throws(StoreError) -> ShareNews? { nil }
    func write(_ batch: LedgerBatch) async throws(StoreError) {}
    func entries(_ filter: EntryFilter, page: EntryPage) async throws(StoreError) -> [StoredEntry] { [] }
    func words(of requestID: String) async throws(StoreError) -> EntryWords? { nil }
    func count(_ filter: EntryFilter) async throws(StoreError) -> Int { 0 }
    func outcomes(_ filter: EntryFilter) async throws(StoreError) -> [OutcomeCount] { [] }
    func sums(_ query: SumQuery) async throws(StoreError) -> [SpendSum] { [] }
    func prune(before moment: WallTime?, at now: WallTime) async throws(StoreError) -> Int { 0 }
}
