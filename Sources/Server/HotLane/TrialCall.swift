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
        guard head.status != 200 else { return }
        trial.refused(status: head.status, at: loop.time.now())
        call.abort()
    }

    func upstreamBody(_ bytes: ByteBuffer) {
        guard !trial.isOver, !(bytes.mayBeIdle && bytes.isIdle) else { return }
        let now = loop.time.now()
        if let instance = trial.instance { loop.context.balancer.heard(instance, at: now) }
        trial.answered(at: now)
        call.abort()
    }

    func upstreamReadComplete() { if trial.isOver { loop.forget(self) } }

    func upstreamEnd() { upstreamFailed(.lost) }

    func upstreamFailed(_ error: UpstreamError) {
        trial.lost(AttemptFailure(error), at: loop.time.now())
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
