import Balancer
import Gateway
import NIOCore
import Upstream

/// The call of a trial that goes on by itself, until a part of an answer shows that its instance works.
final class TrialCall: UpstreamConsumer {
    private let call: UpstreamChannel
    private let trial: SilenceTrial
    private unowned let loop: LoopState

    init(_ call: UpstreamChannel, _ trial: SilenceTrial, on loop: LoopState) {
        (self.call, self.trial, self.loop) = (call, trial, loop)
        call.handOver(to: self)
    }

    var isReadyForMore: Bool { true }

    func upstreamHead(_ head: UpstreamHead) {
        trial.head(status: head.status, packed: head.contentEncoding, at: loop.time.now())
        leaveIfOver()
    }

    func upstreamBody(_ bytes: ByteBuffer) {
        hear { trial.take(bytes, at: $0) }
        leaveIfOver()
    }

    func upstreamReadComplete() {}

    func upstreamEnd() {
        hear { trial.ended(at: $0) }
        loop.forget(self)
    }

    /// A part of an answer says that its instance works.
    private func hear(_ take: (Moment) -> Void) {
        let (instance, now) = (trial.instance, loop.time.now())
        take(now)
        if trial.hasAnswered, let instance { loop.context.balancer.heard(instance, at: now) }
    }

    func upstreamFailed(_ error: UpstreamError) {
        trial.lost(AttemptFailure(error), at: loop.time.now())
        loop.forget(self)
    }

    private func leaveIfOver() {
        guard trial.isOver else { return }
        call.abort()
        loop.forget(self)
    }

    /// Its time may be up; true where it is over.
    func sweep(at now: Moment) -> Bool {
        trial.sweep(at: now)
        if trial.isOver { call.abort() }
        return trial.isOver
    }

    /// Nothing runs any more.
    func stop(at now: Moment) {
        trial.stop(at: now)
        call.abort()
    }
}
