/// Requests that have had nothing from their instance for longer than it takes, by what was learned of it.
///
/// Nothing is worked out when a request is sent: one that has waited for a while asks.
extension PoolState {
    /// A request that waits for bytes.
    package struct Wait: Sendable {
        /// When it was sent.
        package var sent: Moment
        /// When it last had bytes; nil: not yet.
        package var bytes: Moment?
        /// When its instance last had an answer's bytes for anybody.
        package var heard: Moment?
        /// Its tokens are seen when they come; else there may be nothing before the answer is whole.
        package var isStreamed: Bool

        package init(sent: Moment, bytes: Moment?, heard: Moment?, isStreamed: Bool) {
            (self.sent, self.bytes, self.heard, self.isStreamed) = (sent, bytes, heard, isStreamed)
        }
    }

    /// What becomes of such a request.
    package enum Verdict: Equatable, Sendable {
        /// It is looked at again then.
        case look(Moment)
        /// Another instance was picked for it, too.
        case hedge(Grant)
        /// It is of no more use here, and all others are full: it leaves, and waits for a place like others.
        case leave
    }

    /// An instance that works for others meanwhile has so many times as long.
    private static let patienceAtWork = 4
    /// So long at most is a list of what is in memory waited for, which is asked for then.
    private static let longestList = Duration.seconds(15)
    /// What a warm model reports as its load is less.
    private static let leastLoad = Duration.milliseconds(500)
    /// One that is left shows something only if those before it are known as late: they all have been looked at within this.
    private static let betweenLeaves = Duration.milliseconds(500)
    private static let (soon, again) = (Duration.milliseconds(200), Duration.seconds(1))
    /// A trial of silence has so long before its client is served elsewhere.
    package static let trialAlone = Duration.milliseconds(200)
    /// A trial of which nothing is known has so long.
    private static let unknownTrial = Duration.seconds(30)

    /// Looks at a request, and picks another instance for it where this one is late and that one would be sooner.
    package mutating func look(
        at grant: Grant, _ request: PickRequest, _ wait: Wait, isLate: inout Bool, at now: Moment
    ) -> Verdict {
        let deployment = Int(grant.deployment)
        if grant.proof == .answer, wait.bytes == nil, let verdict = stepAside(grant, request, wait, &isLate, at: now) {
            return verdict
        }
        let isCold = !wasResident(deployment, at: wait.sent)
        guard let patience = patience(grant, wait, isCold: isCold) else { return .look(now + Self.again) }
        let since = wait.bytes ?? wait.sent
        guard now - since >= patience else { return .look(min(since + patience, now + .seconds(30))) }
        if !isCold, awaitsList(deployment, since: wait.sent, longest: patience + Self.longestList, at: now) {
            return .look(now + Self.soon)
        }
        // Also where it is left alone for now: else those that came later are looked at first, and leave with this one as an excuse.
        if !isLate {
            isLate = true
            instanceRecords[Int(grant.instance)].late.add(grant.serial)
        }
        // It works, for others before this one: a wait in its line, and no silence.
        if wait.bytes == nil, let heard = wait.heard, now - heard < patience,
            now - since < patience * Self.patienceAtWork
        {
            return .look(now + Self.again)
        }
        // One at a time shows whether the instance answers nobody, and then all leave it.
        guard histories[deployment].hedges == 0, now >= histories[deployment].nextLeave else {
            return .look(now + Self.soon)
        }
        guard let other = sooner(than: deployment, request, waited: now - since, isCold: isCold, at: now) else {
            return leavesForQueue(grant, request, wait, patience, at: now) ? .leave : .look(now + Self.again)
        }
        // A trial is a client's wait that shows what the others need to know, and there are few of them.
        guard
            isTrial(grant)
                || hedging.take(requests: traffic.requests, isProof: isFault(grant, wait, at: now))
        else { return .look(now + Self.again) }
        histories[deployment].hedges += 1
        return .hedge(self.grant(other, request, isBudgeted: false, way: .retry, at: now))
    }

