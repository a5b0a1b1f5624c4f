import Gateway
import NIOCore
import Upstream

/// The call of an attempt that is late, while another one runs for the same request.
///
/// It hears whether its instance answers after all; what follows then is the lane's.
final class LateCall: UpstreamConsumer {
    let call: UpstreamChannel
    /// The attempt's bytes, and where they went.
    let wire: ByteBuffer
    let instance: Int
    private unowned let lane: HotLane
    /// The head of an answer, for whoever reads on.
    private(set) var head: UpstreamHead?
    /// What has come behind it: a line that says nothing and is not over, or the first that says something.
    private(set) var line = ByteBuffer()
    private static let longestLine = 65_536

    /// - Parameter hasHead: the head of a good answer has come, and nothing behind it.
    init(_ call: UpstreamChannel, _ wire: ByteBuffer, to instance: Int, hasHead: Bool, of lane: HotLane) {
        head = hasHead ? UpstreamHead(status: 200) : nil
        (self.call, self.wire, self.instance, self.lane) = (call, wire, instance, lane)
    }

    var isReadyForMore: Bool { true }

    func upstreamHead(_ head: UpstreamHead) {
        guard head.status == 200 else { return lane.lateAnswered(status: head.status) }
        guard head.contentEncoding == nil else {
            call.abort()
            return lane.lateFailed(.malformed)
        }
        self.head = head
    }

    // Behind the first bytes of an answer comes nothing here: the call is the lane's then, or has ended.

    func upstreamBody(_ bytes: ByteBuffer) {
        line.writeImmutableBuffer(bytes)
        guard line.readableBytes > Self.longestLine || !(line.mayBeIdle && line.isIdle) else {
            if bytes.endsLine { line.clear() }
            return
        }
        lane.lateAnswered(status: 200)
    }

    func upstreamReadComplete() {}

    func upstreamEnd() { if head != nil { lane.lateFailed(.lost) } }

    func upstreamFailed(_ error: UpstreamError) { lane.lateFailed(error) }
}

extension AttemptFailure {
    /// The failure of a call that gave no whole answer.
    init(_ error: UpstreamError) {
        switch error {
        case .refused(let reason), .insecure(let reason): self = .refused(reason)
        case .ours(let reason): self = .ours(reason)
        case .stale, .lost, .malformed: self = .lost(error.reason)
        }
    }
}
