/// Trials that cost no client a wait; see `Canary`. Only for a model that is in memory on an instance which answered nobody and passes
/// its probes: one at a time, where a client's request would be the trial next.
extension PoolState {
    /// So long before a client's request may be the trial.
    private static let before = Duration.seconds(15)

    /// The next one that an instance is to be asked for. It is its breaker's trial until it has ended.
    package mutating func beginCanary(on instance: Int, at now: Moment) -> Canary? {
        guard settings.usesCanaries, instances.indices.contains(instance), instances[instance].reach == .up,
            instances[instance].breaker.isClosed, !instances[instance].isGone, !instances[instance].isDraining,
            let loaded = instanceRecords[instance].loaded
        else { return nil }
        var cursor = first(on: instance)
        while let deployment = cursor {
            if let canary = beginCanary(deployment, on: instance, loaded, at: now) { return canary }
            cursor = next(after: deployment)
        }
        return nil
    }

    private mutating func beginCanary(
        _ deployment: Int, on instance: Int, _ loaded: [LoadedModel], at now: Moment
    ) -> Canary? {
        guard isDumb(deployment), case .open(let until, _) = deployments[deployment].breaker.state,
            now + Self.before >= until, deployments[deployment].breaker.goodProbes >= settings.rise,
            !deployments[deployment].lacksTag,
            let context = loaded.first(where: { $0.model == deploymentRecords[deployment].tag })?.contextLength
        else { return nil }
        let known = listing(of: deployment)
        _ = deployments[deployment].breaker.admitTrial()
        note(.halfOpened(place(instance, deployment)))
        refreshAll(on: instance, at: now)
        return Canary(
            instance: InstanceID(index: instance), tag: deploymentRecords[deployment].spec.tag, context: context,
            embeds: known?.chats == false && known?.embeds == true, deployment: deployment,
            generation: deployments[deployment].breaker.generation)
    }

    /// One has ended.
    ///
    /// - Parameter time: from its request to its answer; nil where none came.
    package mutating func endCanary(_ canary: Canary, answeredIn time: Duration?, at now: Moment) {
        let (deployment, instance) = (canary.deployment, canary.instance.index)
        guard case .halfOpen(let until, _) = deployments[deployment].breaker.state else { return }
        guard let time else {
            let change = deployments[deployment].breaker.recordFailure(
                generation: canary.generation, tripAfter: 1, settings: histories[deployment].breakerSettings,
                at: max(now, until), random: &random)
            if case .opened(let wait) = change { note(.tripped(place(instance, deployment), for: wait)) }
            return refreshAll(on: instance, at: now)
        }
        guard deployments[deployment].breaker.recordSuccess(generation: canary.generation) != nil else { return }
        note(.recovered(place(instance, deployment)))
        // It may answer because it was mended, or because it is only slow.
        histories[deployment].firstTokens.lengthen(to: time, promptTokens: 1, canary.embeds ? .wholes : .answers)
        (histories[deployment].trialsLeft, histories[deployment].leftInRow) = (0, 0)
        histories[deployment].proofDue = .never
        (deployments[deployment].isFailing, histories[deployment].isDoubted) = (false, false)
        forgetLatency(deployment, at: now)
        beginComeback(deployment, isProven: true, at: now)
        changed(instance, at: now)
    }
}
