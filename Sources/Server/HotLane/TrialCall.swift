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
        let (instance, now) = (trial.instance, loop.time.now())
        trial.take(bytes, at: now)
        if trial.hasAnswered, let instance { loop.context.balancer.heard(instance, at: now) }
        leaveIfOver()
    }

    func upstreamReadComplete() {}

    func upstreamEnd() {
        trial.ended(at: loop.time.now())
        loop.forget(self)
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