    /// The client of a trial of silence is served by an instance that answers, after a moment in which this one may do so; nil where
    /// none can, so that it waits like others.
    private mutating func stepAside(
        _ grant: Grant, _ request: PickRequest, _ wait: Wait, _ isLate: inout Bool, at now: Moment
    ) -> Verdict? {
        let (deployment, model) = (Int(grant.deployment), Int(grant.model))
        guard now >= wait.sent + Self.trialAlone else { return .look(wait.sent + Self.trialAlone) }
        guard histories[deployment].hedges == 0, models[model].waiters.isEmpty else { return nil }
        for tier in models[model].tiers.indices {
            guard let other = best(model, request, tier: tier, isFailing: false, at: now) else { continue }
            if !isLate {
                isLate = true
                instanceRecords[Int(grant.instance)].late.add(grant.serial)
            }
            histories[deployment].hedges += 1
            return .hedge(self.grant(other, request, isBudgeted: false, way: .retry, at: now))
        }
        return nil
    }

    /// Whether a late request is better in line for another instance: those that have its model in memory are full, and its own one
    /// answers nobody, as far as it shows, for twice as long as it would be late. Else those who wait would keep it where it is for good.
    private func leavesForQueue(
        _ grant: Grant, _ request: PickRequest, _ wait: Wait, _ patience: Duration, at now: Moment
    ) -> Bool {
        let (deployment, model) = (Int(grant.deployment), Int(grant.model))
        guard now - (wait.bytes ?? wait.sent) >= (isTrial(grant) ? patience : patience + patience),
            models[model].waiters.count < settings.maxWaiting, wasResident(deployment, at: wait.sent),
            isFault(grant, wait, at: now)
        else { return false }
        let isQueue = !models[model].waiters.isEmpty
        return models[model].deployments.contains { other in
            guard deployments[other].instance != deployments[deployment].instance, !deployments[other].isFailing,
                wasResident(other, at: now), isOpen(other, to: request, at: now)
            else { return false }
            switch availability(of: other, at: now) {
            case .full(.cap): return true
            case .ready, .unknown, .full(.slots): return isQueue
            case .unproven, .full, .coolingDown, .down, .draining, .lacksTag, .disabled: return false
            }
        }
    }

    /// When a trial of silence has waited long enough.
    package func trialEnds(_ grant: Grant, _ wait: Wait) -> Moment {
        let isCold = !wasResident(Int(grant.deployment), at: wait.sent)
        return wait.sent + (patience(grant, wait, isCold: isCold, isAlone: true) ?? Self.unknownTrial)
    }

    /// The request is at one instance again, whichever that is.
    package mutating func endHedge(_ late: Grant, wasOfUse: Bool) {
        histories[Int(late.deployment)].hedges -= 1
        if !wasOfUse, !isTrial(late) { hedging.giveBack() }
    }

    /// A late request has ended, or has its first token, and goes on.
    package mutating func endLate(_ grant: Grant, goesOn: Bool) {
        let instance = Int(grant.instance)
        instanceRecords[instance].late.remove(grant.serial, by: goesOn ? nil : instances[instance].granted)
    }

    /// A late request leaves its instance for another one that answers. Whether the instance is at fault: nothing that it had to do
    /// before explains its silence.
    package mutating func leave(_ grant: Grant, _ wait: Wait, at now: Moment) -> Bool {
        let deployment = Int(grant.deployment)
        guard isFault(grant, wait, at: now) else {
            histories[deployment].nextLeave = now + Self.betweenLeaves
            return false
        }
        if isTrial(grant) { histories[deployment].trialsLeft = min(histories[deployment].trialsLeft + 1, 16) }
        let answers = histories[deployment].firstTokens.answers
        let isInRow = histories[deployment].answersAtLeft == answers
        histories[deployment].leftInRow = isInRow ? histories[deployment].leftInRow + 1 : 1
        histories[deployment].answersAtLeft = answers
        return true
    }

