/// A copy of the pool, taken under the lock and turned into a snapshot outside it.
struct PoolFrame: Sendable {
    let now: Moment
    let startedAt: Moment
    let version: String
    let rise: Int
    let instances: [InstanceState]
    let instanceRecords: [InstanceRecord]
    let deployments: [DeploymentState]
    let histories: [DeploymentHistory]
    let windows: [RateWindow]
    let deploymentRecords: [DeploymentRecord]
    let models: [Model]
    let inFlight: Int
    let waiting: Int
    let warnings: [String]
    /// By deployment; empty without a forecast.
    let learned: [PoolSnapshot.Learned]
    let inside: PoolAudit.Inside

    struct Model: Sendable {
        let name: String
        let strategy: String
        let deployments: [Int]
        let waiting: Int
        let queue: [PoolSnapshot.Queue]
        let predictedWait: Double?
    }
}

extension PoolState {
    /// A copy of everything. The hot arrays are really copied: sharing them would make the next pick copy them.
    func frame(at now: Moment) -> PoolFrame {
        PoolFrame(
            now: now, startedAt: startedAt, version: version, rise: settings.rise,
            instances: instances.copied, instanceRecords: instanceRecords,
            deployments: deployments.copied,
            histories: histories.withUnsafeBufferPointer { Array($0) },
            windows: windows.withUnsafeBufferPointer { Array($0) }, deploymentRecords: deploymentRecords,
            models: models.indices.map {
                PoolFrame.Model(
                    name: models[$0].name, strategy: models[$0].strategy.name, deployments: models[$0].deployments,
                    waiting: models[$0].waiters.count, queue: models[$0].waiters.byClass(at: now),
                    predictedWait: models[$0].predictedWait(at: now))
            },
            inFlight: inFlight, waiting: waiting, warnings: mismatches.sorted { $0.key < $1.key }.map(\.value),
            learned: forecast.map { forecast in deployments.indices.map { forecast.learned($0) } } ?? [],
            inside: counts)
    }
}

extension PoolFrame {
    /// The names of the instances that are in the pool.
    var instanceNames: [String] { instances.indices.filter { !instances[$0].isGone }.map(name(ofInstance:)) }

    func name(ofInstance index: Int) -> String { instanceRecords[index].spec.name }

    /// The instances that are in the pool, and those that were left out and have requests still.
    var shown: [Int] { instances.indices.filter { !instances[$0].isGone || instances[$0].inFlight > 0 } }

    func snapshot() -> PoolSnapshot {
        let audit = PoolAudit(self)
        return PoolSnapshot(
            version: version, uptimeSeconds: Rounded.thousandths((now - startedAt).inSeconds), inFlight: inFlight,
            othersInFlight: instances.reduce(0) { $0 + Int($1.outside) }, waiting: waiting,
            audit: PoolSnapshot.Audit(checked: audit.checked, drift: audit.drift),
            warnings: warnings, models: models.map(model), instances: shown.map(instance),
            deployments: deployments.indices.filter { !deployments[$0].isGone || deployments[$0].inFlight > 0 }
                .map(deployment))
    }

    func instance(_ index: Int) -> PoolSnapshot.Instance {
        let state = instances[index]
        let record = instanceRecords[index]
        let (name, reason) = standing(state, record)
        return PoolSnapshot.Instance(
            instance: record.spec.name, apiBase: record.spec.apiBase, provider: record.spec.provider,
            ollamaVersion: record.version, state: name, reason: reason, draining: state.isDraining,
            inFlight: Int(state.inFlight), othersInFlight: Int(state.outside),
            loaded: (record.loaded ?? []).map {
                PoolSnapshot.Loaded(
                    model: $0.model, contextLength: $0.contextLength, sizeVRAM: $0.sizeVRAM, expiresAt: $0.expiresAt)
            },
            lastProbe: record.lastProbe)
    }

    private func model(_ model: Model) -> PoolSnapshot.Model {
        PoolSnapshot.Model(
            modelName: model.name, strategy: model.strategy,
            ready: model.deployments.count { availability($0).isEligible }, total: model.deployments.count,
            waiting: model.waiting, queue: model.queue,
            predictedWaitSeconds: model.predictedWait.map(Rounded.thousandths))
    }

    func availability(_ deployment: Int) -> Availability {
        let state = deployments[deployment]
        return Availability(
            of: state, on: instances[Int(state.instance)], outside: histories[deployment].outsideOnPlacement,
            window: state.window < 0 ? nil : windows[Int(state.window)], rise: rise, at: now)
    }

