import CCurl
import CCurlShim

/// Where the time of one request went; each is counted from the request's start (libcurl's `CURLINFO_*_TIME_T`).
public struct CurlTimings: Sendable, Equatable {
    /// Until the name was resolved; zero on a connection that was there already.
    public var nameLookup: Duration
    /// Until TCP was connected; zero on a connection that was there already.
    public var connect: Duration
    /// Until TLS was agreed; zero without TLS or on a connection that was there already.
    public var tls: Duration
    /// Until the first byte of the answer.
    public var firstByte: Duration
    /// Until the last byte of the answer.
    public var total: Duration
    /// Whether the request went over a connection that was there already.
    public var reusedConnection: Bool

    /// Timings with everything said.
    public init(
        nameLookup: Duration, connect: Duration, tls: Duration, firstByte: Duration, total: Duration,
        reusedConnection: Bool
    ) {
        self.nameLookup = nameLookup
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
        self.reusedConnection = reusedConnection
    }

    /// The times that a finished handle knows.
    init(handle: UnsafeMutableRawPointer) {
        func microseconds(_ info: CURLINFO) -> Duration {
            var value: curl_off_t = 0
            cshim_getinfo_off(handle, info, &value)
            return .microseconds(Int64(value))
        }
        var connects = 0
        cshim_getinfo_long(handle, CURLINFO_NUM_CONNECTS, &connects)
        self.init(
            nameLookup: microseconds(CURLINFO_NAMELOOKUP_TIME_T), connect: microseconds(CURLINFO_CONNECT_TIME_T),
            tls: microseconds(CURLINFO_APPCONNECT_TIME_T), firstByte: microseconds(CURLINFO_STARTTRANSFER_TIME_T),
            total: microseconds(CURLINFO_TOTAL_TIME_T), reusedConnection: connects == 0)
    }
}
