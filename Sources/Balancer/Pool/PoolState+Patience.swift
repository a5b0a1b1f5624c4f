/// How long requests may wait where they are, by all that was learned of their instances and of others.
extension PoolState {
    /// A load that was never seen may take as long as Ollama's own limit.
    private static let longestLoad = Duration.seconds(300)
    /// Where only the model's other instances are known, this one may be as much slower.
    private static let slower = (factor: 10, least: Duration.seconds(20), leastCold: Duration.seconds(60))
    /// A load that nobody has seen takes so long, for who would begin it.
    private static let unknownLoad = Duration.seconds(30)
    /// A pause amid an answer that no machine makes while it writes, and tokens of its usual pace that take as long.
    private static let stall = (least: Duration.seconds(10), tokens: 50.0)

    /// Of an instance whose first answers behind pauses take no longer it is known that it loads nothing.
    private static let noLoad = Duration.seconds(5)
    /// A trial has twice as long with each one before it that was late, so that an instance which has become slow can show that it answers,
    /// and one that answers nobody costs no client more than this.
    private static let (mostDoublings, longestTrial) = (3, Duration.seconds(20))
    /// Where its client is served elsewhere meanwhile.
    private static let longestAlone = Duration.seconds(60)

    func isTrial(_ grant: Grant) -> Bool {
        !deployments[Int(grant.deployment)].breaker.isClosed || grant.proof != .none
    }

    /// How long a request may wait where it is before it is late; nil: nothing is known.
    ///
    /// - Parameter isAlone: no client waits for it.
    func patience(_ grant: Grant, _ wait: Wait, isCold: Bool, isAlone: Bool = false) -> Duration? {
        let deployment = Int(grant.deployment)
        guard var patience = patienceForFirst(grant, isCold: isCold) else { return nil }
        if !wait.isStreamed {
            guard let whole = patienceForRest(deployment, grant.learns) else { return nil }
            patience += whole
        }
        if isTrial(grant) {
            patience = patienceForTrial(deployment, patience, longest: isAlone ? Self.longestAlone : Self.longestTrial)
        }
        guard wait.bytes != nil else { return patience }
        let pace = deployments[deployment].tokensPerSecond.value.map {
            Duration.seconds(Self.stall.tokens / max($0, 0.01))
        }
        return max(Self.stall.least, pace ?? .zero, patience)
    }

    private func patienceForTrial(_ deployment: Int, _ patience: Duration, longest: Duration) -> Duration {
        let doublings = min(histories[deployment].trialsLeft, Self.mostDoublings)
        guard doublings > 0 else { return patience }
        return min(patience * (1 << doublings), max(patience * 2, longest))
    }

    /// How long the rest of an answer may take that is given whole: where too few are known there, by those of the model's other instances.
    private func patienceForRest(_ deployment: Int, _ kind: Learning) -> Duration? {
        func known(_ deployment: Int) -> Duration? { histories[deployment].firstTokens.patienceForAnswer(kind) }
        if let own = known(deployment) { return own }
        return models[model(of: deployment)].deployments.compactMap(known).max().map {
            max($0 * Self.slower.factor, Self.slower.least)
        }
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

    /// How many times as long a first token takes behind the requests that are there. Where slots are not known, some are assumed.
    /// Jobs that are as large as their senders like are taken as if there were one slot.
    private func line(at deployment: Int, _ kind: Learning) -> Int {
        let inFlight = instances[instance(of: deployment)].all
        if kind == .wholes { return 1 + inFlight }
        let slots = deployments[deployment].slots
        return 1 + (slots == .max ? inFlight / 4 : max(0, inFlight + 1 - Int(slots)))
    }

    /// Whether an instance that says nothing of its memory has shown that there is nothing to wait for.
    private func loadsNothing(_ deployment: Int, _ cold: Duration?) -> Bool {
        guard let cold, instanceRecords[instance(of: deployment)].spec.tagMatching != .ollama else { return false }
        return cold <= Self.noLoad
    }

    /// The instance at which the first token would come soonest, and sooner than it has been waited for here. A load is not begun
    /// beside one that may be under way.
    func sooner(
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
                let cold = usual(other, request, isCold: true)
                guard !isCold || loadsNothing(other, cold) else { continue }
                time += cold ?? Self.unknownLoad
            }
            time = time * line(at: other, request.learns)
            if time < waited, best.map({ time < $0.time }) ?? true { best = (other, time) }
        }
        return best?.deployment
    }
}
