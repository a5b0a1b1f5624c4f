public import Balancer
import Dialects
import NIOCore

/// Signs of life for a client whose stream stands still, since proxies on the way cut what is silent for a minute.
extension Exchange {
    /// Call this now and then: what the client should get because nothing else came.
    ///
    /// The first of them sends the head, and then no other status can be told. Attempts go on all the same: until the
    /// first token the client has nothing of an answer.
    public mutating func keepAlive(at now: Moment) -> Action {
        guard let interval = settings.pingInterval, isStream, let text = head.front.keepAlive else { return .none }
        let due = pingDue ?? started + interval
        if reply.hasMoved {
            reply.hasMoved = false
            pingDue = now + interval
            return .none
        }
        guard now >= due else { return .none }
        pingDue = now + interval
        return .write(reply.pass(text, behind: reply.headIsOut ? nil : earlyHead()))
    }

    /// Beside what is kept of an answer.
    private mutating func earlyHead() -> ByteBuffer {
        let kept = reply.bytes
        reply.bytes = ByteBuffer()
        writeEarlyHead()
        let early = reply.bytes
        reply.bytes = kept
        return early
    }
}
