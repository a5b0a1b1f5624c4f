#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The state of a model: the order of its deployments, and its queue.
struct ModelState: ~Copyable, Sendable {
    let name: String
    let strategy: any Strategy.Type
    /// The strategy of the keys. Where the model's own has none, all available deployments have the same key.
    let keyed: any KeyedStrategy.Type
    /// Whether the strategy's keys decide; else `chooser` does.
    let isKeyed: Bool
    var chooser: any Strategy
    let latencyRule: LatencyEWMA.Rule?
    /// Positions in `PoolState.deployments`, by place in the order.
    var deployments: [Int] = []
    var order: KeyOrder
    /// By ascending order; one where all are equal.
    var tiers: [Tier] = []
    /// The turn of the latest pick; of no use where there are several tiers.
    var clock = 0.0
    /// When time alone next changes what may be picked.
    var wake = Moment.never
    /// How many deployments are ready for a trial.
    var dueTrials = 0
    var waiters = WaitingLine()
    /// Whether its strategy needs predictions; then plans serve its queue, else it is first come, first served.
    let isPredicted: Bool
    /// Some of its deployments have limits per minute.
    var isLimited = false
    /// Nothing but counts and keys decides: no forecast, no tiers, no limits, nothing that is kept of decisions.
    var isPlain = false
    /// As `isPlain`, of a strategy that looks at all candidates.
    var isScanned = false
    /// How long the last in line has to wait, in seconds from `foreseenAt`, by the last plan.
    var foreseenWait = 0.0
    var foreseenAt = 0.0
    /// The logarithms of 1, 2, and so on; none where nobody looks at latencies.
    private let logarithms: [Double]

    init(name: String, strategy: any Strategy.Type) {
        self.name = name
        self.strategy = strategy
        let keyed = strategy as? any KeyedStrategy.Type
        self.keyed = keyed ?? RoundRobin.self
        isKeyed = keyed != nil
        chooser = strategy.init()
        latencyRule = strategy.latency
        isPredicted = strategy.needs.contains(.prediction)
        order = KeyOrder(tolerance: self.keyed.tolerance)
        logarithms = strategy.latency == nil ? [] : (1...64).map { log(Double($0)) }
    }

    /// Whether its strategy looks at latencies.
    var isTimed: Bool { latencyRule != nil }

    var isTiered: Bool { tiers.count > 1 }

    /// The deployment for a request about which there is nothing special, where nothing but counts and keys decides; nil
    /// when time, trials or the queue have a say.
    @inline(__always)
    mutating func pickAtOnce() -> Int? {
        guard isPlain, isCalm, let place = order.pick() else { return nil }
        return deployments[place]
    }

    /// Neither time nor trials nor the queue have a say.
    @inline(__always)
    var isCalm: Bool { wake == .never && dueTrials == 0 && waiters.isEmpty }

    /// Puts a deployment where its counts and estimates belong in the order. `inFlight` is its instance's.
    @inline(__always)
    mutating func rekey(_ deployment: DeploymentState, inFlight: Int) {
        order[Int(deployment.place)] = key(of: deployment, inFlight: inFlight)
    }

    /// `rekey` for one that was just served.
    @inline(__always)
    mutating func serve(_ deployment: DeploymentState, inFlight: Int) {
        order.serve(Int(deployment.place), key: key(of: deployment, inFlight: inFlight))
    }

    /// As if the deployments at these places had been served in their order, beginning anywhere: several gateways do not
    /// march in step.
    mutating func beginTurns(_ places: Range<Int>, random: inout RandomSource) {
        guard !places.isEmpty else { return }
        let start = random.below(places.count)
        for number in places.indices {
            let place = places.lowerBound + (number - places.lowerBound + start) % places.count
            order.serve(place, key: order[place])
        }
    }

    /// Beyond every key that a strategy gives, and below `KeyOrder.excluded`.
    private static let behindAll = 1e12

    @inline(__always)
    private func key(of deployment: DeploymentState, inFlight: Int) -> Double {
        guard deployment.isAvailable && deployment.inFlight < deployment.maxParallel else { return KeyOrder.excluded }
        let key = keyed.key(of: tally(of: deployment, inFlight: inFlight))
        return deployment.isEased ? key + Self.behindAll : key
    }

    @inline(__always)
    func tally(of deployment: DeploymentState, inFlight: Int) -> Tally {
        Tally(
            inFlight: inFlight, turn: deployment.turn, latencyLevel: deployment.latency.level,
            loadLevel: isTimed ? logarithm(of: inFlight + 1) : 0)
    }

    @inline(__always)
    private func logarithm(of number: Int) -> Double {
        number <= logarithms.count ? logarithms[number - 1] : log(Double(number))
    }

    /// Takes in a deployment at a place behind the others. Answers the clock that its turns go by.
    mutating func enlist(place: Int, order: Int) -> Double {
        if let tier = tiers.firstIndex(where: { $0.order == order }) {
            tiers[tier].places.append(place)
            return isTiered ? tiers[tier].clock : clock
        }
        if tiers.count == 1 { tiers[0].clock = clock }
        tiers.insert(Tier(order: order, places: [place]), at: tiers.firstIndex { $0.order > order } ?? tiers.count)
        return 0
    }

    /// Seconds from now until the last in line has its first token, by the last plan; 0 when nobody waits, nil where
    /// nothing is predicted.
    func predictedWait(at now: Moment) -> Double? {
        guard isPredicted else { return nil }
        return waiters.isEmpty ? 0 : max(0, foreseenWait - (now.seconds - foreseenAt))
    }
}
