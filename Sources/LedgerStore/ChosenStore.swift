public import Ledger

/// The first of several stores that is not another program's. Which one that is, is known once they were reached; until then
/// nothing is written to any.
public actor ChosenStore: LedgerStore {
    private var candidates: [any LedgerStore]
    private let passedBy: @Sendable (StoreError) -> Void
    private var chosen: (any LedgerStore)?

    /// - Parameters:
    ///   - candidates: the one that is preferred first; at least one.
    ///   - passedBy: told of one that is another program's, when a later one takes its place.
    public init(_ candidates: [any LedgerStore], passedBy: @escaping @Sendable (StoreError) -> Void = { _ in }) {
        precondition(!candidates.isEmpty, "a ledger without a store")
        self.candidates = candidates
        self.passedBy = passedBy
    }

    /// Everything that a ledger begins with, and the choice.
    public func load() async throws(StoreError) -> LedgerImage {
        while true {
            let store = candidates[0]
            do throws(StoreError) {
                let image = try await store.load()
                chosen = store
                return image
            } catch {
                guard error.reason == .foreign, candidates.count > 1 else { throw error }
                candidates.removeFirst()
                passedBy(error)
            }
        }
    }

    private func store() throws(StoreError) -> any LedgerStore {
        guard let chosen else { throw StoreError(.noServer, "the store was not read yet, and is not written") }
        return chosen
    }

    /// Carries out changes of the directory.
    public func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) async throws(StoreError) {
        try await store().apply(changes, audit: audit)
    }

    /// Carries out changes of the directory that the gateway takes from its news.
    public func publish(
        _ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64
    ) async throws(StoreError) -> Bool {
        try await store().publish(changes, audit: audit, heard: heard)
    }

    /// Takes a gateway's word, and answers it.
    public func tell(_ report: ShareReport) async throws(StoreError) -> ShareNews? {
        try await store().tell(report)
    }

    /// Writes a batch.
    public func write(_ batch: LedgerBatch) async throws(StoreError) { try await store().write(batch) }

    /// Finished requests, the latest first.
    public func entries(_ filter: EntryFilter, page: EntryPage) async throws(StoreError) -> [StoredEntry] {
        try await store().entries(filter, page: page)
    }

    /// What was said in a request.
    public func words(of requestID: String) async throws(StoreError) -> EntryWords? {
        try await store().words(of: requestID)
    }

    /// How many finished requests there are.
    public func count(_ filter: EntryFilter) async throws(StoreError) -> Int { try await store().count(filter) }

    /// How many finished requests ended alike.
    public func outcomes(_ filter: EntryFilter) async throws(StoreError) -> [OutcomeCount] {
        try await store().outcomes(filter)
    }

    /// What was spent, from the sums by day.
    public func sums(_ query: SumQuery) async throws(StoreError) -> [SpendSum] { try await store().sums(query) }

    /// Folds the sums of budget windows that are over, and forgets requests that began before `moment`.
    public func prune(before moment: WallTime?, at now: WallTime) async throws(StoreError) -> Int {
        try await store().prune(before: moment, at: now)
    }
}
