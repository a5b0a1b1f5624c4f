public import Ledger
public import LedgerStore

/// What a gateway keeps beyond its process beside the ledger.
public struct Keeping: Sendable {
    let responses: ResponseKeeping
    let store: (any KeptStore)?

    /// - Parameters:
    ///   - responses: the answers that clients can go on from.
    ///   - store: where it is kept; nil: nothing outlives the process.
    public init(responses: ResponseKeeping = .memory, store: (any KeptStore)? = nil) {
        (self.responses, self.store) = (responses, store)
    }
}
