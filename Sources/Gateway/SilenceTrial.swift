public import Balancer
import Dialects
public import NIOCore

/// An attempt on an instance that gave no answer in its time, to find out whether there is one now. Its client is served elsewhere, and it
/// goes on by itself until there is a part of an answer, or its time is up.
///
/// Held by reference, since its call has it beside its lease. One at a time goes to a deployment.
public final class SilenceTrial {
    private let sentAt: Moment
    private let ends: Moment
    private let showsTokens: Bool
    private var attempt: Attempt?
    /// Bytes of its answer.
    private var size = 0
    /// A part of a good answer came.
    public private(set) var hasAnswered = false

    /// So much of what has no token in it is an answer all the same.
    private static let enough = 1 << 20

    /// - Parameter showsTokens: its first token is seen when it comes.
    init(_ attempt: consuming Attempt, showsTokens: Bool) {
        sentAt = attempt.sentAt
        ends = attempt.trialEnds(isStreamed: showsTokens)
        self.showsTokens = showsTokens
        self.attempt = consume attempt
    }

    /// Its instance, which works if it gives an answer.
    public var instance: InstanceID? { attempt?.instance }

    /// It is over, and its lease settled.
    public var isOver: Bool { attempt?.instance == nil }

    /// The head of an answer came.
    ///
    /// - Parameter coding: how its body is packed, where that cannot be read here.
    public func head(status: Int, packed coding: String?, at now: Moment) {
        guard status == 200 else { return refused(status: status, at: now) }
        guard coding != nil else { return }
        lost(AttemptFailure(.told(.malformed), status: 200, message: "sent an answer that cannot be read"), at: now)
    }

    /// Bytes of an answer came. They are read as its client's would have been: what is none of an answer proves nothing.
    public func take(_ bytes: ByteBuffer, at now: Moment) {
        if size == 0, let page = UpstreamFault.page(in: bytes) { return failed(page, at: now) }
        size += bytes.readableBytes
        var unread = ByteBuffer()
        switch attempt?.translator?.feed(bytes, into: &unread) {
        case .failed(let fault): failed(fault, at: now)
        case .complete: answered(showsTokens ? .firstToken : .whole, at: now)
        case .more where attempt?.translator?.sawFirstTokenInPlace() == true:
            answered(showsTokens ? .firstToken : .part, at: now)
        case .more where size > Self.enough: answered(.part, at: now)
        case .more, nil: break
        }
    }

    /// The answer's body is complete.
    public func ended(at now: Moment) {
        var unread = ByteBuffer()
        switch attempt?.translator?.end(into: &unread) {
        case .failed(let fault): failed(fault, at: now)
        case .complete, .more: answered(.whole, at: now)
        case nil: break
        }
    }

    private func answered(_ beginning: Beginning, at now: Moment) {
        hasAnswered = true
        end(.answered(now - sentAt, beginning), at: now)
    }

    private func failed(_ fault: UpstreamFault, at now: Moment) {
        lost(AttemptFailure(fault, retryAfter: nil, requestID: nil), at: now)
    }

    /// Its status is none of a good answer.
    public func refused(status: Int, at now: Moment) { end(.of(refusal: status), at: now) }

    /// Its call ended without an answer.
    public func lost(_ failure: AttemptFailure, at now: Moment) {
        end(failure.breaker.map { .failed($0) } ?? .ignored, at: now)
    }

    /// Its time may be up. An answer that is whole but for the end of its framing is one.
    public func sweep(at now: Moment) {
        guard now >= ends, let outcome = attempt?.outcomeOfLate(at: now) else { return }
        if size > 0, !showsTokens, attempt?.translator?.isWhole() == true { return answered(.part, at: now) }
        end(outcome, at: now)
    }

    /// The gateway ends, or has no use for it any more.
    public func stop(at now: Moment) { end(.ignored, at: now) }

    private func end(_ outcome: Outcome, at now: Moment) { _ = attempt.take()?.end(outcome, at: now) }
}

extension Outcome {
    /// What a status other than 200 says of its instance. One that is full is well.
    static func of(refusal status: Int) -> Outcome {
        switch status {
        case 429, 503: .failed(.saturated(retryAfter: nil))
        case 500...: .failed(.serverError(status: status))
        default: .ignored
        }
    }
}
