import Balancer
import BoxModel

/// A central queue that knows everything: slots, speeds, what is in memory, how long each answer will be.
///
/// Oldest first, each request goes where its first token comes soonest, counting half of what it costs those that run
/// there already; one that must wait for a slot keeps its place in the plan. Greedy: a mark to beat, not a bound.
struct ClairvoyantPolicy: RoutingPolicy {
    static let name = "clairvoyant"
    /// The share of the harm to others that counts.
    private static let externality = 0.5
    /// Scores this near to the best are equal.
    private static let tolerance = 0.05
    /// Requests looked at per model; those behind them wait.
    private static let scan = 60
    /// How far ahead a model's next request is looked for when it might be evicted.
    private static let horizon = 60.0
    /// How long arrivals count towards a model's rate.
    private static let rateTime = 60.0

    var decisions: [RoutingDecision] = []
    let isClairvoyant = true

    private let pool: SimulatedPool
    private let placement: [[Int]]
    private let requests: [SimulatedRequest]
    private var random: RandomSource
    /// Waiting, oldest first.
    private var queue: [Int] = []
    /// Requests on each box, by model, in the order they were sent.
    private var running: [[[Int]]]
    private var box: [Int32]
    private var tried: [Int: InstanceSet] = [:]
    private var rates: [(value: Double, at: Double)]
    private var wakeAt: Moment?

    init(_ pool: SimulatedPool, _ workload: Workload, placement: Placement, seed: UInt64) {
        self.pool = pool
        self.placement = pool.models.indices.map(placement.boxes(of:))
        requests = workload.requests
        random = RandomSource(seed: seed)
        running = pool.boxes.map { _ in pool.models.map { _ in [] } }
        box = Array(repeating: -1, count: requests.count)
        rates = pool.models.map { _ in (0, 0) }
    }

