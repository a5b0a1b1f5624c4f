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
    }

    /// A load that was never seen may take as long as Ollama's own limit.
    private static let longestLoad = Duration.seconds(300)
    /// Where only the model's other instances are known, this one may be as much slower.
    private static let slower = (factor: 10, least: Duration.seconds(20), leastCold: Duration.seconds(60))
    /// A load that nobody has seen takes so long, for who would begin it.
    private static let unknownLoad = Duration.seconds(30)
    /// A pause amid an answer that no machine makes while it writes, and tokens of its usual pace that take as long.
    private static let stall = (least: Duration.seconds(10), tokens: 50.0)
    /// An instance that works for others meanwhile has so many times as long.
    private static let patienceAtWork = 4
    /// So long at most is a list of what is in memory waited for, which is asked for then.
    private static let longestList = Duration.seconds(15)
    private static let (soon, again) = (Duration.milliseconds(200), Duration.seconds(1))

    /// Looks at a request, and picks another instance for it where this one is late and that one would be sooner.
    ///
    package mutating func look(
        at grant: Grant, _ request: PickRequest, _ wait: Wait, isLate: inout Bool, at now: Moment
    ) -> Verdict {
        let deployment = Int(grant.deployment)
        let isCold = !wasResident(deployment, at: wait.sent)
        guard let patience = patience(grant, wait, isCold: isCold) else { return .look(now + Self.again) }
        let since = wait.bytes ?? wait.sent
        guard now - since >= patience else { return .look(min(since + patience, now + .seconds(30))) }
        if !isCold, awaitsList(deployment, since: wait.sent, longest: patience + Self.longestList, at: now) {
            return .look(now + Self.soon)
        }
        // It works, for others before this one: a wait in its line, and no silence.
        if wait.bytes == nil, let heard = wait.heard, now - heard < patience,
            now - since < patience * Self.patienceAtWork
        {
            return .look(now + Self.again)
        }
        if !isLate {
            isLate = true
            instanceRecords[Int(grant.instance)].late.add(grant.serial)
        }
        // One at a time shows whether the instance answers nobody, and then all leave it.
        guard histories[deployment].hedges == 0 else { return .look(now + Self.soon) }
        guard let other = sooner(than: deployment, request, waited: now - since, isCold: isCold, at: now) else {
            return .look(now + Self.again)
        }
        // A trial is a client's wait that shows what the others need to know, and there are few of them.
        guard isTrial(grant) || hedging.take(requests: traffic.requests) else { return .look(now + Self.again) }
        histories[deployment].hedges += 1
        return .hedge(self.grant(other, request, isBudgeted: false, way: .retry, at: now))
    }

    /// The request is at one instance again, whichever that is.
    package mutating func endHedge(_ late: Grant, wasOfUse: Bool) {
        histories[Int(late.deployment)].hedges -= 1
        if !wasOfUse, !isTrial(late) { hedging.giveBack() }
    }

    /// A late request has ended, or has its first token.
    package mutating func endLate(_ grant: Grant) { instanceRecords[Int(grant.instance)].late.remove(grant.serial) }

    /// A late request leaves its instance for another one that answers. Whether the instance is at fault: nothing that it had to do
    /// before explains its silence.
    package mutating func leave(_ grant: Grant, _ wait: Wait, at now: Moment) -> Bool {
        let (deployment, instance) = (Int(grant.deployment), Int(grant.instance))
        // An answer that has begun waits for nothing else.
        let isFault =
            isTrial(grant) || wait.bytes != nil
            || isSilent(grant, wait, at: now) && instances[instance].outside == 0
                && instanceRecords[instance].late.areAll(
                    before: grant.serial, inFlight: Int(instances[instance].inFlight),
                    granted: instances[instance].granted)
        guard isFault else { return false }
        let answers = histories[deployment].firstTokens.answers
        let isInRow = histories[deployment].answersAtLeft == answers
        histories[deployment].leftInRow = isInRow ? histories[deployment].leftInRow + 1 : 1
        histories[deployment].answersAtLeft = answers
        return true
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

    /// A request's times, where its first token was seen, or the instance says when it was. What a warm model reports as its load are
    /// milliseconds.
    @inline(__always)
    mutating func learnTimes(_ grant: Grant, _ sample: Sample, sampled: Bool) {
        guard grant.learns != .nothing else { return }
        histories[Int(grant.deployment)].firstTokens.record(
            first: sampled || sample.times != nil ? sample.timeToFirstToken : nil, whole: sample.duration,
            promptTokens: Int(grant.promptTokens), grant.learns,
            isCold: sample.times.map { $0.load >= .milliseconds(500) } ?? false)
    }

    /// Keeps since when each model is in memory.
    mutating func observeResidents(_ loaded: [LoadedModel], on instance: Int, seen: Moment) {
        instanceRecords[instance].loadedAt = seen
        var cursor = first(on: instance)
        while let deployment = cursor {
            let isThere = loaded.contains { $0.model == deploymentRecords[deployment].tag }
            if !isThere {
                histories[deployment].residentSince = nil
            } else if histories[deployment].residentSince == nil {
                histories[deployment].residentSince = seen
            }
            cursor = next(after: deployment)
        }
    }

    // MARK: How long

    private func isTrial(_ grant: Grant) -> Bool {
        !deployments[Int(grant.deployment)].breaker.isClosed || grant.proof != .none
    }

    /// How long a request may wait where it is before it is late; nil: nothing is known.
    private func patience(_ grant: Grant, _ wait: Wait, isCold: Bool) -> Duration? {
        let deployment = Int(grant.deployment)
        guard var patience = patienceForFirst(grant, isCold: isCold) else { return nil }
        if !wait.isStreamed {
            guard let whole = histories[deployment].firstTokens.patienceForAnswer(grant.learns) else { return nil }
            patience += whole
        }
        guard wait.bytes != nil else { return patience }
        let pace = deployments[deployment].tokensPerSecond.value.map {
            Duration.seconds(Self.stall.tokens / max($0, 0.01))
        }
        return max(Self.stall.least, pace ?? .zero, patience)
    }

    private func patienceForFirst(_ grant: Grant, isCold: Bool) -> Duration? {
        let (deployment, tokens) = (Int(grant.deployment), Int(grant.promptTokens))
        func known(_ deployment: Int) -> Duration? {
            histories[deployment].firstTokens.patience(promptTokens: tokens, grant.learns, isCold: isCold)
        }
        guard grant.learns != .nothing else { return nil }
        if let own = known(deployment) { return own }
        let others = models[model(of: deployment)].deployments.compactMap(known).max()
        let least = isCold ? Self.slower.leastCold : Self.slower.least
        return others.map { max($0 * Self.slower.factor, least) } ?? (isCold ? Self.longestLoad : nil)
    }

    private func usual(_ deployment: Int, _ request: PickRequest, isCold: Bool) -> Duration? {
        histories[deployment].firstTokens.usual(
            promptTokens: request.promptTokens, request.learns, isCold: isCold)
    }

    /// Whether the model was in memory there: then no load is under way. Only Ollama says so, and others load nothing.
    private func wasResident(_ deployment: Int, at moment: Moment) -> Bool {
        let instance = instance(of: deployment)
        guard instanceRecords[instance].spec.tagMatching == .ollama, instances[instance].isProbed else {
            return instanceRecords[instance].spec.tagMatching != .ollama
        }
        return histories[deployment].residentSince.map { $0 <= moment } ?? false
    }

    /// Whether it is not known yet that the model was there all the time: it may have been put out before the request came, which
    /// loads it. A list is asked for.
    private mutating func awaitsList(_ deployment: Int, since sent: Moment, longest: Duration, at now: Moment) -> Bool {
        let instance = instance(of: deployment)
        guard instances[instance].isProbed, instanceRecords[instance].spec.tagMatching == .ollama,
            instanceRecords[instance].loadedAt.map({ $0 < sent }) ?? true, now - sent < longest
        else { return false }
        askForProbe(instance)
        return true
    }

    /// How many times as long a first token takes behind the requests that are there. Where slots are not known, some are assumed.
    private func line(at deployment: Int) -> Int {
        let inFlight = instances[instance(of: deployment)].all
        let slots = deployments[deployment].slots
        return 1 + (slots == .max ? inFlight / 4 : max(0, inFlight + 1 - Int(slots)))
    }

    /// The instance at which the first token would come soonest, and sooner than it has been waited for here. A load is not begun
    /// beside one that may be under way.
    private func sooner(
        than deployment: Int, _ request: PickRequest, waited: Duration, isCold: Bool, at now: Moment
    ) -> Int? {
        let model = model(of: deployment)
        guard models[model].waiters.isEmpty else { return nil }
        let known = models[model].deployments.compactMap { usual($0, request, isCold: false) }.max()
        var best: (deployment: Int, time: Duration)?
        for other in models[model].deployments {
            let state = deployments[other]
            guard state.instance != deployments[deployment].instance, !state.isFailing, !state.isEased,
                models[model].order[Int(state.place)] < KeyOrder.excluded, isOpen(other, to: request, at: now),
                var time = usual(other, request, isCold: false) ?? known.map({ $0 + $0 })
            else { continue }
            if !wasResident(other, at: now) {
                guard !isCold else { continue }
                time += usual(other, request, isCold: true) ?? Self.unknownLoad
            }
            time = time * line(at: other)
            if time < waited, best.map({ time < $0.time }) ?? true { best = (other, time) }
        }
        return best?.deployment
    }
}
