public import NIOCore

/// Turns one upstream answer into the client's bytes: a value, fed in pieces cut anywhere.
public struct AnswerTranslator: Sendable {
    /// What the bytes so far amount to.
    public enum Progress: Sendable, Equatable {
        /// The answer goes on.
        case more
        /// The client's answer is all in `out`; what follows is ignored.
        case complete
        /// The upstream failed; nothing of the fault is written.
        case failed(UpstreamFault)
    }

    /// Whether the upstream has written a token yet.
    public private(set) var sawFirstToken = false
    /// What it counted; zero until the end.
    public private(set) var usage = Usage()
    /// Where it says the time went; zero until the end.
    public private(set) var timings = UpstreamTimings()

    /// - Parameters:
    ///   - request: what the client asked.
    ///   - target: where it went.
    ///   - responseID: printed in hexadecimal in the answer's `id`.
    ///   - created: the answer's `created`, in seconds since 1970.
    public init(request: ClientRequest, target: UpstreamTarget, responseID: UInt64, created: Int) {}

    /// Takes the next bytes of a 200's body.
    ///
    /// Streams: appends whole SSE events as they complete. Otherwise nothing is written before `end`.
    public mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> Progress { .more }

    /// The upstream's body has ended.
    ///
    /// Not a stream: appends the whole JSON body.
    public mutating func end(into out: inout ByteBuffer) -> Progress { .more }

    /// Appends an error as a stream's last event.
    public static func writeStreamError(
        message: String, type: String, code: String, into out: inout ByteBuffer
    ) {
        out.writeStaticString("data: {\"error\":{\"message\":")
        out.writeQuoted(message)
        out.writeStaticString(",\"type\":")
        out.writeQuoted(type)
        out.writeStaticString(",\"param\":null,\"code\":")
        out.writeQuoted(code)
        out.writeStaticString("}}\n\n")
    }
}
