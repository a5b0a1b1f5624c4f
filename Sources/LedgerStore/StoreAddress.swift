/// Where a ledger is kept, as `drover.store` says it.
public enum StoreAddress: Equatable, Sendable {
    /// One SQLite file.
    case sqlite(path: String)
    /// A PostgreSQL database: `postgres://user:password@host:port/database`.
    case postgresql(String)
}

extension StoreAddress {
    /// Opens the store, on the caller's thread; the store goes on in `thread`.
    func open(on thread: StoreThread) throws(StoreError) -> any LedgerStore {
        switch self {
        case .sqlite(let path): try SQLiteStore(.init(path: path), on: thread)
        case .postgresql(let address): try PostgreSQLStore(address, on: thread)
        }
    }

    /// Whether an error may be over in a moment: another gateway ends, a server starts.
    func mayPass(_ reason: StoreError.Reason) -> Bool {
        switch (reason, self) {
        case (.claimed, _), (.locked, _), (.unreachable, .postgresql): true
        default: false
        }
    }
}
