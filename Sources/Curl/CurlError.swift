import CCurl

/// Why a request got no whole answer. The texts are libcurl's; they name hosts and addresses, never headers.
public enum CurlError: Error, Equatable, Sendable {
    /// The URL is not one, or neither `http` nor `https`; or a header holds a line break.
    case invalidRequest(String)
    /// No address for the host name.
    case unresolved(String)
    /// This process lacks a descriptor, memory or a port for it: nothing is said of the other side.
    case ours(String)
    /// The address is none of the internet's, and no other is to be asked.
    case forbidden
    /// Nothing listens there, or no way leads there.
    case refused(String)
    /// No connection or no whole answer within the time allowed; whether a connection was made for it by then. (One that was
    /// there before may lead nowhere by now.)
    case timedOut(String, isConnected: Bool)
    /// TLS failed: an unknown authority, a wrong name, a broken handshake.
    case tls(String)
    /// The connection ended or broke before the answer did.
    case connectionLost(String)
    /// The answer is not HTTP.
    case malformed(String)
    /// The body was longer than allowed.
    case bodyTooLarge(limit: Int)
    /// The caller cancelled it.
    case cancelled
    /// The `CurlMulti` was stopped first.
    case stopped
    /// Something else that libcurl reported.
    case other(code: Int, String)

    /// The error that a libcurl code means here.
    init(code: CURLcode, message: String, isConnected: Bool) {
        switch code {
        case CURLE_URL_MALFORMAT: self = .invalidRequest(message)
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: self = .ours(message)
        case CURLE_COULDNT_RESOLVE_HOST: self = .unresolved(message)
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: self = .refused(message)
        case CURLE_OPERATION_TIMEDOUT: self = .timedOut(message, isConnected: isConnected)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
            self = .tls(message)
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: self = .connectionLost(message)
        // The scheme was looked at before; this is what libcurl says of an answer without a status line.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2:
            self = .malformed(message)
        default: self = .other(code: Int(code.rawValue), message)
        }
    }
}

extension CurlError: CustomStringConvertible {
    /// For people to read.
    public var description: String {
        switch self {
        case .invalidRequest(let text), .unresolved(let text), .ours(let text), .refused(let text),
            .timedOut(let text, _), .tls(let text), .connectionLost(let text), .malformed(let text):
            text
        case .forbidden: "its address is none of the internet's"
        case .bodyTooLarge(let limit): "the answer is longer than \(limit) bytes"
        case .cancelled: "cancelled"
        case .stopped: "stopped"
        case .other(let code, let text): "\(text) (libcurl \(code))"
        }
    }
}
