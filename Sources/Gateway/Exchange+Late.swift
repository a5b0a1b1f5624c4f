public import Balancer
import Dialects
import Ledger
import NIOCore

/// Attempts that take longer than they do, by all that was learned of their instance: another one is asked as well, and the first to
/// answer wins.
///
/// The client has nothing of the answer then, and sees nothing of it. The balancer knows how long is late, whether another instance would
/// be sooner, and how many requests may be asked twice. An attempt of which a part has come cannot stand beside another one: where it
/// stalls, the other one takes its place.
extension Exchange {
    /// An instance that was heard of so short a time ago works, so it need not stream to clients that do not.
    private static let lately = Duration.seconds(1)
    /// An attempt is left alone for so long: nothing is asked about most of them.
    private static let firstLook = Duration.seconds(1)
    private static let nextLook = Duration.seconds(1)
    /// A trial of silence has so long before its client goes on elsewhere.
    private static let trialLook = PoolState.trialAlone

    /// An attempt is late and waits, beside the one that runs.
    public var hasLate: Bool { late != nil }

    /// Its instance has sent the head of a good answer, and nothing behind it.
    public var lateHasHead: Bool { late?.hasHead ?? false }

    /// That attempt.
    var late: LateAttempt? {
        get { hedging?.late }
        set {
            if hedging == nil, newValue != nil { hedging = Hedging() }
            hedging?.late = newValue
        }
    }

    /// Whether the instance is asked for a stream though the client has not: then the first token is seen when it comes.
    func seesFirstToken(of target: UpstreamTarget?, on instance: InstanceID, at now: Moment) -> Bool {
        guard settings.firstTokenDeadline != nil || ask.learns != .nothing, ask.learns != .wholes, let target,
            target.joinsStreams(for: call.head.front)
        else { return false }
        if settings.firstTokenDeadline != nil { return true }
        // Others than Ollama may stand behind a proxy that gives whole answers whatever it is asked for: of them the whole answer is timed.
        guard target.isLocal, target.loadsModels else { return false }
        return balancer.lastHeard(instance).map { now - $0 > Self.lately } ?? true
    }

    /// The attempt is looked at after a while, where its instance stands inside: of clouds nothing is guessed.
    mutating func watch(at now: Moment) {
        guard ask.learns != .nothing, settings.firstTokenDeadline == nil,
            isLocal(at: record.deployment)
        else { return }
        deadlines.look(at: now + (attempt?.isTrialOfSilence == true ? Self.trialLook : Self.firstLook))
    }

    /// Time to look whether the attempt is late.
    mutating func lookWhetherLate(at now: Moment) -> Action {
        deadlines.look(at: nil)
        guard phase == .sent || phase == .relaying, !reply.isOut, reply.wholeness == .no, attempt != nil, let asked,
            let route = course.route, let instance = attempt?.instance
        else { return .none }
        var elsewhere = ask
        elsewhere.tried = course.plan.tried
        elsewhere.tried.insert(instance)
        if let late { elsewhere.tried.insert(late.instance) }
        let unpaid = hedging?.unpaid ?? InstanceSet()
        if let hedging { elsewhere.tried.formUnion(hedging.declined) }
        elsewhere.excluded.formUnion(routes.clouds(of: route.model))
        elsewhere.isStreamed = asked.streamsUpstream
        let showsTokens = asked.showsTokens
        var beside = elsewhere
        beside.tried.formUnion(unpaid)
        switch attempt!.look(beside, isStreamed: showsTokens, at: now) {
        case .look(let next):
            deadlines.look(at: next)
            guard !unpaid.isEmpty, late == nil, ask.learns != .wholes else { return .none }
            // None is left that could stand beside it: one that is not paid for there takes its place.
            switch attempt!.look(elsewhere, isStreamed: showsTokens, at: now) {
            case .look: return .none
            case .leave: return .none
            case .hedge(let lease): return move(lease, at: now)
            }
        case .leave:
            // Another one runs beside it, or has begun; of a job that gives all at its end the first part of the work would be lost.
            let isWorthIt = ask.learns != .wholes || !isLarge && attempt?.bytesAt == nil
            guard late == nil, isWorthIt else {
                deadlines.look(at: now + Self.nextLook)
                return .none
            }
            return leaveForAPlace(at: now)
        case .hedge(let lease):
            if stepsAside { return move(lease, at: now) }
            if attempt?.bytesAt == nil, !isLarge { return hedge(lease, at: now) }
            // Of a job that gives all at its end the first part of the work would be lost.
            return ask.learns == .wholes ? stay(lease, at: now) : move(lease, at: now)
        }
    }

