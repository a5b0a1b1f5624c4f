/// How a client's request ended, as a closed set that may be a metric label.
public enum RequestOutcome: UInt8, CaseIterable, Sendable {
    /// The whole answer reached the client.
    case succeeded
    /// An instance, or the gateway, failed the client.
    case failed
    /// The client left before the end.
    case cancelled
    /// The request itself was at fault (4xx): malformed, unauthorised, unknown model, over a limit.
    case rejected

    /// The word in metrics.
    public var label: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .rejected: "rejected"
        }
    }
}
