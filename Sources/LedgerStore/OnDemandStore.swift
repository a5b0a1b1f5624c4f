public import Ledger

/// The store of a gateway: opened when there is something to keep, and written only once it was read.
///
/// Who never makes a key and has no budget gets no file. A store that is out is tried again with every batch.
public actor OnDemandStore: LedgerStore {
    /// When a store is opened. One that is not opened at the start was not there then.
    public enum Opening: Sendable {
        /// With the gateway.
        case atStart
        /// With the first thing that is spent.
        case withSpend
        /// With the first change of the directory.
        case withChange
    }

    private nonisolated let thread = StoreThread()
    /// The actor's own thread, since a store is opened on it; the store's own calls are made there too.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let address: StoreAddress?
    private let opening: Opening
    /// Whether there is something to keep.
    private var isWanted: Bool
    private var opened: (any LedgerStore)?
    private var beginning: Task<Result<any LedgerStore, StoreError>, Never>?
    /// Whether the ledger has begun with what the store had.
    private var hasBegun = false
    /// Sums that were handed out before the store was wanted: its first batch, before all that the ledger counts.
    private var first = LedgerBatch(id: BatchID(origin: 0, number: 0), entries: [], sums: [])

    /// - Parameters:
    ///   - address: where it is; nil: nothing is kept.
    ///   - opening: when it is opened.
    public init(_ address: StoreAddress?, _ opening: Opening = .withChange) {
        self.address = address
        self.opening = opening
        isWanted = opening != .withChange
    }

    /// Everything that a ledger begins with. Nothing is written before this has succeeded.
    public func load() async throws(StoreError) -> LedgerImage {
        if let opened { return try await opened.load() }
        guard opening == .atStart, let address else {
            hasBegun = true
            return LedgerImage()
        }
        let store = try address.open(on: thread)
        let image = try await store.load()
        (opened, hasBegun) = (store, true)
        return image
    }

    /// The store, opened where it is wanted; nil where nothing is kept.
    private func store() async throws(StoreError) -> (any LedgerStore)? {
        guard isWanted, let address else { return nil }
        guard hasBegun else { throw StoreError(.fault, "the store was not read, and is not written") }
        var store = opened
        if store == nil {
            let task = beginning ?? Task { await open(address) }
            beginning = task
            store = try await task.value.get()
        }
        if !first.sums.isEmpty {
            try await store?.write(first)
            first.sums = []
        }
        return store
    }

    private func open(_ address: StoreAddress) async -> Result<any LedgerStore, StoreError> {
        defer { beginning = nil }
        do throws(StoreError) {
            let store = try address.open(on: thread)
            // It was not there at the start: whoever made it since knows of keys that this ledger does not know.
            guard try await store.load() == LedgerImage() else {
                throw StoreError(
                    .claimed, "another gateway has begun a ledger in the store meanwhile: start this one again")
            }
            opened = store
            return .success(store)
        } catch { return .failure(error) }
    }

    /// Adds a batch's sums to the first batch, one of each window.
    private func keep(_ batch: LedgerBatch) {
        first.id.origin = batch.id.origin
        for sum in batch.sums {
            let known = first.sums.firstIndex { $0.account == sum.account && $0.window.start == sum.window.start }
            guard let known else {
                first.sums.append(sum)
                continue
            }
            first.sums[known].tally += sum.tally
            first.sums[known].window.end = sum.window.end
        }
    }

    /// Carries out changes of the directory; the first opens the store.
    public func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) async throws(StoreError) {
        isWanted = true
        try await store()?.apply(changes, audit: audit)
    }

    /// Carries out changes of the directory that the gateway takes from its news.
    public func publish(
        _ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64
    ) async throws(StoreError) -> Bool {
        isWanted = true
        return try await store()?.publish(changes, audit: audit, heard: heard) ?? true
    }

    /// Takes a gateway's word, and answers it. Opens nothing.
    public func tell(_ report: ShareReport) async throws(StoreError) -> ShareNews? { try await opened?.tell(report) }

    /// Writes a batch. Of one that comes before there is something to keep the sums are kept in memory, and are written
    /// first.
    public func write(_ batch: LedgerBatch) async throws(StoreError) {
        guard let store = try await store() else {
            if address != nil { keep(batch) }
            return
        }
        try await store.write(batch)
    }

    /// Finished requests, the latest first.
    public func entries(_ filter: EntryFilter, page: EntryPage) async throws(StoreError) -> [StoredEntry] {
        try await store()?.entries(filter, page: page) ?? []
    }

    /// What was said in a request.
    public func words(of requestID: String) async throws(StoreError) -> EntryWords? {
        try await store()?.words(of: requestID)
    }

    /// How many finished requests there are.
    public func count(_ filter: EntryFilter) async throws(StoreError) -> Int { try await store()?.count(filter) ?? 0 }

    /// How many finished requests ended alike.
    public func outcomes(_ filter: EntryFilter) async throws(StoreError) -> [OutcomeCount] {
        try await store()?.outcomes(filter) ?? []
    }

    /// What was spent, from the sums by day.
    public func sums(_ query: SumQuery) async throws(StoreError) -> [SpendSum] {
        try await store()?.sums(query) ?? []
    }

    /// Folds the sums of budget windows that are over, and forgets requests that began before `moment`. Opens nothing.
    public func prune(before moment: WallTime?, at now: WallTime) async throws(StoreError) -> Int {
        try await opened?.prune(before: moment, at: now) ?? 0
    }
}