    private func deployment(_ index: Int) -> PoolSnapshot.Deployment {
        let state = deployments[index]
        let history = histories[index]
        let record = deploymentRecords[index]
        let instance = instanceRecords[Int(state.instance)]
        let availability = availability(index)
        return PoolSnapshot.Deployment(
            modelID: record.spec.id, modelName: models[Int(state.model)].name, model: record.spec.upstreamModel,
            instance: instance.spec.name, state: availability.name,
            reason: (availability.isEligible ? oddness(index) ?? mistakenSlots(index) : nil)
                ?? reason(availability, state, history, record, instance),
            breaker: breaker(state.breaker), inFlight: Int(state.inFlight),
            othersInFlight: Int(history.outside),
            slots: record.spec.slots ?? learned(index).flatMap { $0.slotsKnown ? $0.slots : nil },
            waiting: models[Int(state.model)].waiting,
            resident: instance.loaded.map { $0.contains { $0.model == record.tag } },
            digest: instance.tags?[record.tag].flatMap { $0.digest.isEmpty ? nil : $0.digest },
            requests: state.requests, failures: history.failures,
            abandoned: history.abandoned,
            timeToFirstTokenMilliseconds: state.timeToFirstToken.value.map { Rounded.thousandths($0 * 1000) },
            durationMilliseconds: state.duration.value.map { Rounded.thousandths($0 * 1000) },
            tokensPerSecond: state.tokensPerSecond.value.map(Rounded.thousandths), learned: learned(index))
    }

    /// Why less is sent to a deployment that is ready; nil where it does not stand out.
    private func oddness(_ deployment: Int) -> String? {
        let (own, peers) = Declines.compare(
            deployment, with: models[Int(deployments[deployment].model)].deployments,
            instance: { deployments[$0].instance },
            share: { histories[$0].declines.share(answers: deployments[$0].answers) })
        guard own.standsOut(against: peers) else { return nil }
        return Declines.words(own, peers, status: histories[deployment].declines.status)
    }

    /// What is wrong with `model_info.slots`; nil where nothing shows that it is.
    private func mistakenSlots(_ deployment: Int) -> String? {
        guard let configured = deploymentRecords[deployment].spec.slots, let seen = learned(deployment)?.slotsSeen
        else {
            return nil
        }
        return seen > configured
            ? "works on \(seen) or more requests at once; model_info.slots says \(configured)"
            : "works on \(seen) at once; model_info.slots says \(configured)"
    }

    private func learned(_ deployment: Int) -> PoolSnapshot.Learned? {
        learned.indices.contains(deployment) ? learned[deployment] : nil
    }

    private func breaker(_ breaker: Breaker) -> String {
        switch breaker.state {
        case .closed: "closed"
        case .open: "open"
        case .halfOpen: "half_open"
        }
    }

    private func standing(_ state: InstanceState, _ record: InstanceRecord) -> (state: String, reason: String?) {
        if state.isGone { return ("draining", Self.leftOut) }
        if state.isDraining { return ("draining", "drained; `drover undrain \(record.spec.name)` puts it back") }
        if case .down = state.reach { return ("down", record.downReason) }
        switch state.breaker.state {
        case .open(let until, _): return ("cooling_down", cooling(until, after: .refused))
        case .halfOpen: return ("cooling_down", "a trial request is out after a refused connection")
        case .closed: break
        }
        if state.isUnproven { return ("unknown", Self.isNew) }
        return state.reach == .unknown ? ("unknown", record.unknownReason) : ("ready", nil)
    }

    private func reason(
        _ availability: Availability, _ state: DeploymentState, _ history: DeploymentHistory,
        _ record: DeploymentRecord, _ instance: InstanceRecord
    ) -> String? {
        switch availability {
        case .ready: nil
        case .unknown: instance.unknownReason
        case .unproven: Self.isNew
        case .full(.cap): capReason(state, history, record)
        case .full(.slots): "all \(state.slots) slots are at work; more requests queue on the instance"
        case .full(.limit(let limit, let until)):
            "\(Reason.of(limit)) limit is reached; a new minute begins in \(Reason.seconds(until - now))"
        case .full(.busy(let until)): "it has asked for a pause; left alone for \(Reason.seconds(until - now))"
        case .full(.tried): "a request is out that tries whether its pause is over"
        case .coolingDown(_, .out): "a trial request is out after \(Reason.of(history.lastFailure))"
        case .coolingDown(let until, _): cooling(until, after: history.lastFailure)
        case .down: instance.downReason
        case .draining where state.isGone: Self.leftOut
        case .draining: "drained; `drover undrain \(instance.spec.name)` puts it back"
        case .lacksTag where instance.spec.tagMatching == .ollama:
            "`\(record.spec.tag)` is not on the instance; run `ollama pull \(record.spec.tag)` there"
        case .lacksTag: "`\(record.spec.tag)` is not among the models that the instance serves"
        case .disabled: record.spec.unavailable
        }
    }

    private static let isNew =
        "new, and has answered no probe yet; until then it takes requests only where nothing older does"
    private static let leftOut = "not in the configuration any more; its requests may end"

    private func capReason(
        _ state: DeploymentState, _ history: DeploymentHistory, _ record: DeploymentRecord
    ) -> String {
        let cap = record.spec.maxParallel ?? Int(state.maxParallel)
        guard state.maxParallel < cap else {
            return "\(state.inFlight) of \(cap) requests allowed at once are in flight"
        }
        return
            "\(state.inFlight) requests are in flight here and \(history.outside) from other gateways, of \(cap) allowed at"
            + " once; this gateway's part is \(state.maxParallel)"
    }

    private func cooling(_ until: Moment, after failure: Failure?) -> String {
        let cause = Reason.of(failure)
        return until > now
            ? "cooling down for \(Reason.seconds(until - now)) after \(cause)"
            : "waits for one trial request after \(cause)"
    }
}

/// Numbers for people: nobody reads the seventeenth digit.
enum Rounded {
    static func thousandths(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
