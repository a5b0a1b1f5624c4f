public import Ledger
public import LedgerStore

/// What a gateway keeps beyond its process beside the ledger.
public struct Keeping: Sendable {
    let responses: ResponseKeeping
    let store: (any KeptStore)?
    let shared: (any AnswerStore)?
    let sharesConfined: Bool

    /// - Parameters:
    ///   - responses: the answers that clients can go on from.
    ///   - store: where it is kept; nil: nothing outlives the process.
    ///   - shared: where several gateways keep those answers in the store's place; nil: each keeps its own.
    ///   - sharesConfined: whether that place may have what must stay inside.
    public init(
        responses: ResponseKeeping = .memory, store: (any KeptStore)? = nil, shared: (any AnswerStore)? = nil,
        sharesConfined: Bool = false
    ) {
        (self.responses, self.store, self.shared, self.sharesConfined) = (responses, store, shared, sharesConfined)
    }

    /// Where the answers are beside the memory.
    var place: KeptResponses.Place {
        guard responses == .store else { return .memory }
        if shared != nil { return .database(takesConfined: sharesConfined) }
        return store != nil ? .file : .memory
    }
}
