import Balancer
import BoxModel

/// Several gateways over one pool, each with a balancer of its own. Every request comes to one of them by chance, as from a load
/// balancer that knows nothing of the boxes.
struct GatewaysPolicy: RoutingPolicy, ~Copyable {
    /// One of them. A class, since an array holds no values that cannot be copied.
    private final class Gateway {
        var policy: BalancerPolicy
        var exchange: PoolExchange

        init(_ policy: consuming BalancerPolicy, number: Int) {
            exchange = PoolExchange(gateway: UInt64(number + 1), isAlone: false)
            exchange.enlist(policy.places())
            self.policy = policy
        }
    }

    var decisions: [RoutingDecision] = []
    let isProbing = true

    private let gateways: [Gateway]
    /// The gateway of each request.
    private let seats: [Int32]
    private let isSharing: Bool
    /// The latest word of each.
    private var words: [OtherGateways.Heard?]
    private var saidAt: [Moment]
    /// When each has its next word.
    private var turns: [Moment]

    /// From one word to the next.
    private static let interval = Duration.milliseconds(250)

    init(
        _ strategy: String, _ pool: SimulatedPool, _ workload: Workload, placement: Placement, count: Int,
        isSharing: Bool, seed: UInt64
    ) {
        gateways = (0..<count).map { number in
            Gateway(
                BalancerPolicy(strategy, pool, workload, placement: placement, seed: seed &+ UInt64(number)),
                number: number)
        }
        var random = RandomSource(seed: ~seed)
        seats = workload.requests.map { _ in Int32(random.below(count)) }
        self.isSharing = isSharing
        words = Array(repeating: nil, count: count)
        let start = Moment(nanoseconds: workload.requests.first?.arrival ?? 0)
        saidAt = Array(repeating: start, count: count)
        // Not all at once: gateways were not started together.
        turns = (0..<count).map { start + Self.interval * $0 / count }
    }

    var predictions: PredictionErrors {
        gateways.reduce(into: PredictionErrors()) { $0.add($1.policy.predictions) }
    }

    /// Requests that the gateways count as in flight, and those they count as waiting.
    var open: (inFlight: Int, waiting: Int) {
        gateways.reduce((0, 0)) { ($0.0 + $1.policy.open.inFlight, $0.1 + $1.policy.open.waiting) }
    }

    private func gateway(of request: Int) -> Gateway { gateways[Int(seats[request])] }

    private mutating func collect(_ gateway: Gateway) {
        decisions += gateway.policy.decisions
        gateway.policy.decisions.removeAll(keepingCapacity: true)
    }

    mutating func choose(_ request: Int, tried: InstanceSet, at now: Moment) {
        let gateway = gateway(of: request)
        gateway.policy.choose(request, tried: tried, at: now)
        collect(gateway)
    }

    mutating func firstToken(_ request: Int, after time: Duration, at now: Moment) {
        let gateway = gateway(of: request)
        gateway.policy.firstToken(request, after: time, at: now)
        collect(gateway)
    }

    mutating func ended(_ request: Int, _ outcome: Outcome, at now: Moment) {
        let gateway = gateway(of: request)
        gateway.policy.ended(request, outcome, at: now)
        collect(gateway)
    }

    mutating func leave(_ request: Int, at now: Moment) {
        let gateway = gateway(of: request)
        gateway.policy.leave(request, at: now)
        collect(gateway)
    }

    mutating func probed(_ report: ProbeReport, at now: Moment) {
        for gateway in gateways {
            gateway.policy.probed(report, at: now)
            collect(gateway)
        }
    }

    mutating func nextWake() -> Moment? {
        let own = gateways.compactMap { $0.policy.nextWake() }.min()
        guard isSharing, let turn = turns.min() else { return own }
        return min(own ?? turn, turn)
    }

    mutating func wake(at now: Moment) {
        for gateway in gateways {
            guard let moment = gateway.policy.nextWake(), moment <= now else { continue }
            gateway.policy.wake(at: now)
            collect(gateway)
        }
        guard isSharing else { return }
        for number in gateways.indices where turns[number] <= now { talk(number, at: now) }
    }

    /// One says its word and hears those of the others.
    private mutating func talk(_ number: Int, at now: Moment) {
        let gateway = gateways[number]
        let word = gateway.exchange.word(gateway.policy.loads())
        var others: [OtherGateways.Heard] = []
        for other in words.indices where other != number {
            guard var heard = words[other], saidAt[other] + OtherGateways.remembered > now else { continue }
            heard.age = now - saidAt[other]
            others.append(heard)
        }
        let news = PoolNews(
            answering: word, of: UInt64(number + 1), others: others, unixSeconds: now.nanoseconds / 1_000_000_000)
        words[number] = OtherGateways.Heard(gateway: UInt64(number + 1), word: news.granted, age: .zero)
        saidAt[number] = now
        turns[number] = now + Self.interval
        if let load = gateway.exchange.hear(news, saidAt: now, at: now) { gateway.policy.take(load, at: now) }
        collect(gateway)
    }

    mutating func takeProbeWishes() -> [Int] { gateways.flatMap { $0.policy.takeProbeWishes() } }
}
