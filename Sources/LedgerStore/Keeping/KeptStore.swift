public import Ledger

/// Where a gateway keeps what is no ledger and shall outlive the process. Nothing here is on a request's way.
public protocol KeptStore: Sendable {
    /// Everything that is kept. Nothing is written before this has succeeded.
    func read(at now: WallTime) async throws(StoreError) -> KeptRows

    /// Carries out changes, all of them or none, and forgets what is over. After an error they are handed over again as they were.
    func write(_ changes: KeptChanges, at now: WallTime) async throws(StoreError)
}
