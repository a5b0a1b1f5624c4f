/// One gateway's side of the exchange with others over the same instances: what it says, and what it makes of the answers.
///
/// A pure value; the balancer and the simulator carry its words to and fro. Instances are the same if their base URLs are,
/// whatever their positions and names.
package struct PoolExchange: Sendable {
    private let gateway: UInt64
    private var others = OtherGateways()
    private var places: [SharedPlace] = []
    private var instances: [UInt64: Int] = [:]
    private var instanceCount = 0
    private var isAlone: Bool
    private var round = CapRound()
    /// By deployment that has a cap.
    private var caps: [Int: CapShare] = [:]
    /// In flight at the last word, by deployment.
    private var before: [Int32] = []
    /// The last answer was to a word that was said then; before the first one, when it was missed first.
    private var answeredAt: Moment?
    /// The store has been silent for too long.
    private var isCutOff = false

    /// - Parameters:
    ///   - gateway: Its number among the others.
    ///   - isAlone: Whether nobody else is there when it begins.
    package init(gateway: UInt64, isAlone: Bool) {
        (self.gateway, self.isAlone) = (gateway, isAlone)
    }

    /// Takes in what the pool has by now. What was agreed on with others stands where it is about the same cap.
    package mutating func enlist(_ pool: PoolPlaces) {
        var known: [SharedPlace: CapShare] = [:]
        for (index, cap) in caps { known[places[index]] = cap }
        let former = places
        (places, caps, instances) = ([], [:], [:])
        for (index, deployment) in pool.deployments.enumerated() {
            let place = SharedPlace(deployment, on: pool.instances[deployment.instance.index])
            places.append(place)
            guard !pool.gone.contains(index), let cap = deployment.maxParallel, cap < Self.mostShared else { continue }
            let share = known[place].flatMap { $0.cap == Int32(cap) ? $0 : nil }
            caps[index] = share ?? CapShare(cap: Int32(cap), isAlone: isAlone)
            if isCutOff, share == nil { caps[index]!.beCutOff(as: gateway, round) }
        }
        for (instance, spec) in pool.instances.enumerated() where !pool.goneInstances.contains(instance) {
            instances[SharedPlace.number(ofInstance: spec)] = instance
        }
        instanceCount = pool.instances.count
        for index in before.indices where index >= places.count || former[index] != places[index] { before[index] = 0 }
    }

    /// A cap as high as this is none.
    private static let mostShared = 1_000_000

    /// How many deployments it knows.
    package var count: Int { places.count }

    // MARK: Its own word

    /// What it says now.
    package mutating func word(_ loads: PoolLoads) -> PoolWord {
        var lines: [PoolWord.Line] = []
        var plain: [PoolWord.Line] = []
        for index in places.indices where index < loads.inFlight.count {
            let (inFlight, waiting) = (loads.inFlight[index], loads.waiting[index])
            let last = waiting > 0 && index < before.count ? before[index] : 0
            var line = PoolWord.Line(place: places[index], inFlight: max(inFlight, last), waiting: waiting)
            if let cap = caps[index]?.cap {
                line.cap = cap
                let known = otherLines(of: places[index].deployment)
                line.claim = caps[index]!.claim(inFlight: inFlight, others: known, as: gateway, round)
                line.inFlight = min(line.inFlight, line.claim)
                lines.append(line)
            } else if line.inFlight > 0 || waiting > 0 {
                plain.append(line)
            }
        }
        before = loads.inFlight
        if plain.count > PoolWord.mostLines {
            plain.sort { $0.inFlight > $1.inFlight }
            plain.removeLast(plain.count - PoolWord.mostLines)
        }
        return PoolWord(lines + plain)
    }

    private func otherLines(of deployment: UInt64) -> [(id: UInt64, line: PoolWord.Line)] {
        others.words.compactMap { other in
            other.word.lines.first { $0.place.deployment == deployment && $0.cap > 0 }.map { (other.id, $0) }
        }
    }

    // MARK: The others' words

    /// Hears the answer to the word that was said at `saidAt`: everything in it is as old as that at most. One that comes
    /// too late to be held to is not heard.
    package mutating func hear(_ news: PoolNews, saidAt: Moment, at now: Moment) -> OutsideLoad? {
        guard now - saidAt < OtherGateways.lifetime else { return nil }
        (isAlone, isCutOff, answeredAt) = (false, false, saidAt)
        others.hear(news.others, at: saidAt)
        round = CapRound(gateways: (news.others.map(\.gateway) + [gateway]).sorted(), turn: news.turn)
        for (index, cap) in caps {
            let line = news.granted.lines.first { $0.place == places[index] && $0.cap == cap.cap }
            if let line { caps[index]!.hear(line.claim) }
        }
        _ = others.lapse(at: now)
        return load()
    }

    /// Nobody else is there, and nobody begins without this one's knowledge.
    package mutating func beAlone() -> OutsideLoad? {
        guard !isAlone else { return nil }
        (isAlone, isCutOff, answeredAt) = (true, false, nil)
        (others, round) = (OtherGateways(), CapRound())
        for index in caps.keys { caps[index]!.beAlone() }
        return load()
    }

    /// Time has passed: forgets who has said nothing for long. Nil where that changes nothing.
    package mutating func lapse(at now: Moment) -> OutsideLoad? {
        var isChanged = others.lapse(at: now)
        let since = answeredAt ?? now
        if !isAlone { answeredAt = since }
        if !isAlone, !isCutOff, now - since >= OtherGateways.lifetime {
            isCutOff = true
            for index in caps.keys { caps[index]!.beCutOff(as: gateway, round) }
            isChanged = true
        }
        return isChanged ? load() : nil
    }

    /// What the pool has to know by now.
    package func load() -> OutsideLoad {
        var load = OutsideLoad(
            deployments: .init(repeating: .init(), count: places.count),
            instances: .init(repeating: 0, count: instanceCount))
        var onDeployment: [UInt64: Int32] = [:]
        var onPlacement: [UInt64: (inFlight: Int32, contenders: Int32, rank: Int32)] = [:]
        for other in others.words {
            var waiting: Set<UInt64> = []
            for line in other.word.lines {
                if let instance = instances[line.place.instance] { load.instances[instance] += line.inFlight }
                onDeployment[line.place.deployment, default: 0] += line.inFlight
                onPlacement[line.place.placement, default: (0, 0, 0)].inFlight += line.inFlight
                guard line.waiting > 0, waiting.insert(line.place.placement).inserted else { continue }
                onPlacement[line.place.placement]!.contenders += 1
                if other.id < gateway { onPlacement[line.place.placement]!.rank += 1 }
            }
        }
        for (index, place) in places.enumerated() {
            load.deployments[index].inFlight = onDeployment[place.deployment] ?? 0
            if let known = onPlacement[place.placement] {
                load.deployments[index].onPlacement = known.inFlight
                load.deployments[index].contenders = known.contenders
                let all = Int64(known.contenders) + 1
                load.deployments[index].rank = Int32((Int64(known.rank) + round.turn) % all)
            }
            load.deployments[index].limit = caps[index]?.limit
        }
        return load
    }
}

/// The pool's instances and deployments, as they were specified.
package struct PoolPlaces: Sendable {
    var instances: [InstanceSpec]
    var deployments: [DeploymentSpec]
    /// The deployments that were left out.
    var gone: Set<Int> = []
    /// The same of instances.
    var goneInstances: Set<Int> = []
}
