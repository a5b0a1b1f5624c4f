extension PoolState {
    /// `refusal` for a model that there may not be.
    func outlook(_ model: Int, _ request: PickRequest, at now: Moment) -> Unavailable? {
        models.indices.contains(model) ? refusal(model, request, isExplained: true, at: now) : nil
    }

    /// Why a request cannot be served, what to do, and when to come back; of what it excludes nothing is said. Slow: the
    /// words are made only where somebody reads them.
    func refusal(_ model: Int, _ request: PickRequest, isExplained: Bool, at now: Moment) -> Unavailable {
        guard isExplained else { return Unavailable(message: "", retryAfter: .seconds(1)) }
        let members = models[model].deployments.filter { allows(request, $0) }
        let some = request.excluded.isEmpty ? "no instance" : "no instance that this request may use"
        let message = explain(model, members, request, some: some, at: now)
        guard let opening = openings(model, at: now).first(for: request, at: now) else {
            return Unavailable(message: message, retryAfter: retryAfter(members, at: now))
        }
        let opensIn = opening.at.map { $0 - now }
        return Unavailable(
            message: message, retryAfter: max(.seconds(1), opensIn ?? .zero), limit: opening.limit, opensIn: opensIn)
    }

    /// Where nothing is full: when time may change the answer, held between one second and five minutes; 5 s when only
    /// events can.
    private func retryAfter(_ members: [Int], at now: Moment) -> Duration {
        var soonest = Moment.never
        for deployment in members {
            if case .coolingDown(let until, _) = availability(of: deployment, at: now) { soonest = min(soonest, until) }
        }
        if soonest == .never { return .seconds(5) }
        return min(max(soonest - now, .seconds(1)), .seconds(300))
    }

    private func explain(
        _ model: Int, _ members: [Int], _ request: PickRequest, some: String, at now: Moment
    ) -> String {
        let name = models[model].name
        if members.isEmpty { return "`\(name)` has no deployment; add one to model_list" }
        let lacking = members.filter { availability(of: $0, at: now) == .lacksTag }
        if let first = lacking.first {
            let others = members.filter { !deployments[$0].lacksTag }
            let tag = deploymentRecords[first].spec.tag
            let places = lacking.map { instanceName($0) }.joined(separator: ", ")
            let isPulled = lacking.allSatisfy { instanceRecords[instance(of: $0)].spec.tagMatching == .ollama }
            let verb = isPulled ? "pull" : "serve"
            let pull = lacking.count == 1 ? "\(verb) it on \(places)" : "\(verb) it on one of \(places)"
            if others.isEmpty { return "\(some) has `\(tag)`; \(pull)" }
            let have = others.map { "\(instanceName($0)) has it but \(state(of: $0, request, at: now))" }
            return "no instance with `\(tag)` can be used now; \(pull) (\(have.joined(separator: ", ")))"
        }
        let states = members.map { "\(instanceName($0)) \(state(of: $0, request, at: now))" }.joined(separator: ", ")
        return "\(some) can serve `\(name)` now: \(states); see `drover status`"
    }

    /// The state of the model's instances beside one, for the end of an error about that one; nil where there are no others.
    func others(than instance: Int, of model: Int, _ request: PickRequest, at now: Moment) -> String? {
        guard models.indices.contains(model) else { return nil }
        let others = models[model].deployments.filter { self.instance(of: $0) != instance && allows(request, $0) }
        guard !others.isEmpty else { return nil }
        let told = others.prefix(Self.mostTold).map { "\(instanceName($0)) \(state(of: $0, request, at: now))" }
        let rest = others.count - told.count
        return told.joined(separator: ", ") + (rest > 0 ? ", and \(rest) more" : "")
    }

    /// An error names no more instances one by one.
    private static let mostTold = 8

    private func instanceName(_ deployment: Int) -> String {
        instanceRecords[instance(of: deployment)].spec.name
    }

    private func state(of deployment: Int, _ request: PickRequest, at now: Moment) -> String {
        let record = instanceRecords[instance(of: deployment)]
        switch availability(of: deployment, at: now) {
        case .ready, .unknown, .full(.slots):
            guard let window = window(of: deployment), !window.admits(request.mostTokens, at: now) else {
                return deployments[deployment].isFailing
                    ? "fails (\(Reason.of(histories[deployment].lastFailure)))" : "is ready"
            }
            return
                "is full: its tpm of \(window.mostTokens) leaves too little for this request for"
                + " \(Reason.seconds(window.end - now))"
        case .full(.cap):
            let cap = deploymentRecords[deployment].spec.maxParallel ?? Int(deployments[deployment].maxParallel)
            return "is at its cap (max_parallel_requests) of \(cap)"
                + (deployments[deployment].maxParallel < cap ? ", which other gateways share" : "")
        case .full(.busy(let until)): return "has asked for a pause, which ends in \(Reason.seconds(until - now))"
        case .full(.tried): return "has asked for a pause, and a request is out that tries whether it is over"
        case .full(.limit(let limit, let until)):
            return "is full: \(Reason.of(limit)) limit is reached for \(Reason.seconds(until - now))"
        case .coolingDown(let until, _):
            return
                "is cooling down for \(Reason.seconds(until - now)) after \(Reason.of(histories[deployment].lastFailure))"
        case .down: return "is down" + (record.downReason.isEmpty ? "" : " (\(record.downReason))")
        case .draining: return "is draining"
        case .lacksTag: return "lacks its tag"
        case .disabled: return "cannot be used: \(deploymentRecords[deployment].spec.unavailable ?? "")"
        }
    }
}

/// Words for people.
enum Reason {
    /// A failure as in "cooling down after …".
    static func of(_ failure: Failure?) -> String {
        switch failure {
        case nil: "failures"
        case .refused: "a refused connection"
        case .connectionLost: "lost connections"
        case .timedOut: "time-outs"
        case .serverError(let status): "answers with status \(status)"
        case .saturated(_, isRateLimit: true): "a rate limit"
        case .saturated: "`server busy`"
        case .missingTag: "a missing tag"
        case .incomplete: "incomplete answers"
        }
    }

    /// A limit as in "its … limit is reached".
    static func of(_ limit: RateWindow.Limit) -> String {
        switch limit {
        case .requests: "its rpm"
        case .tokens: "its tpm"
        }
    }

    /// Whole seconds, rounded up, with the unit.
    static func seconds(_ duration: Duration) -> String {
        "\(max(0, Int(duration.inSeconds.rounded(.up)))) s"
    }
}
