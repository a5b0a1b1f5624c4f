import Dialects

/// A request that has been read, never changed.
///
/// Held by reference, since a request has half a kilobyte: in the exchange itself every step that looks at it would copy it.
final class Asked: Sendable {
    let request: ClientRequest
    /// The limits that the client itself set.
    let limits: AttemptLimits

    /// - Parameters:
    ///   - timeout: seconds by a header, before those of the request.
    ///   - streamTimeout: the same of the time between two pieces.
    init(_ request: consuming ClientRequest, timeout: Double?, streamTimeout: Double?) {
        limits = AttemptLimits(
            request: .limit(timeout) ?? .limit(request.timeoutSeconds),
            betweenPieces: .limit(streamTimeout) ?? .limit(request.wishes.streamTimeoutSeconds))
        self.request = request
    }

    private init(_ request: consuming ClientRequest, limits: AttemptLimits) {
        self.request = request
        self.limits = limits
    }

    /// Whether the client wants a stream.
    var streams: Bool { lend { $0.stream } }
    /// Whether the upstream is asked for one.
    var streamsUpstream: Bool { lend { $0.streamsUpstream } }

    /// Lends the request to what needs all of it. Given to a function as it is, it would be copied first.
    @inline(__always)
    func lend<Result, Fault: Error>(
        _ body: (borrowing ClientRequest) throws(Fault) -> Result
    ) throws(Fault) -> Result {
        try body(request)
    }

    /// The same request, its answer streamed by the upstream and joined here, or not.
    func joiningStream(_ joins: Bool) -> Asked {
        guard request.joinsStream != joins else { return self }
        var changed = request
        changed.joinsStream = joins
        return Asked(changed, limits: limits)
    }
}
