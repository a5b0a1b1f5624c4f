import Config
import Ledger
import LedgerStore

/// The store of a gateway: a file that is opened when there is something to keep.
///
/// Who never makes a key gets no file; what was spent before the first one is kept nowhere. A file that cannot be opened is
/// tried again with every batch.
actor OnDemandStore: LedgerStore {
    private let path: String?
    /// Whether the file is wanted although nothing is kept yet.
    private var isWanted: Bool
    private var opened: SQLiteStore?

    /// - Parameter exists: whether a file is there.
    init(_ store: Configuration.Store, exists: (String) -> Bool) {
        switch store {
        case .automatic(let path): (self.path, isWanted) = (path, exists(path))
        case .sqlite(let path): (self.path, isWanted) = (path, true)
        case .off: (path, isWanted) = (nil, false)
        }
    }

    /// Whether anything is kept.
    var isOpen: Bool { opened != nil }

    private func file() throws(StoreError) -> SQLiteStore? {
        if let opened { return opened }
        guard isWanted, let path else { return nil }
        let store = try SQLiteStore(.init(path: path))
        opened = store
        return store
    }

    func load() async throws(StoreError) -> LedgerImage { try await file()?.load() ?? LedgerImage() }

    func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) async throws(StoreError) {
        isWanted = true
        try await file()?.apply(changes, audit: audit)
    }

    func write(_ batch: LedgerBatch) async throws(StoreError) { try await file()?.write(batch) }

    func entries(_ filter: EntryFilter, page: EntryPage) async throws(StoreError) -> [StoredEntry] {
        try await file()?.entries(filter, page: page) ?? []
    }

    func count(_ filter: EntryFilter) async throws(StoreError) -> Int { try await file()?.count(filter) ?? 0 }
    func sums(_ query: SumQuery) async throws(StoreError) -> [SpendSum] { try await file()?.sums(query) ?? [] }
    func audit(_ page: AuditPage) async throws(StoreError) -> [AuditEntry] { try await file()?.audit(page) ?? [] }
    func documents(_ kind: String) async throws(StoreError) -> [String: String] {
        try await file()?.documents(kind) ?? [:]
    }

    func keep(_ document: String?, kind: String, id: String, audit: [AuditEntry]) async throws(StoreError) {
        isWanted = true
        try await file()?.keep(document, kind: kind, id: id, audit: audit)
    }

    func prune(before moment: WallTime) async throws(StoreError) -> Int { try await file()?.prune(before: moment) ?? 0 }
}
