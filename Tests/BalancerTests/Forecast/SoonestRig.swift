@testable import Balancer

/// A pool routed by `soonest`, as the bare value: boxes `box-1`, `box-2` … that all have the models `a`, `b` … on disk.
final class SoonestRig {
    private var pool: PoolState
    var now = 0.0
    private let models: Int
    private let boxes: Int
    /// What each request of a test holds.
    private(set) var grants: [Int: Grant] = [:]
    private var tickets: [UInt64: Int] = [:]
    /// The tickets of those that wait.
    private(set) var waiting: [Int: WaitTicket] = [:]
    /// Requests that were granted their turn, in order.
    private(set) var granted: [Int] = []
    /// Those that were told that nothing can serve them, in order.
    private(set) var refused: [Int] = []

    init(boxes: Int, models: Int = 1, slots: Int? = 2, maxWaiting: Int = 100, decisions: Int = 0, seed: UInt64 = 1) {
        self.models = models
        self.boxes = boxes
        let breaker = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        var deployments: [DeploymentSpec] = []
        var specs: [ModelSpec] = []
        for model in 0..<models {
            let name = Self.name(model)
            var own: [DeploymentID] = []
            for box in 0..<boxes {
                own.append(DeploymentID(index: deployments.count))
                deployments.append(
                    DeploymentSpec(
                        id: "\(name)-\(box)", modelName: name, upstreamModel: "ollama/\(name)", tag: name,
                        listedTag: "\(name):latest", instance: InstanceID(index: box), weight: 1, slots: slots,
                        maxParallel: nil, unavailable: nil,
                        breaker: breaker, context: nil, order: 0, rpm: nil, tpm: nil))
            }
            specs.append(ModelSpec(name: name, strategy: "soonest", deployments: own))
        }
        let spec = PoolSpec(
            instances: (0..<boxes).map {
                InstanceSpec(name: "box-\($0 + 1)", apiBase: "http://box-\($0 + 1)", provider: "ollama", probed: true)
            },
            deployments: deployments, models: specs,
            settings: BalancerSettings(
                fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
                retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: maxWaiting, maxWait: .seconds(30),
                saturationPause: .seconds(1), decisions: decisions, protectsContext: true),
            seed: seed, version: "test")
        pool = PoolState(spec, at: .zero)
    }

    static func name(_ model: Int) -> String { ["a", "b", "c", "d", "e"][model] }

    var moment: Moment { Moment(nanoseconds: Int64(now * 1e9)) }

    var inFlight: Int { pool.inFlight }
    var waitingCount: Int { pool.waiting }
    var forecast: Forecast? { pool.forecast }

    func forecastForTests(_ change: (inout Forecast) -> Void) {
        if pool.forecast != nil { change(&pool.forecast!) }
    }

    func nextWake() -> Moment? { pool.nextWake() }

    func drain(_ box: Int) { _ = pool.setDraining(true, "box-\(box + 1)", at: moment) }

    func attempts(of number: Int) -> [DecisionReport.Attempt] {
        pool.attempts(of: UInt64(number), unixSeconds: now, at: moment)
    }

    /// A probe finds these models, each of five gigabytes, in a box's memory.
    func show(_ box: Int, loaded: [Int], size: Int64 = 5_000_000_000) {
        let tags = (0..<models).map {
            KnownTag(name: "\(Self.name($0)):latest", digest: "d", size: size, isRemote: false)
        }
        let report = ProbeReport(
            instance: InstanceID(index: box), at: moment, latency: .zero, result: .reachable, version: nil, tags: tags,
            loaded: loaded.map {
                LoadedModel(
                    model: "\(Self.name($0)):latest", contextLength: 8192, size: size, sizeVRAM: size, expiresAt: "")
            })
        pool.observe(report, unixSeconds: now, at: moment)
    }

    /// Sends a request, or has it wait; the box it went to.
    @discardableResult
    func send(
        _ number: Int, model: Int = 0, tokens: Int = 100, flow: UInt64 = 0, serviceClass: ServiceClass = .default,
        prefix: [UInt64] = [], patience: Duration? = nil, context: Int? = nil, isStreamed: Bool = true,
        goesAtOnce: Bool = false
    ) throws(PickError) -> Int? {
        var request = PickRequest(promptTokens: tokens, tried: [])
        request.flow = flow
        request.call = UInt64(number)
        request.serviceClass = serviceClass
        request.prefix = prefix
        request.patience = patience
        request.context = context
        request.isStreamed = isStreamed
        request.goesAtOnce = goesAtOnce
        switch pool.pick(model, request, at: moment) {
        case .success(let grant):
            grants[number] = grant
            return Int(grant.instance)
        case .failure(.full):
            let ticket = try pool.wait(model, request, granted: { _ in }, refused: { _ in }, at: moment).get()
            tickets[ticket.number] = number
            waiting[number] = ticket
            deliver()
            return grants[number].map { Int($0.instance) }
        case .failure(let error): throw error
        }
    }

    /// A request's first token comes.
    func firstToken(_ number: Int) {
        guard let grant = grants[number] else { return }
        pool.firstToken(grant, after: .seconds(1), at: moment)
        deliver()
    }

    /// A request ends, as the box tells it.
    func end(
        _ number: Int, prompt: Int = 100, output: Int = 50, load: Double = 0, prefill: Double = 0.1, decode: Double = 1,
        queued: Double = 0
    ) {
        let total = load + queued + prefill + decode
        let sample = Sample(
            timeToFirstToken: .seconds(total - decode), duration: .seconds(total), promptTokens: prompt,
            completionTokens: output,
            times: BoxTimes(
                total: .seconds(total), load: .seconds(load), prefill: .seconds(prefill), decode: .seconds(decode)))
        settle(number, .succeeded(sample))
    }

    func settle(_ number: Int, _ outcome: Outcome) {
        guard let grant = grants.removeValue(forKey: number) else { return }
        pool.settle(grant, outcome, sampled: true, at: moment)
        deliver()
    }

    func leave(_ number: Int) -> Bool {
        guard let ticket = waiting.removeValue(forKey: number) else { return false }
        return pool.leave(ticket)
    }

    /// Time passes; plans that fall due meanwhile are made.
    func pass(_ seconds: Double) {
        let end = now + seconds
        while let wake = pool.nextWake(), wake.seconds <= end {
            // A nanosecond more: seconds round.
            now = max(now, wake.seconds + 1e-9)
            pool.serveAll(at: moment)
            deliver()
        }
        now = end
    }

    /// The box of a request that is at work.
    func box(of number: Int) -> Int? { grants[number].map { Int($0.instance) } }

    /// Runs a request on a warm box from beginning to end, so that the forecast has figures.
    func measure(_ model: Int = 0, number: Int = 1_000, decode: Double = 1, prefill: Double = 0.1) throws {
        _ = try send(number, model: model)
        now += prefill
        firstToken(number)
        now += decode
        end(number, prefill: prefill, decode: decode)
    }

    private func deliver() {
        let effects = pool.takeEffects()
        for refused in effects?.refused ?? [] {
            guard let number = tickets.removeValue(forKey: refused.ticket) else { continue }
            waiting[number] = nil
            self.refused.append(number)
        }
        for grant in effects?.granted ?? [] {
            guard let number = tickets.removeValue(forKey: grant.ticket) else { continue }
            waiting[number] = nil
            grants[number] = grant.grant
            granted.append(number)
        }
    }
}
