/// Why an upstream call ended without a whole answer.
public enum UpstreamError: Error, Sendable, Equatable {
    /// No connection: refused, unreachable, unknown host name, or no answer within the connect time-out.
    case refused(String)
    /// No connection for want of something on this side: an answer of the name servers, a descriptor, memory. It says
    /// nothing about the other side.
    case ours(String)
    /// The TLS handshake failed; the text says why (never a secret).
    case insecure(String)
    /// The connection ended before the answer did.
    case lost
    /// A kept-alive connection was closed by the other side before one byte of the answer: safe to send once more on a
    /// fresh connection.
    case stale
    /// The answer was not an HTTP/1 response that can be framed without doubt.
    case malformed

    /// One clause for error messages.
    public var reason: String {
        switch self {
        case .refused(let text), .ours(let text): text
        case .insecure(let text): text
        case .lost, .stale: "connection closed before the answer was complete"
        case .malformed: "the answer was not valid HTTP/1.1"
        }
    }
}
