public import LedgerStore

/// What a gateway keeps beyond its process beside the ledger.
public struct Keeping: Sendable {
    /// The answers of `/v1/responses`.
    public enum Responses: Sendable {
        /// They are there as long as the process.
        case memory
        /// They are in the store as well.
        case store
        /// None is kept.
        case off
    }

    let responses: Responses
    let store: (any KeptStore)?

    /// - Parameters:
    ///   - responses: the answers that clients can go on from.
    ///   - store: where it is kept; nil: nothing outlives the process.
    public init(responses: Responses = .memory, store: (any KeptStore)? = nil) {
        (self.responses, self.store) = (responses, store)
    }
}
