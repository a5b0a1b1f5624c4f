/// The head of an upstream answer: only what a gateway acts on.
public struct UpstreamHead: Sendable, Equatable {
    /// 200...599; interim answers (1xx) are skipped.
    public var status: Int
    /// Of `retry-after-ms` (OpenAI, Azure), else of a `Retry-After` given as a number; a part of a second counts whole.
    public var retryAfterSeconds: Int?
    /// Of a `Retry-After` given as a date, in seconds since 1970.
    var retryAt: Int?
    /// Of an answer with status 400 or above: its own `Date`, in seconds since 1970.
    var sentAt: Int?
    /// Of an answer with status 400 or above: by what name the other side knows this request, at most 128 visible ASCII
    /// characters; for the log.
    public var upstreamRequestID: String?
    /// How the body is packed although that was not asked for, in lower case; nil where it is not.
    public var contentEncoding: String?
    var hasExactRetryAfter = false
    /// The connection may carry another request after this answer.
    var keepAlive = true
    var contentLength: Int?
    var isChunked = false

    /// A head of which nothing but the status is known.
    public init(status: Int) { self.status = status }

    /// Seconds until the other side wants to be asked again; nil where it does not say. A date counts from the answer's own
    /// `Date`, since clocks differ, else from `unixSeconds`.
    public func retryAfter(unixSeconds: Int) -> Int? {
        retryAfterSeconds ?? retryAt.map { max(0, $0 - (sentAt ?? unixSeconds)) }
    }
}
