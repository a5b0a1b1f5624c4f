import Balancer
import Dialects
import NIOCore

/// One try on one instance, from the pick to the last byte: the hold on the instance and all that only this try knows.
///
/// ``end(_:at:)`` alone settles the lease of an attempt that was sent, and gives back the lease of one that was not.
/// ``decline(_:)`` gives back a lease for which there is no attempt, and an attempt that is dropped abandons its own.
struct Attempt: ~Copyable {
    /// The result of an attempt that has ended.
    struct Remains {
        /// From sending the request to the end; zero where nothing was sent.
        let time: Duration
        /// Its tokens, as the upstream has counted them or as they are told from its bytes; nil where it has not answered.
        var usage: Usage?
        let firstTokenAt: Moment?
        /// The request went out to the instance.
        var wasSent = true
        /// Its place among all attempts of the request, from 1 on.
        var number: UInt16 = 0
        /// Of the answer, as they came.
        var answerBytes = 0
        /// Of a stream whose events are numbered: how many were written.
        var events = 0
    }

    private var lease: Lease
    /// When the instance was picked.
    let pickedAt: Moment
    /// The bytes of the request were out: what came before is the gateway's own time, what follows the instance's.
    private(set) var sentAt: Moment
    var translator: AnswerTranslator?
    var firstTokenAt: Moment?
    /// The limit that runs now was chosen by the caller, and says nothing about the instance.
    var limitIsCallers = false
    private var isSent = false
    /// It takes the place of one that was late.
    var isInPlace = false
    /// Its place among all attempts of the request, from 1 on; 0 before it is sent.
    private(set) var number: UInt16 = 0
    var answerBytes = 0
    /// When bytes of the answer last came; nil: none yet.
    var bytesAt: Moment?
    /// The body of an answer that is no 200, for the reason.
    var errorBody = ByteBuffer()
    /// The provider's name for the request: its support asks for it.
    var upstreamRequestID: String?
    /// The instance was taken out before the request was written for it.
    var isTakenOut = false

    init(_ lease: consuming Lease, at now: Moment) {
        self.lease = lease
        pickedAt = now
        sentAt = now
    }

    var instance: InstanceID { lease.instance }

    /// The words about its context that the instance lets the request say.
    var loadTerms: LoadTerms { LoadTerms(lease.context) }

    /// The bytes of the request are about to be out.
    ///
    /// - Parameter number: its place among all attempts of the request.
    mutating func sent(as number: Int, at now: Moment) {
        self.number = UInt16(clamping: number)
        sent(at: now)
    }

    /// The bytes of the request are out, or about to be.
    mutating func sent(at now: Moment) {
        sentAt = now
        isSent = true
    }

    /// The first token came.
    mutating func sawFirstToken(at now: Moment) {
        firstTokenAt = now
        lease.firstToken(after: now - sentAt)
    }

    /// Whether it is late, and another instance would be sooner, which is picked then.
    mutating func look(_ request: PickRequest, isStreamed: Bool, at now: Moment) -> Lease.Verdict {
        lease.look(request, sent: sentAt, bytes: bytesAt, isStreamed: isStreamed, at: now)
    }

    /// The request is at this instance alone again.
    mutating func endHedge(wasOfUse: Bool) { lease.endHedge(wasOfUse: wasOfUse) }

    /// It tries whether its instance answers again, and goes on without its client.
    var isTrialOfSilence: Bool { lease.isTrialOfSilence }

    /// When it has shown that there is no answer.
    func trialEnds(isStreamed: Bool) -> Moment { lease.trialEnds(sent: sentAt, isStreamed: isStreamed) }

    /// Its result so far, where it goes on without its request.
    func remainsSoFar(at now: Moment) -> Remains {
        Remains(time: now - sentAt, usage: nil, firstTokenAt: nil, wasSent: isSent, number: number)
    }

    /// The outcome of a late one whose request another instance answers.
    func outcomeOfLate(at now: Moment) -> Outcome {
        lease.leave(sent: sentAt, bytes: bytesAt, at: now) ? .failed(.timedOut) : .ignored
    }

    /// A good answer has begun.
    func sawHead() { lease.answered() }

    /// Settles the lease; one that was not sent gives it back, since its instance has had nothing of it.
    consuming func end(_ outcome: Outcome, at now: Moment) -> Remains {
        let remains = Remains(
            time: isSent ? now - sentAt : .zero, usage: translator?.usageInPlace(), firstTokenAt: firstTokenAt,
            wasSent: isSent, number: number, answerBytes: answerBytes, events: translator?.eventsInPlace() ?? 0)
        guard isSent else {
            lease.withdraw()
            return remains
        }
        if case .failed(.saturated) = outcome { lease.refused(after: now - sentAt) }
        lease.settle(outcome)
        return remains
    }

    /// Gives back a lease for which there is no attempt, without a word about its instance.
    static func decline(_ lease: consuming Lease) { lease.withdraw() }
}

/// Its properties, read where it is: through a chain of optionals they would be read from a copy of all of it.
extension AnswerTranslator {
    mutating func sawFirstTokenInPlace() -> Bool { sawFirstToken }
    mutating func usageInPlace() -> Usage { usage }
    mutating func eventsInPlace() -> Int { events }
    mutating func mendedCallsInPlace() -> Int { mendedCalls }
    mutating func timingsInPlace() -> UpstreamTimings { timings }
    mutating func unreadCallInPlace() -> UpstreamFault? { unreadCall }
    mutating func keptInPlace() -> KeptResponse? { kept }
}
