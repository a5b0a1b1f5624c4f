/// A whole answer, whatever its status.
public struct CurlResponse: Sendable {
    /// The HTTP status.
    public var status: Int
    /// The body, at most `CurlRequest.maximumBodyBytes`.
    public var body: [UInt8]
    /// Where the time went.
    public var timings: CurlTimings
    /// Its `Retry-After`, in seconds or as a date; nil where it has none that can be read.
    public var retryAfter: Duration?

    /// An answer.
    public init(status: Int, body: [UInt8], timings: CurlTimings, retryAfter: Duration? = nil) {
        self.status = status
        self.body = body
        self.timings = timings
        self.retryAfter = retryAfter
    }
}
