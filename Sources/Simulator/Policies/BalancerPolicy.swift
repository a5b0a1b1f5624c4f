import Balancer
import BoxModel

/// The product's own balancer, the same value that the gateway runs, with one of its strategies.
struct BalancerPolicy: RoutingPolicy, ~Copyable {
    var decisions: [RoutingDecision] = []
    let isProbing = true
    private(set) var predictions = PredictionErrors()

    private var pool: PoolState
    private let requests: [SimulatedRequest]
    /// Each request's grant, while it holds one.
    private var grants: [Grant?]
    private var isSampled: [Bool]
    /// The request behind each ticket, by the ticket's number less one.
    private var holders: [Int32] = []
    /// The ticket of each waiting request.
    private var tickets: [Int: WaitTicket] = [:]
    private var probeWishes: [Int] = []
    private let objective: Duration?

    init(_ strategy: String, _ pool: SimulatedPool, _ workload: Workload, placement: Placement, seed: UInt64) {
        objective = pool.queueObjective
        self.pool = PoolState(Self.spec(strategy, pool, placement, seed: seed), at: .zero)
        requests = workload.requests
        grants = Array(repeating: nil, count: requests.count)
        isSampled = Array(repeating: false, count: requests.count)
    }

    /// Requests that the pool counts as in flight, and those it counts as waiting.
    var open: (inFlight: Int, waiting: Int) { (pool.inFlight, pool.waiting) }

    // MARK: Other gateways

    func loads() -> PoolLoads { pool.loads() }

    func places() -> PoolPlaces { pool.places() }

    /// What others have in flight.
    mutating func take(_ load: OutsideLoad, at now: Moment) {
        pool.take(load, at: now)
        deliver()
    }

    // MARK: Requests

    mutating func choose(_ request: Int, tried: InstanceSet, at now: Moment) {
        let asked = pickRequest(request, tried)
        let model = Int(requests[request].model)
        switch pool.pick(model, asked, at: now) {
        case .success(let grant): send(request, grant)
        case .failure(.full): wait(request, model, asked, at: now)
        case .failure: decisions.append(.refuse(request: request))
        }
        deliver()
    }

    mutating func firstToken(_ request: Int, after time: Duration, at now: Moment) {
        guard let grant = grants[request] else { return }
        isSampled[request] = true
        predictions.firstToken(request, after: time, foreseen: grant.foreseenFirstToken)
        pool.firstToken(grant, after: time, at: now)
        deliver()
    }

    mutating func ended(_ request: Int, _ outcome: Outcome, at now: Moment) {
        guard let grant = grants[request] else { return }
        grants[request] = nil
        if case .succeeded(let sample) = outcome {
            let foreseen = grant.foreseenFirstToken + grant.foreseenPace * Double(sample.completionTokens)
            predictions.completed(request, after: sample.duration, foreseen: foreseen)
        }
        pool.settle(grant, outcome, sampled: isSampled[request], at: now)
        isSampled[request] = false
        deliver()
    }

    mutating func leave(_ request: Int, at now: Moment) {
        if let ticket = tickets.removeValue(forKey: request) { _ = pool.leave(ticket) }
        deliver()
    }

    mutating func probed(_ report: ProbeReport, at now: Moment) {
        pool.observe(report, unixSeconds: now.seconds, at: now)
        deliver()
    }

    mutating func nextWake() -> Moment? { pool.nextWake() }

    mutating func wake(at now: Moment) {
        pool.serveAll(at: now)
        deliver()
    }

    mutating func takeProbeWishes() -> [Int] {
        guard !probeWishes.isEmpty else { return [] }
        defer { probeWishes = [] }
        return probeWishes
    }

    private mutating func wait(_ request: Int, _ model: Int, _ asked: PickRequest, at now: Moment) {
        switch pool.wait(model, asked, granted: { _ in }, refused: { _ in }, at: now) {
        case .success(let ticket):
            while holders.count < Int(ticket.number) { holders.append(-1) }
            holders[Int(ticket.number) - 1] = Int32(request)
            tickets[request] = ticket
            decisions.append(.hold(request: request))
        case .failure:
            decisions.append(.refuse(request: request))
        }
    }

    private mutating func deliver() {
        guard let effects = pool.takeEffects() else { return }
        for granted in effects.granted {
            let request = Int(holders[Int(granted.ticket) - 1])
            tickets[request] = nil
            send(request, granted.grant)
        }
        for refused in effects.refused {
            let request = Int(holders[Int(refused.ticket) - 1])
            tickets[request] = nil
            decisions.append(.refuse(request: request))
        }
        for case .staleKnowledge(let instance) in effects.facts { probeWishes.append(instance.index) }
    }

    private mutating func send(_ request: Int, _ grant: Grant) {
        grants[request] = grant
        decisions.append(.send(request: request, box: Int(grant.instance), context: grant.context))
    }

    private func pickRequest(_ request: Int, _ tried: InstanceSet) -> PickRequest {
        let simulated = requests[request]
        var asked = PickRequest(promptTokens: Int(simulated.promptTokens), tried: tried)
        asked.prefix = simulated.prefix
        asked.flow = UInt64(simulated.key)
        asked.serviceClass = simulated.serviceClass
        asked.patience = objective
        asked.context = simulated.context > 0 ? Int(simulated.context) : nil
        return asked
    }

    private static func spec(
        _ strategy: String, _ pool: SimulatedPool, _ placement: Placement, seed: UInt64
    ) -> PoolSpec {
        // As the configuration has it where nothing is said.
        let breaker = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        var deployments: [DeploymentSpec] = []
        var models: [ModelSpec] = []
        for (model, simulated) in pool.models.enumerated() {
            var own: [DeploymentID] = []
            for box in placement.boxes(of: model) {
                own.append(DeploymentID(index: deployments.count))
                deployments.append(
                    DeploymentSpec(
                        id: "\(simulated.name)@\(pool.boxes[box].name)", modelName: simulated.name,
                        upstreamModel: "ollama/\(simulated.name)", tag: simulated.name,
                        listedTag: simulated.name, instance: InstanceID(index: box), weight: 1,
                        slots: pool.boxes[box].toldSlots ?? (pool.slotsKnown ? pool.boxes[box].gpu.slots : nil),
                        maxParallel: nil, unavailable: nil,
                        breaker: breaker, context: nil, order: 0, rpm: nil, tpm: nil))
            }
            models.append(ModelSpec(name: simulated.name, strategy: strategy, deployments: own))
        }
        return PoolSpec(
            instances: pool.boxes.map {
                InstanceSpec(
                    name: $0.name, apiBase: "http://\($0.name):11434", provider: "ollama", probed: true,
                    memory: pool.memoryKnown ? $0.gpu.memoryBytes : nil)
            },
            deployments: deployments, models: models,
            settings: BalancerSettings(
                fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
                retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: pool.maxWaiting,
                maxWait: pool.maxWait ?? .seconds(86_400), saturationPause: .seconds(1), decisions: 0,
                protectsContext: true),
            seed: seed, version: "simulated")
    }
}
