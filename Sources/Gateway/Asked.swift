import Dialects

/// A request that has been read, and the limits that its client has set.
struct Asked {
    let request: ClientRequest
    let limits: AttemptLimits

    /// - Parameter wishes: the limits by headers, before those of the request.
    init(_ request: ClientRequest, _ wishes: CallWishes) {
        self.request = request
        limits = AttemptLimits(
            request: .limit(wishes.timeoutSeconds) ?? .limit(request.timeoutSeconds),
            betweenPieces: .limit(wishes.streamTimeoutSeconds) ?? .limit(request.wishes.streamTimeoutSeconds))
    }

    private init(_ request: ClientRequest, limits: AttemptLimits) {
        self.request = request
        self.limits = limits
    }

    /// Whether the client wants a stream.
    var streams: Bool { request.stream }
    /// Whether the upstream is asked for one.
    var streamsUpstream: Bool { request.streamsUpstream }

    /// Whether its first token is seen when it comes: while a call of a tool is written nothing comes, since Ollama gives it whole.
    var showsTokens: Bool { streamsUpstream && !request.mayCallTools }

    /// The same request, its answer streamed by the upstream and joined here, or not.
    func joiningStream(_ joins: Bool) -> Asked { Asked(request.joiningStream(joins), limits: limits) }
}
