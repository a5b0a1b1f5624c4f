/// The records of decisions, and their words.
extension PoolState {
    /// Notes how the model's deployments stand before one is chosen by its key in a tier, and why others are out.
    /// With `hasScores` the candidates themselves come later, with their scores.
    mutating func beginDecision(
        _ model: Int, _ request: PickRequest, tier: Int, hasScores: Bool, at now: Moment
    ) {
        let order = models[model].tiers[tier].order
        guard var ring = decisions.take() else { return }
        ring.begin()
        // Of many the first: looking at all would cost every pick.
        for (place, deployment) in models[model].deployments.prefix(DecisionRing.mostCandidates).enumerated() {
            var out = reasonOut(deployment, request, at: now)
            if out == nil, self.order(of: deployment) > order { out = .order }
            if out == nil, hasScores { continue }
            ring.add(candidate(deployment, place, out: out))
        }
        decisions = ring
    }

    /// Keeps a decision; 0 when none are kept.
    mutating func keepDecision(
        _ deployment: Int, _ request: PickRequest, _ score: Score?, way: DecisionRing.Way, waited: Duration,
        at now: Moment
    ) -> UInt64 {
        guard decisions != nil else { return 0 }
        if decisions?.isBegun != true {
            beginDecision(
                model(of: deployment), request, tier: tier(of: deployment) ?? 0,
                hasScores: models[model(of: deployment)].isPredicted, at: now)
            let place = Int(deployments[deployment].place)
            if place >= DecisionRing.mostCandidates {
                let chosen = candidate(deployment, place, out: nil)
                decisions?.replaceLast(chosen)
            }
        }
        var record = DecisionRing.Record()
        record.call = request.call
        record.model = Int32(model(of: deployment))
        record.deployment = Int32(deployment)
        record.way = request.tried.isEmpty ? way : .retry
        record.at = now
        record.waited = waited
        record.promptTokens = request.promptTokens
        if score != nil { record.expectedTokens = cost(of: request, on: deployment) - Double(request.promptTokens) }
        record.score = score
        return decisions?.conclude(record) ?? 0
    }

    /// Notes how an attempt ended.
    mutating func endDecision(_ grant: Grant, _ outcome: Outcome) {
        decisions?.change(grant.decision) { record in
            switch outcome {
            case .succeeded(let sample):
                record.ending = .succeeded
                record.firstToken = sample.timeToFirstToken
                record.duration = sample.duration
                record.completionTokens = sample.completionTokens
            case .loaded(let time):
                record.ending = .succeeded
                record.duration = time
            case .answered(let time, _):
                record.ending = .succeeded
                record.firstToken = time
            case .failed(let failure): record.ending = .failed(failure)
            case .declined(let status): record.ending = .declined(status: status)
            case .ignored: record.ending = .ignored
            }
        }
    }

    /// The attempts of one request, oldest first; empty when they are not kept any more.
    func attempts(of call: UInt64, unixSeconds: Double, at now: Moment) -> [DecisionReport.Attempt] {
        (decisions?.decisions(of: call) ?? []).map { record, candidates in
            let actual = record.firstToken.map {
                DecisionReport.Times(
                    firstToken: Rounded.thousandths($0.inSeconds),
                    duration: record.duration.map { Rounded.thousandths($0.inSeconds) })
            }
            let predicted = record.score.map { score in
                let tokens = record.completionTokens > 0 ? Double(record.completionTokens) : record.expectedTokens
                return DecisionReport.Times(
                    firstToken: Rounded.thousandths(score.firstToken),
                    duration: Rounded.thousandths(score.firstToken + score.pace * tokens))
            }
            return DecisionReport.Attempt(
                model: models[Int(record.model)].name, strategy: models[Int(record.model)].strategy.name,
                at: CalendarTime.iso8601(unixSeconds: unixSeconds - (now - record.at).inSeconds),
                way: Self.name(record.way), waitedSeconds: Rounded.thousandths(record.waited.inSeconds),
                instance: name(of: record.deployment), promptTokens: record.promptTokens,
                expectedTokens: record.score == nil ? nil : Int(record.expectedTokens),
                candidates: candidates.map { report($0) }.sorted { ($0.total ?? .infinity) < ($1.total ?? .infinity) },
                predicted: predicted, actual: actual,
                firstTokenError: Self.error(of: predicted?.firstToken, actual?.firstToken),
                outcome: Self.outcome(record.ending))
        }
    }

