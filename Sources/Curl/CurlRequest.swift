public import Glibc

/// One HTTP request for `CurlMulti` to carry out.
public struct CurlRequest: Sendable {
    /// The method.
    public enum Method: String, Sendable {
        /// Ask for a resource.
        case get = "GET"
        /// Ask for a resource's headers only.
        case head = "HEAD"
        /// Send something.
        case post = "POST"
        /// Remove something.
        case delete = "DELETE"
    }
    /// One header line.
    public struct Header: Sendable {
        /// As it is sent.
        public var name: String
        /// As it is sent; never logged, since it may be a key.
        public var value: String

        /// A header line.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The method.
    public var method: Method
    /// Absolute, `http` or `https`.
    public var url: String
    /// Sent as they are, after libcurl's own `Host` and `Accept`.
    public var headers: [Header]
    /// The bytes to send; `nil` for none.
    public var body: [UInt8]?
    /// How long name lookup, connection and TLS may take together.
    public var connectTimeout: Duration
    /// How long the whole may take, from start to the answer's last byte.
    public var totalTimeout: Duration
    /// An answer with a longer body fails with `CurlError.bodyTooLarge`.
    public var maximumBodyBytes: Int
    /// Is handed the body of an answer of a status from 200 to 299 piece by piece as it comes, in place of
    /// `CurlResponse.body` and without its limit: for streams. On the multi's thread, so that it must return soon; false
    /// ends the request with `CurlError.cancelled`.
    public var receive: (@Sendable (UnsafeRawBufferPointer) -> Bool)?

    /// Connects to this address, whatever the name of the URL's host says; TLS and the `Host` header go by the name.
    public var address: String?
    /// How many redirections it follows, of `http` and `https` alone; zero: none, and their answers are those of any status.
    public var maximumRedirects = 0
    /// Which addresses it may connect to, wherever a name or a redirection leads; fails with `CurlError.forbidden` where that is
    /// none of them. On the multi's thread. To be asked of a `CurlMulti` that is asked for nothing else, since a connection that is
    /// kept is used again unseen.
    public var mayReach: (@Sendable (UnsafePointer<sockaddr>) -> Bool)?

    /// A request with everything said.
    public init(
        method: Method, url: String, headers: [Header], body: [UInt8]?, connectTimeout: Duration,
        totalTimeout: Duration, maximumBodyBytes: Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// In lower case, whatever it is.
    var scheme: String { url.prefix { $0 != ":" }.lowercased() }

    /// Whether nothing is sent before TLS is agreed.
    var isSecure: Bool { scheme == "https" }

    /// Host and port as the URL has them, in a string of its own, which outlives the URL.
    var authority: String {
        let rest = url.drop { $0 != "/" }.drop { $0 == "/" }
        return String(rest.prefix { $0 != "/" })
    }

    /// The request with the time that a first try has left of it; nil where it has left none.
    func rest(after elapsed: Duration) -> CurlRequest? {
        guard elapsed < totalTimeout else { return nil }
        var rest = self
        rest.totalTimeout -= elapsed
        rest.connectTimeout = min(connectTimeout, rest.totalTimeout)
        return rest
    }
}