    // MARK: Two at once

    /// Asks another instance as well.
    private mutating func hedge(_ lease: consuming Lease, at now: Moment) -> Action {
        switch second(lease, isInPlace: false, at: now) {
        case .ready(let second): hedge(lease, second, at: now)
        case .unpaid: stay(lease, isUnpaid: true, at: now)
        case .declined: stay(lease, at: now)
        }
    }

    private mutating func hedge(_ lease: consuming Lease, _ ready: consuming Second, at now: Moment) -> Action {
        var second = ready
        guard let wire = second.wire else { return stay(lease, at: now) }
        // Of three the one that has waited longest goes.
        if late != nil { leaveLate(isAnswered: false, at: now) }
        late = LateAttempt(
            attempt.take()!, asked: asked!, deployment: record.deployment, sentNanoseconds: record.sentNanoseconds,
            hasHead: phase == .relaying, second.parked.take())
        // What was begun for the client of an answer of which nothing came.
        if phase == .relaying { reply.discard() }
        record.hedges.countUp()
        let instance = lease.instance
        begin(second.asked, lease, at: now)
        return .hedge(prepare(wire, isFree: true, at: now), to: instance)
    }

    /// The second attempt is the one that runs.
    mutating func begin(_ asked: Asked, _ lease: consuming Lease, at now: Moment) {
        self.asked = asked
        record.deployment = lease.deployment.index
        attempt = Attempt(lease, at: now)
    }

    /// The other instance does not take it: the attempt waits on, and that one is not picked for it again.
    ///
    /// - Parameter isUnpaid: it may be picked to take the attempt's place.
    mutating func stay(_ lease: consuming Lease, isUnpaid: Bool = false, at now: Moment) -> Action {
        if hedging == nil { hedging = Hedging() }
        if isUnpaid { hedging?.unpaid.insert(lease.instance) } else { hedging?.declined.insert(lease.instance) }
        wait(on: lease, at: now)
        return .none
    }

    /// The other instance is not asked now.
    mutating func wait(on lease: consuming Lease, at now: Moment) {
        Attempt.decline(lease)
        attempt?.endHedge(wasOfUse: false)
        deadlines.look(at: now + Self.nextLook)
    }

    /// The late attempt is the only one again; the other one has ended.
    mutating func returnToLate(at now: Moment) -> Action {
        guard hasLate else { return fail(.internalError, at: now) }
        takeLateBack(at: now)
        return .resume
    }

    private mutating func takeLateBack(at now: Moment) {
        guard let back = late.take() else { return }
        attempt = back.takeAttempt()
        attempt?.endHedge(wasOfUse: true)
        if let parked = back.takeParked() { spend?.restore(parked) }
        (asked, record.deployment, record.sentNanoseconds) = (back.asked, back.deployment, back.sentNanoseconds)
        phase = .sent
        expectAnswer()
        deadlines.look(at: now + Self.nextLook)
    }

    /// The late attempt has a status: a good one is the answer, and the attempt beside it ends.
    public mutating func lateAnswered(status: Int, at now: Moment) -> Action {
        guard late != nil, !reply.isOut else { return .none }
        guard status == 200 else {
            endLate(.of(refusal: status), at: now)
            return .none
        }
        endAttempt(.ignored, isLeft: true, at: now)
        account.discardAnswer(at: price(at: record.deployment))
        reply.discard()
        return returnToLate(at: now)
    }

    /// The late attempt's call ended without a word.
    public mutating func lateLost(_ failure: AttemptFailure, at now: Moment) {
        endLate(failure.breaker.map { .failed($0) } ?? .ignored, at: now)
    }