    /// Whether a late request that leaves its instance shows that this is at fault.
    private func isFault(_ grant: Grant, _ wait: Wait, at now: Moment) -> Bool {
        let instance = Int(grant.instance)
        // An answer that has begun waits for nothing else.
        return isTrial(grant) || wait.bytes != nil
            || isSilent(grant, wait, at: now) && instances[instance].outside == 0
                && instanceRecords[instance].late.areAll(
                    before: grant.serial, ahead: Int(grant.ahead), inFlight: Int(instances[instance].inFlight))
    }

    /// Whether nobody has had bytes of an answer from the instance, since the request was sent or for as long as it would be late.
    private func isSilent(_ grant: Grant, _ wait: Wait, at now: Moment) -> Bool {
        guard let heard = wait.heard, heard > wait.sent else { return true }
        let isCold = !wasResident(Int(grant.deployment), at: wait.sent)
        guard let patience = patience(grant, wait, isCold: isCold) else { return false }
        return now - heard >= patience
    }

    /// Whether it answers nobody, as far as those know who have left it.
    func isDumb(_ deployment: Int) -> Bool {
        histories[deployment].leftInRow >= 2
            && histories[deployment].answersAtLeft == histories[deployment].firstTokens.answers
    }

    /// A trial has succeeded where those before it were left since they were late: it is slow, and answers. All its times are as much longer
    /// from now on, or the next requests would be late by those that it had before.
    ///
    /// - Parameters:
    ///   - isFirstToken: its first token was seen when it came, or the instance says when that was.
    ///   - isCold: the model was not in memory.
    mutating func learnSlowness(_ grant: Grant, _ sample: Sample, isFirstToken: Bool, isCold: Bool) {
        let deployment = Int(grant.deployment)
        // An instance that was started anew loads its model first, which is no slowness.
        let isLoad =
            isCold || histories[deployment].mayBeCold || sample.times.map { $0.load >= Self.leastLoad } ?? false
        if isDumb(deployment), isFirstToken, !isLoad {
            histories[deployment].firstTokens.lengthen(
                to: sample.timeToFirstToken, promptTokens: Int(grant.promptTokens), grant.learns)
        }
        histories[deployment].trialsLeft = 0
    }

    /// Learns from the beginning of an answer. Of a job that gives all at its end it is all.
    mutating func learnBeginning(_ grant: Grant, _ time: Duration, _ beginning: Beginning, isCold: Bool) {
        let deployment = Int(grant.deployment)
        let mayBeCold = histories[deployment].mayBeCold
        histories[deployment].mayBeCold = false
        histories[deployment].firstTokens.record(
            first: beginning == .firstToken ? time : nil,
            whole: beginning == .whole || beginning == .firstToken && grant.learns == .wholes ? time : nil,
            promptTokens: Int(grant.promptTokens), grant.learns,
            isCold: isCold || mayBeCold)
    }

    /// A request's times, where its first token was seen, or the instance says when it was. What a warm model reports as its load are
    /// milliseconds.
    @inline(__always)
    mutating func learnTimes(_ grant: Grant, _ sample: Sample, sampled: Bool) {
        guard grant.learns != .nothing else { return }
        let deployment = Int(grant.deployment)
        var isCold = sample.times.map { $0.load >= Self.leastLoad } ?? false
        // The first one behind a pause shows what a load takes there, if there was one.
        if histories[deployment].mayBeCold { (isCold, histories[deployment].mayBeCold) = (true, false) }
        histories[deployment].firstTokens.record(
            first: sampled || sample.times != nil ? sample.timeToFirstToken : nil, whole: sample.duration,
            promptTokens: Int(grant.promptTokens), grant.learns, isCold: isCold)
    }
}
