import Dialects

/// The time limits of one attempt on one deployment.
public struct AttemptLimits: Sendable, Equatable {
    /// To the last byte; for a stream, to the first token. Nil: none.
    public var request: Duration?
    /// Of a stream: to the first token, and between two pieces. Nil: none.
    public var betweenPieces: Duration?

    /// Both limits as given.
    public init(request: Duration?, betweenPieces: Duration?) {
        self.request = request
        self.betweenPieces = betweenPieces
    }
}

extension AttemptLimits {
    /// The limits that a client set: by a header, or else by a field of its request.
    init(_ head: CallHead, _ request: borrowing ClientRequest) {
        self.init(
            request: .limit(head.timeoutSeconds) ?? .limit(request.timeoutSeconds),
            betweenPieces: .limit(head.streamTimeoutSeconds) ?? .limit(request.wishes.streamTimeoutSeconds))
    }

    /// A limit, and whether the caller chose it: then it says nothing about the instance.
    struct Choice: Equatable {
        var limit: Duration?
        var isCallers: Bool
    }

    /// The limit to the end of an answer, of a stream to its first token: the caller's, else the deployment's own.
    ///
    /// A stream has two, and the shorter one ends it. Of the deployment's own, the one between two pieces counts only where
    /// it is shorter than the other: else it is the default, which a caller's limit may exceed.
    func untilAnswer(callers: AttemptLimits, isStream: Bool) -> Choice {
        var choice = Choice(limit: callers.request ?? request, isCallers: callers.request != nil)
        guard isStream else { return choice }
        let own = betweenPieces.flatMap { pieces in request.map { pieces < $0 } ?? true ? pieces : nil }
        if let first = callers.betweenPieces ?? own, choice.limit.map({ first < $0 }) ?? true {
            choice = Choice(limit: first, isCallers: callers.betweenPieces != nil)
        }
        return choice
    }

    /// The limit between two pieces of a stream.
    func betweenPieces(callers: AttemptLimits) -> Choice {
        Choice(limit: callers.betweenPieces ?? betweenPieces, isCallers: callers.betweenPieces != nil)
    }
}
