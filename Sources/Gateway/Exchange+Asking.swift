import Balancer
import Dialects

/// The facts about a request for the balancer, and how long it may wait.
extension Exchange {
    /// Everything that does not change from attempt to attempt.
    mutating func prepareAsk(_ request: borrowing ClientRequest, _ route: RouteTable.Route) {
        ask = PickRequest(promptTokens: request.promptTokenEstimate, tried: InstanceSet())
        ask.call = head.callID.hashed
        ask.outputLimit = request.maxTokens
        ask.isStreamed = request.stream || settings.firstTokenDeadline != nil && request.work != .embedding
        ask.context = request.context
        ask.flow = head.caller.flow
        ask.serviceClass = head.serviceClass ?? route.serviceClass
        if route.needs.contains(.prefix) {
            ask.prefix = request.prefixHashes(blockBytes: Self.blockBytes, limit: Self.mostBlocks)
        }
    }

    /// A token is about four bytes.
    private static let blockBytes = PrefixChain.blockTokens * 4
    /// Prompts are compared by their first 1,024 blocks; beyond that they count as equal.
    private static let mostBlocks = 1024

    /// The limit that the caller itself set for an attempt.
    var callersLimit: Duration? { Self.limit(head.timeoutSeconds) ?? Self.limit(asked?.request.timeoutSeconds) }

    /// The limit that the caller itself set for a stream's silences.
    var callersStreamLimit: Duration? {
        Self.limit(head.streamTimeoutSeconds) ?? Self.limit(asked?.request.wishes.streamTimeoutSeconds)
    }

    /// How long the client will wait from now; nil: nobody said.
    func patience(at now: Moment) -> Duration? {
        let whole = totalDeadline.map { $0 - now }
        let rest = head.objective.map { $0 - (now - started) }
        return Self.shortest(whole, Self.shortest(callersLimit, rest))
    }
}

extension ModelListing {
    /// What the balancer knows of the model.
    init(_ tag: KnownTag) { self.init(lacksThinking: tag.thinks == false, spelling: tag.spelling ?? tag.name) }
}

extension LoadTerms {
    /// The words about the context that a lease lets the request say.
    init(_ context: SentContext) {
        switch context {
        case .asRequested: self = .asRequested
        case .omit: self = .held(context: nil)
        case .tokens(let tokens): self = .held(context: tokens)
        }
    }
}
