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