    /// The attempt beside it answers, or a third one is asked: the late one ends, with what that says of its instance.
    mutating func leaveLate(isAnswered: Bool = true, at now: Moment) {
        guard let late else { return }
        if isAnswered { record.hedgesWon.countUp() }
        // The wait for it was the instance's, and no time of the gateway's own.
        account.waited(.nanoseconds(record.sentNanoseconds - late.sentNanoseconds))
        endLate(late.outcome(at: now), at: now)
    }

    /// The late attempt ends, and the one beside it goes on. It had nothing of an answer, so it cost nothing.
    mutating func endLate(_ outcome: Outcome, at now: Moment) {
        guard let late = late.take() else { return }
        let remains = late.end(outcome, at: now) { settleUnanswered($0, at: now) }
        keep(remains, of: late.deployment, sent: late.sentNanoseconds, outcome.error)
    }

    /// What was reserved for an attempt that has had nothing of an answer.
    func settleUnanswered(_ reservation: consuming Reservation, at now: Moment) {
        guard let spending = settings.spending else { return reservation.release() }
        reservation.settle(Charge(money: .zero, promptTokens: 0, completionTokens: 0), at: spending.time(now))
    }

    // MARK: One in place of the other

    /// Goes to another instance, which is picked already; of what this one has sent nothing is kept. A trial goes on without the request.
    private mutating func move(_ lease: consuming Lease, at now: Moment) -> Action {
        switch second(lease, isInPlace: true, at: now) {
        case .ready(let second):
            if stepsAside { return stepAside(lease, second, at: now) }
            return move(lease, second, at: now)
        case .declined: return stay(lease, at: now)
        case .unpaid(let isForGood):
            if isForGood { return stay(lease, at: now) }
            // The next minute has room for it, or the end of another request of the key.
            wait(on: lease, at: now)
            return .none
        }
    }

    private mutating func move(_ lease: consuming Lease, _ ready: consuming Second, at now: Moment) -> Action {
        var second = ready
        guard let instance = attempt?.instance else { return stay(lease, at: now) }
        let outcome = attempt?.outcomeOfLate(at: now) ?? .ignored
        let (failure, error) = wordsOfLate
        // Each attempt ends with what was reserved for it.
        let reserved = spend.map { $0.park() }
        if let parked = second.parked.take() { spend?.restore(parked) }
        endAttempt(outcome, isLeft: true, at: now)
        if let reserved { spend?.restore(reserved) }
        course.left(instance, failure, error)
        phase = .ready
        deadlines.clear()
        account.discardAnswer(at: price(at: record.deployment))
        reply.discard()
        record.moves.countUp()
        let other = lease.instance
        begin(second.asked, lease, at: now)
        guard let wire = second.wire else {
            attempt?.isInPlace = true
            return write(with: second.permit, for: second.permit.target, at: now)
        }
        return .send(prepare(wire, isFree: true, at: now), to: other)
    }

    /// What is told of the attempt that is left, where nothing else answers.
    private var wordsOfLate: (AttemptFailure, GatewayError) {
        mutating get {
            let words =
                attempt?.bytesAt == nil
                ? "gave no first token in the time that it takes" : "stalled in the middle of its answer"
            let failure = AttemptFailure(.timedOut(limitIsCallers: false), message: words)
            return (failure, failure.error(at: instanceName))
        }
    }

    /// Leaves the instance for the first place at another one, which is no retry; of what this one has sent nothing is kept.
    private mutating func leaveForAPlace(at now: Moment) -> Action {
        guard let instance = attempt?.instance else { return .none }
        let outcome = attempt?.outcomeOfLate(at: now) ?? .ignored
        let (failure, error) = wordsOfLate
        endAttempt(outcome, isLeft: true, at: now)
        course.left(instance, failure, error, forAPlace: true)
        phase = .ready
        deadlines.clear()
        account.discardAnswer(at: price(at: record.deployment))
        reply.discard()
        record.moves.countUp()
        return nextAttempt(at: now)
    }
}
