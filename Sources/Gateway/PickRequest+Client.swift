import Balancer
import Dialects

extension PickRequest {
    /// Becomes a client's request as the balancer sees it: everything that does not change from attempt to attempt. In its place, since
    /// a value of this size is not handed on for nothing.
    ///
    /// - Parameters:
    ///   - excluded: where it may not go.
    ///   - isStreamed: the upstream is asked for a stream.
    ///   - learns: what its times are good for.
    mutating func become(
        _ request: ClientRequest, _ head: CallHead, to route: RouteTable.Route, excluding excluded: DeploymentSet,
        isStreamed: Bool, learns: Learning
    ) {
        promptTokens = request.promptTokenEstimate
        self.excluded = excluded
        self.learns = learns
        call = head.callID.hashed
        outputLimit = request.maxTokens
        self.isStreamed = isStreamed
        context = request.context
        flow = head.caller.flow
        serviceClass = head.wishes.serviceClass ?? head.caller.serviceClass ?? route.serviceClass
        if route.needs.contains(.prefix) {
            prefix = request.prefixHashes(blockBytes: Self.blockBytes, limit: Self.mostBlocks)
        } else if !prefix.isEmpty {
            prefix = []
        }
    }

    /// A token is about four bytes.
    private static let blockBytes = PrefixChain.blockTokens * 4
    /// Prompts are compared by their first 1,024 blocks; beyond that they count as equal.
    private static let mostBlocks = 1024
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
