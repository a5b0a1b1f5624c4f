/// Failures do not make an instance look free or fast.
///
/// A request that failed, or that its instance declined, counts as in flight on for as long as a good answer takes: for
/// strategies alone, as a shadow. Without it the instance that fails at once has the fewest requests in flight, and gets
/// the most.
extension PoolState {
    /// The shadow of an answer that its peers do not give.
    private static let longShadow = Duration.seconds(10)

    /// A request ended badly on the deployment. Whoever calls this refreshes the instance.
    mutating func castShadow(_ deployment: Int, atLeast least: Duration = .zero, at now: Moment) {
        let instance = instance(of: deployment)
        instanceRecords[instance].shadows.cast(until: now + max(least, .seconds(usualDuration(deployment))))
        countShadows(on: instance)
    }

    /// Takes shadows away whose time is over. Answers when the next one ends; nil where there is none.
    mutating func liftShadows(on instance: Int, at now: Moment) -> Moment? {
        guard instances[instance].shadows > 0 else { return nil }
        instanceRecords[instance].shadows.lift(at: now)
        countShadows(on: instance)
        return instanceRecords[instance].shadows.nextEnd
    }

    private mutating func countShadows(on instance: Int) {
        let had = instances[instance].shadows > 0
        instances[instance].shadows = Int32(instanceRecords[instance].shadows.count)
        let has = instances[instance].shadows > 0
        if has != had { shadowed += has ? 1 : -1 }
    }

    /// The work of those of a model's instances that may be picked and have no shadows.
    func unshadowedLoad(of model: Int) -> UnshadowedLoad {
        var all = UnshadowedLoad()
        for place in models[model].deployments.indices where models[model].order[place] < KeyOrder.excluded {
            let instance = instances[self.instance(of: models[model].deployments[place])]
            if instance.shadows == 0 { all.add(instance.load) }
        }
        return all
    }

    /// Whether a choice has to ask `isPassedOver`.
    var mayPassOver: Bool { shadowed > 0 || returning > 0 }

    /// Whether a strategy that looks at more than counts passes a deployment over while others may be picked: it is shunned, or
    /// comes back and has as much as it may have, or its instance has shadows and, with them, as much to do as those without have on average. By seconds alone, what
    /// fails at once would look free.
    func isPassedOver(_ deployment: Int, beside others: UnshadowedLoad) -> Bool {
        if deployments[deployment].isEased { return true }
        let instance = instances[instance(of: deployment)]
        return instance.shadows > 0 && others.isReached(by: instance.load)
    }

    /// Seconds that a good answer takes there, else on its peers; a second where nobody knows.
    private func usualDuration(_ deployment: Int) -> Double {
        if let own = deployments[deployment].duration.value { return min(max(own, 0.1), 60) }
        let others = models[model(of: deployment)].deployments.compactMap { deployments[$0].duration.value }
        return others.isEmpty ? 1 : min(max(others.reduce(0, +) / Double(others.count), 0.1), 60)
    }

    // MARK: Answers that say that the request is at fault

    /// Whether such answers of a deployment stand out against those of its model's deployments on other instances, so
    /// that they may be about the instance.
    func standsOut(_ deployment: Int) -> Bool {
        let (own, peers) = declines(of: deployment)
        return own.standsOut(against: peers)
    }

    private func declines(of deployment: Int) -> (own: Declines.Share, peers: Declines.Share) {
        Declines.compare(
            deployment, with: models[model(of: deployment)].deployments,
            instance: { deployments[$0].instance },
            share: { histories[$0].declines.share(answers: deployments[$0].answers) })
    }

    /// The instance is well and says that the request is at fault. It may be wrong: where its peers do not say so, less is
    /// sent there.
    mutating func decline(_ deployment: Int, _ grant: Grant, status: Int, at now: Moment) {
        let instance = instance(of: deployment)
        histories[deployment].declines.record(status, answers: deployments[deployment].answers)
        let (own, peers) = declines(of: deployment)
        let standsOut = own.standsOut(against: peers)
        if standsOut, !histories[deployment].standsOut {
            note(.standsOut(place(instance, deployment), Declines.words(own, peers, status: status)))
        }
        histories[deployment].standsOut = standsOut
        histories[deployment].isShunned = standsOut && own.isMost
        ease(deployment)
        castShadow(deployment, atLeast: standsOut ? Self.longShadow : .zero, at: now)
        // It has shown neither that it works nor that it does not: the next trial has to wait, or each would be one.
        if grant.proof == .health { histories[deployment].proofDue = now + histories[deployment].breakerSettings.open }
        let settings = histories[deployment].breakerSettings
        deployments[deployment].breaker.recordDeclined(
            generation: grant.deploymentGeneration, settings: settings, at: now)
        refreshAll(on: instance, at: now)
    }
}

/// The mean of several loads, against which another is held.
struct UnshadowedLoad {
    private var sum = 0
    private var count = 0

    mutating func add(_ load: Int) {
        sum += load
        count += 1
    }

    /// Whether a load is no lower than the mean; false where there is none.
    func isReached(by load: Int) -> Bool { count > 0 && load * count >= sum }
}

extension Declines {
    /// A deployment's share, and that of its model's deployments on other instances.
    static func compare(
        _ deployment: Int, with members: [Int], instance: (Int) -> Int32, share: (Int) -> Share
    ) -> (own: Share, peers: Share) {
        let own = instance(deployment)
        var peers = Share.none
        for other in members where instance(other) != own { peers = peers + share(other) }
        return (share(deployment), peers)
    }

    /// Why it stands out, for people.
    static func words(_ own: Share, _ peers: Share, status: Int) -> String {
        let what = (400..<500).contains(status) ? "4xx (last: \(status))" : "that the request is at fault"
        return "answered \(what) to \(own.declined) of its last \(own.of) requests, its peers to \(peers.declined) of "
            + "\(peers.of); they are preferred"
    }
}
