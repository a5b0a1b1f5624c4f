public import NIOCore

/// The reader of an upstream's answer. Every call comes on the pool's event loop, in this order:
/// `upstreamHead`, any number of `upstreamBody`, then exactly one of `upstreamEnd` and `upstreamFailed`
/// (which may also come first). After either of the last two, or after ``UpstreamChannel/abort()``, nothing comes.
public protocol UpstreamConsumer: AnyObject {
    /// The status line and headers are read.
    func upstreamHead(_ head: UpstreamHead)
    /// Some bytes of the body, framing removed; never empty.
    func upstreamBody(_ bytes: ByteBuffer)
    /// All bytes of one read were handed over: the time to flush.
    func upstreamReadComplete()
    /// The body is complete.
    func upstreamEnd()
    /// The call ended without a complete answer.
    func upstreamFailed(_ error: UpstreamError)
    /// False while the consumer cannot take more: the connection is not read until ``UpstreamChannel/resumeReading()``.
    var isReadyForMore: Bool { get }
}
