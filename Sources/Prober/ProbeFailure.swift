import Curl

/// Why a probe got no usable answer: a closed set, so that it can be a metric's label.
public enum ProbeFailure: String, CaseIterable, Sendable {
    /// Nothing listens there, or no way leads there.
    case refused
    /// No address for the host name.
    case unresolved
    /// No connection, or no whole answer in time.
    case timedOut = "timed_out"
    /// TLS failed.
    case tls
    /// The connection broke before the answer was whole.
    case connectionLost = "connection_lost"
    /// 401 or 403: it wants a key, or another one.
    case unauthorised
    /// Another status than 200.
    case status
    /// It says that it is still loading its model.
    case loading
    /// Not HTTP, or not the JSON that such an instance answers.
    case malformed
    /// The answer was too long.
    case tooLarge = "too_large"
    /// The configured address cannot be asked at all.
    case invalidAddress = "invalid_address"
    /// Anything else.
    case other

    /// Whether there was an answer of a sort, if none that is of use: its certificate, too many bytes, or another protocol.
    var showsLife: Bool { [.tls, .malformed, .tooLarge].contains(self) }

    /// The kind of failure that this error is; `nil` when the gateway itself gave up.
    init?(_ error: CurlError) {
        switch error {
        case .refused: self = .refused
        case .unresolved: self = .unresolved
        case .timedOut: self = .timedOut
        case .tls: self = .tls
        case .connectionLost: self = .connectionLost
        case .malformed: self = .malformed
        case .bodyTooLarge: self = .tooLarge
        case .invalidRequest: self = .invalidAddress
        case .other, .forbidden: self = .other
        case .cancelled, .stopped, .ours: return nil
        }
    }
}