    /// Why an instance got the latest requests of its models, or did not; nil where there is none of that name.
    func decisions(
        about name: String, most: Int, unixSeconds: Double, at now: Moment
    ) -> InstanceDecisions? {
        guard let wanted = instanceRecords.firstIndex(where: { $0.spec.name == name }) else { return nil }
        let found = decisions?.latest(most) { instance(of: Int($0)) == wanted } ?? []
        return InstanceDecisions(
            instance: name,
            decisions: found.map { record, standing, chosen in
                InstanceDecisions.Decision(
                    model: models[Int(record.model)].name, strategy: models[Int(record.model)].strategy.name,
                    at: CalendarTime.iso8601(unixSeconds: unixSeconds - (now - record.at).inSeconds),
                    way: Self.name(record.way), chosen: self.name(of: record.deployment), standing: report(standing),
                    best: chosen.flatMap { report($0).total }, outcome: Self.outcome(record.ending))
            })
    }

    private func report(_ candidate: DecisionRing.Candidate) -> DecisionReport.Candidate {
        DecisionReport.Candidate(
            instance: name(of: candidate.deployment), inFlight: Int(candidate.inFlight),
            out: candidate.out.map(Self.name), total: candidate.out == nil ? Rounded.thousandths(candidate.total) : nil,
            terms: candidate.score.map {
                DecisionReport.Terms(
                    wait: Rounded.thousandths($0.wait), load: Rounded.thousandths($0.load),
                    eviction: Rounded.thousandths($0.eviction), prefill: Rounded.thousandths($0.prefill),
                    harm: Rounded.thousandths($0.harm), overwrite: Rounded.thousandths($0.overwrite))
            })
    }

    private func candidate(_ deployment: Int, _ place: Int, out: DecisionRing.Out?) -> DecisionRing.Candidate {
        DecisionRing.Candidate(
            deployment: Int32(deployment), inFlight: Int32(clamping: instances[instance(of: deployment)].all), out: out,
            total: models[model(of: deployment)].order[place])
    }

    private func name(of deployment: Int32) -> String {
        instanceRecords[instance(of: Int(deployment))].spec.name
    }

    private func reasonOut(_ deployment: Int, _ request: PickRequest, at now: Moment) -> DecisionRing.Out? {
        if !allows(request, deployment) { return .excluded }
        if request.tried.contains(InstanceID(index: instance(of: deployment))) { return .tried }
        let isLimited = !hasAllowance(deployment, for: request, at: now)
        return switch availability(of: deployment, at: now) {
        case .ready, .unknown, .full(.slots):
            isLimited ? .limit : histories[deployment].isShunned ? .shunned : nil
        case .unproven: .unproven
        case .full(.limit): .limit
        case .full(.cap): .cap
        case .full(.busy), .full(.tried): .busy
        case .coolingDown: .coolingDown
        case .down: .down
        case .draining: .draining
        case .lacksTag: .lacksTag
        case .disabled: .disabled
        }
    }

    private static func error(of predicted: Double?, _ actual: Double?) -> Double? {
        guard let predicted, let actual, actual > 0 else { return nil }
        return Rounded.thousandths((predicted - actual) / actual)
    }

    private static func name(_ out: DecisionRing.Out) -> String {
        switch out {
        case .excluded: "this request may not go there"
        case .tried: "this request failed there"
        case .order: "of a higher order than is needed"
        case .cap: "at its cap"
        case .limit: "its rpm or tpm limit leaves no room"
        case .busy: "it has asked for a pause"
        case .coolingDown: "cooling down"
        case .down: "down"
        case .draining: "draining"
        case .lacksTag: "lacks its tag"
        case .disabled: "cannot be used as configured"
        case .unproven: "it is new and has answered no probe yet"
        case .shunned: "it refuses what its peers take"
        }
    }

    private static func name(_ way: DecisionRing.Way) -> String {
        switch way {
        case .best: "best"
        case .queue: "queue"
        case .retry: "retry"
        case .trial: "trial"
        }
    }

    private static func outcome(_ ending: DecisionRing.Ending?) -> String {
        switch ending {
        case nil: "running"
        case .succeeded: "succeeded"
        case .ignored: "ignored"
        case .declined(let status): "declined with status \(status)"
        case .failed(let failure): "failed: \(Reason.of(failure))"
        }
    }
}