    /// Requests that it has not heard the end of.
    var open: Int { queue.count + running.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } } }

    mutating func choose(_ request: Int, tried: InstanceSet, at now: Moment) {
        let model = Int(requests[request].model)
        guard placement[model].contains(where: { !tried.contains(InstanceID(index: $0)) }) else {
            return decisions.append(.refuse(request: request))
        }
        if tried.isEmpty {
            let decayed = rates[model].value * powerOfE((rates[model].at - now.seconds) / Self.rateTime)
            rates[model] = (decayed + 1 / Self.rateTime, now.seconds)
        } else {
            self.tried[request] = tried
        }
        queue.append(request)
        decisions.append(.hold(request: request))
    }

    mutating func ended(_ request: Int, _ outcome: Outcome, at now: Moment) {
        running[Int(box[request])][Int(requests[request].model)].removeAll { $0 == request }
    }

    mutating func leave(_ request: Int, at now: Moment) {
        queue.removeAll { $0 == request }
    }

    mutating func nextWake() -> Moment? { queue.isEmpty ? nil : wakeAt }

    mutating func look(into boxes: [BoxScheduler], at now: Moment) {
        // Its own decisions are not yet in the boxes.
        guard !queue.isEmpty, decisions.isEmpty else { return }
        wakeAt = now + .milliseconds(250)
        var forecasts = boxes.indices.map {
            BoxForecast(boxes[$0], $0, running: running[$0], pool: pool, now: now.seconds)
        }
        var scanned = Array(repeating: 0, count: pool.models.count)
        var rest: [Int] = []
        for request in queue {
            let model = Int(requests[request].model)
            scanned[model] += 1
            guard scanned[model] <= Self.scan, let plan = plan(request, forecasts, boxes, now.seconds) else {
                rest.append(request)
                continue
            }
            if carryOut(plan, request, &forecasts[plan.box], now.seconds) {
                running[plan.box][model].append(request)
                box[request] = Int32(plan.box)
                decisions.append(.send(request: request, box: plan.box))
            } else {
                rest.append(request)
            }
        }
        queue = rest
    }

    // MARK: - One request

    private struct Plan {
        var box: Int
        var slot: Int
        var start: Double
        /// When its prompt will have been read.
        var read: Double
        var end: Double
        var score: Double
        /// The models that leave, and when the model is there; nil when it is there, or on its way, already.
        var load: (victims: [Int], ready: Double, begins: Double)?
    }

    private mutating func plan(
        _ request: Int, _ forecasts: [BoxForecast], _ boxes: [BoxScheduler], _ now: Double
    ) -> Plan? {
        let simulated = requests[request]
        let model = Int(simulated.model)
        var plans: [Plan] = []
        for box in placement[model] where !(tried[request]?.contains(InstanceID(index: box)) ?? false) {
            let forecast = forecasts[box]
            let plan = plan(simulated, model, box, forecast, forecasts, boxes[box], now)
            if plan.score.isFinite { plans.append(plan) }
        }
        guard let best = plans.map(\.score).min() else { return nil }
        let equals = plans.filter { $0.score <= best * (1 + Self.tolerance) }
        return equals[random.below(equals.count)]
    }

    private func plan(
        _ request: SimulatedRequest, _ model: Int, _ box: Int, _ forecast: BoxForecast, _ forecasts: [BoxForecast],
        _ truth: BoxScheduler, _ now: Double
    ) -> Plan {
        let gpu = pool.boxes[box].gpu
        var penalty = 0.0
        var load: (victims: [Int], ready: Double, begins: Double)?
        var slot = 0
        var start: Double
        if forecast.readyAt[model] != nil {
            slot = forecast.earliestSlot(model)
            start = max(now, forecast.freeAt[model][slot])
        } else {
            var begins = max(now, forecast.loaderAt)
            let victims = forecast.victims(for: model)
            for victim in victims {
                begins = max(begins, forecast.idleAt(victim)) + pool.memoryRecovery.inSeconds
                if forecast.running[victim] > 0 { penalty += 2 }
                penalty += evictionCost(of: victim, from: box, forecast, forecasts, now)
            }
            start = begins + forecast.loadSeconds(model)
            load = (victims, start, victims.isEmpty ? max(now, forecast.loaderAt) : begins)
        }
        var prompt = Int(request.promptTokens)
        if load == nil, start <= now, !request.prefix.isEmpty {
            var demand = BoxDemand(
                model: model, options: LoadOptions(), keepAlive: nil, promptTokens: prompt,
                work: .generate(tokens: 1))
            demand.prefix = request.prefix
            prompt -= truth.rememberedTokens(of: demand)
        }
        let beside = Double(forecast.activeBeside(model))
        let active = beside + 1
        let runners = Double(forecast.running[model])
        let reading = forecast.readingSeconds(model, tokens: prompt) * active
        let unread = load == nil ? max(0, forecast.readAt[model] - now) : 0
        var late = 0.0
        switch gpu.reading {
        case .inTurn: start = max(start, now + unread)
        case .shared: late = min(unread, reading * max(1, runners))
        case .apart: break
        }
        let writing =
            Double(request.outputTokens) * forecast.tokenSeconds(model) * active * (1 + gpu.decodeSlowdown * runners)
        let (alpha, gamma) = (gpu.decodeSlowdown, gpu.readingInterference)
        var harm =
            runners
            * (writing * alpha / (1 + alpha * runners) + reading * gamma / (1 + gamma + alpha * runners))
        harm += late
        if runners == 0 {
            let others = forecast.running.reduce(0, +)
            harm += Double(others) * (reading + writing) / active
        }
        let score = (start - now) + late + reading + penalty + Self.externality * harm
        return Plan(
            box: box, slot: slot, start: start, read: start + late + reading,
            end: start + late + reading + writing, score: score, load: load)
    }

    /// The cost of a model's absence from a box: a load, as likely as a request for it comes.
    private func evictionCost(
        of model: Int, from box: Int, _ forecast: BoxForecast, _ forecasts: [BoxForecast], _ now: Double
    ) -> Double {
        var others = 0
        for other in forecasts.indices where other != box && forecasts[other].readyAt[model] != nil { others += 1 }
        let rate = rates[model].value * powerOfE((rates[model].at - now) / Self.rateTime)
        let likelihood = 1 - powerOfE(-rate * Self.horizon / Double(others + 1))
        return forecast.loadSeconds(model) * likelihood * (others == 0 ? 2 : 1)
    }

    /// Writes a plan into the forecast; true when the request is to go now.
    private func carryOut(_ plan: Plan, _ request: Int, _ forecast: inout BoxForecast, _ now: Double) -> Bool {
        let model = Int(requests[request].model)
        if let load = plan.load {
            let isNow = forecast.loaderAt <= now && load.victims.allSatisfy { forecast.running[$0] == 0 }
            forecast.reserveLoad(of: model, evicting: load.victims, readyAt: load.ready)
            forecast.reserve(model, slot: 0, read: plan.read, until: plan.end, isSent: isNow)
            return isNow
        }
        // Behind other prompts it may as well wait on the box.
        let isNow = forecast.freeAt[model][plan.slot] <= now
        forecast.reserve(model, slot: plan.slot, read: plan.read, until: plan.end, isSent: isNow)
        return isNow
    }
}
