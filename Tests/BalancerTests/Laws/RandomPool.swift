@testable import Balancer

/// A pool as the bare value, to which things happen at random: models `a` and `b` on boxes `box-1`, `box-2` … Checks with
/// each event what must always hold, and keeps what did not.
final class RandomPool {
    struct Held {
        let grant: Grant
        let request: PickRequest
        /// When the minute began in which it was counted.
        let minute: Moment
    }

    /// How a request may end.
    private static let outcomes: [Outcome] = [
        .ignored, .failed(.refused), .failed(.connectionLost), .failed(.timedOut), .failed(.serverError(status: 500)),
        .failed(.saturated(retryAfter: nil)), .failed(.saturated(retryAfter: .seconds(2))), .failed(.missingTag),
        .failed(.incomplete),
    ]

    private(set) var pool: PoolState
    private(set) var violations: [String] = []
    /// How often what was looked for came about.
    private(set) var grantsBesideExclusions = 0
    private(set) var grantsFromQueue = 0
    private(set) var grantsAbove = 0
    private(set) var refusedAsExcluded = 0
    private var random: RandomSource
    private var now = Moment.zero
    private var held: [Held] = []
    /// By model, those who have just left its queue because another served them.
    private var left = [0, 0]
    private var waiting: [UInt64: (ticket: WaitTicket, request: PickRequest)] = [:]
    private let boxes: Int
    private let tick: Int
    /// By deployment, what went there in the present minute: the limits are kept by this count, not the pool's own.
    private var minutes: [Int32: Minute] = [:]

    private struct Minute {
        var start: Moment
        var requests = 0
        var tokens = 0
    }
    private let change: (inout DeploymentSpec, Int) -> Void

    /// Up to `tick` milliseconds pass at once. `change` is called for each deployment of the first model with its place, to
    /// alter it.
    init(
        _ strategy: String, boxes: Int, seed: UInt64, tick: Int = 700,
        change: @escaping (inout DeploymentSpec, Int) -> Void = { _, _ in }
    ) {
        self.boxes = boxes
        self.tick = tick
        self.change = change
        random = RandomSource(seed: seed)
        let breaker = BreakerSettings(tripAfter: 2, thresholds: .none, open: .seconds(10), maxOpen: .seconds(60))
        var deployments: [DeploymentSpec] = []
        for box in 0..<boxes {
            var spec = Self.deployment("a", box, breaker)
            change(&spec, box)
            deployments.append(spec)
        }
        for box in 0..<3 { deployments.append(Self.deployment("b", box, breaker)) }
        let spec = PoolSpec(
            instances: (0..<boxes).map {
                InstanceSpec(name: "box-\($0 + 1)", apiBase: "", provider: "ollama", probed: true)
            },
            deployments: deployments,
            models: [
                ModelSpec(name: "a", strategy: strategy, deployments: (0..<boxes).map(DeploymentID.init(index:))),
                ModelSpec(
                    name: "b", strategy: strategy, deployments: (boxes..<boxes + 3).map(DeploymentID.init(index:))),
            ],
            settings: BalancerSettings(
                fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
                retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: 12, maxWait: .seconds(30),
                saturationPause: .seconds(1), decisions: seed.isMultiple(of: 2) ? 16 : 0, protectsContext: true),
            seed: seed, version: "test")
        pool = PoolState(spec, at: .zero)
    }

    private static func deployment(_ model: String, _ box: Int, _ breaker: BreakerSettings) -> DeploymentSpec {
        DeploymentSpec(
            id: "\(model)-\(box)", modelName: model, upstreamModel: "ollama/\(model)", tag: model,
            listedTag: "\(model):latest", instance: InstanceID(index: box), weight: Double(1 + box), slots: 1,
            maxParallel: 2, unavailable: nil,
            breaker: breaker, context: nil, order: 0, rpm: nil, tpm: nil)
    }

    /// One event.
    func step() {
        let box = random.below(boxes)
        switch random.below(36) {
        case 0: _ = pool.setDraining(true, "box-\(box + 1)", at: now)
        case 1...2: _ = pool.setDraining(false, "box-\(box + 1)", at: now)
        case 3: probe(box, isGood: false)
        case 4...7: probe(box, isGood: true)
        case 8...10: pass(.milliseconds(random.below(tick)))
        case 11...25: send()
        case 26:
            guard let number = waiting.keys.sorted().first, let waiter = waiting[number] else { break }
            if pool.leave(waiter.ticket) { waiting[number] = nil }
        default: settle(random.below(7) == 0 ? Self.outcomes[random.below(Self.outcomes.count)] : nil)
        }
        deliver()
        lookForForgotten()
        lookForCrowds()
    }

    /// Everything is mended, and all that is at work or waits comes to its end.
    func finish() {
        for box in 0..<boxes {
            _ = pool.setDraining(false, "box-\(box + 1)", at: now)
            deliver()
        }
        for _ in 0..<400 where !held.isEmpty || pool.waiting > 0 {
            for box in 0..<boxes { probe(box, isGood: true) }
            while !held.isEmpty { settle(nil) }
            pass(.seconds(1))
            deliver()
        }
        if pool.waiting > 0 || !waiting.isEmpty { violations.append("\(waiting.count) are forgotten in the queue") }
        if pool.inFlight != 0 { violations.append("the pool's counts are not zero") }
        if pool.instances.indices.contains(where: { pool.instances[$0].inFlight != 0 }) {
            violations.append("an instance's count is not zero")
        }
        if pool.deployments.indices.contains(where: { pool.deployments[$0].inFlight != 0 }) {
            violations.append("a deployment's is not zero")
        }
        if pool.forecast?.placements.contains(where: { $0.count != 0 }) == true {
            violations.append("a placement's is not zero")
        }
    }

    /// Adds a deployment of the first model while the pool runs.
    func grow() {
        let breaker = pool.deploymentRecords[0].spec.breaker
        var spec = Self.deployment("a", random.below(boxes), breaker)
        spec.id = "late-\(pool.deployments.count)"
        change(&spec, pool.models[0].deployments.count)
        pool.append(deployments: [spec], models: [], at: now)
        deliver()
    }

    // MARK: Events

    private func send() {
        let model = random.below(4) == 0 ? 1 : 0
        var request = PickRequest(promptTokens: 1 + random.below(200), tried: [])
        if random.below(5) == 0 { request.tried.insert(InstanceID(index: random.below(boxes))) }
        let share = [0, 0, 3, 6, 9, 10][random.below(6)]
        for deployment in pool.deployments.indices where random.below(10) < share {
            request.excluded.insert(DeploymentID(index: deployment))
        }
        if random.below(2) == 0 { request.outputLimit = random.below(300) }
        request.flow = UInt64(random.below(3))
        request.serviceClass = ServiceClass.allCases[random.below(3)]
        switch pool.pick(model, request, at: now) {
        case .success(let grant): hold(grant, request)
        case .failure(.full(let why)):
            if why.message.isEmpty { violations.append("a refusal says nothing") }
            // What the plan may grant before this returns must be known.
            let next = pool.nextTicket
            let also = random.below(3) == 0 ? [WaitPlace(ModelID(index: 1 - model), request)] : []
            let wait = pool.wait(model, request, also: also, granted: { _ in }, refused: { _ in }, at: now)
            if case .success(let ticket) = wait { waiting[next] = (ticket, request) }
        case .failure(.excluded):
            refusedAsExcluded += 1
            if pool.models[model].deployments.contains(where: { pool.allows(request, $0) }) {
                violations.append("refused as excluded, but some are allowed")
            }
        case .failure: break
        }
    }

    private func settle(_ failure: Outcome?) {
        guard !held.isEmpty else { return }
        let ended = held.remove(at: random.below(held.count))
        let sample = Sample(
            timeToFirstToken: .milliseconds(50 + random.below(200)), duration: .milliseconds(500),
            promptTokens: ended.request.promptTokens + random.below(20), completionTokens: random.below(100),
            times: nil)
        pool.settle(ended.grant, failure ?? .succeeded(sample), sampled: false, at: now)
        let deployment = ended.grant.deployment
        if failure == nil, let minute = minutes[deployment], minute.start == ended.minute {
            let actual = sample.promptTokens + sample.completionTokens
            minutes[deployment]?.tokens += actual - ended.request.mostTokens
        }
        deliver()
    }

    private func pass(_ duration: Duration) {
        let end = now + duration
        while let wake = pool.nextWake(), wake <= end {
            now = max(now + .milliseconds(1), wake)
            pool.serveAll(at: now)
            deliver()
        }
        now = max(now, end)
    }

    private func probe(_ box: Int, isGood: Bool) {
        let tags = ["a:latest", "b:latest"].map { KnownTag(name: $0, digest: "d", size: 1_000_000, isRemote: false) }
        let report = ProbeReport(
            instance: InstanceID(index: box), at: now, latency: .zero,
            result: isGood ? .reachable : .unreachable(reason: "refused"), version: nil, tags: isGood ? tags : nil,
            loaded: nil)
        pool.observe(report, unixSeconds: 0, at: now)
        deliver()
    }

    // MARK: What must hold

    private func hold(_ grant: Grant, _ request: PickRequest) {
        if request.excluded.contains(DeploymentID(index: Int(grant.deployment))) {
            violations.append("granted what is excluded")
        }
        if !request.excluded.isEmpty { grantsBesideExclusions += 1 }
        if request.hasFailed, pool.deployments[Int(grant.deployment)].isFailing, !grant.isBudgeted {
            violations.append("a retry went to one that fails past the budget")
        }
        lookBelow(grant, request)
        count(grant, request)
        let minute = minutes[grant.deployment]?.start ?? now
        held.append(Held(grant: grant, request: request, minute: minute))
    }

    private func count(_ grant: Grant, _ request: PickRequest) {
        let spec = pool.deploymentRecords[Int(grant.deployment)].spec
        var minute = minutes[grant.deployment] ?? Minute(start: now)
        if now >= minute.start + .seconds(60) { minute = Minute(start: now) }
        let isOver = minute.tokens > 0 && minute.tokens + request.mostTokens > spec.tpm ?? .max
        if isOver || minute.requests >= spec.rpm ?? .max { violations.append("a limit is overstepped") }
        minute.requests += 1
        minute.tokens += request.mostTokens
        minutes[grant.deployment] = minute
    }

    /// Whether a lower order could have served it. Of a plan's grants only what is sure: those who still wait may be held
    /// for what is free there. Failing ones may be passed over by a retry, for want of budget.
    private func lookBelow(_ grant: Grant, _ request: PickRequest) {
        let model = Int(grant.model)
        let order = pool.order(of: Int(grant.deployment))
        if order > (pool.models[model].tiers.first?.order ?? 0) { grantsAbove += 1 }
        let waiters = pool.models[model].isPredicted ? Int32(pool.models[model].waiters.count + left[model]) : 0
        for (place, deployment) in pool.models[model].deployments.enumerated()
        where pool.models[model].order[place] < KeyOrder.excluded {
            let state = pool.deployments[deployment]
            guard pool.order(of: deployment) < order, pool.isOpen(deployment, to: request, at: now),
                state.inFlight + waiters < state.maxParallel, request.tried.isEmpty || !state.isFailing
            else { continue }
            violations.append("a lower order is passed over")
        }
    }

    private func deliver() {
        guard let effects = pool.takeEffects() else { return }
        for refused in effects.refused where waiting.removeValue(forKey: refused.ticket) == nil {
            violations.append("somebody is refused who does not wait")
        }
        // Who was served elsewhere a moment ago was held for a place here until then.
        left = [0, 0]
        for granted in effects.granted {
            for model in waiting[granted.ticket]?.ticket.models ?? [] where model != Int(granted.grant.model) {
                left[model] += 1
            }
        }
        defer { left = [0, 0] }
        for granted in effects.granted {
            guard let waiter = waiting.removeValue(forKey: granted.ticket) else {
                violations.append("somebody is granted who does not wait")
                continue
            }
            grantsFromQueue += 1
            hold(granted.grant, waiter.request)
        }
    }

    /// Who waits although something that it may have is free: a retry has an instance that is failing only while there is a
    /// budget for that. Plans come later, so only where turns are first come.
    private func lookForForgotten() {
        for model in pool.models.indices where !pool.models[model].isPredicted {
            for waiter in pool.models[model].waiters {
                let isPoor = !waiter.request.tried.isEmpty && !pool.hasBudget(at: now)
                let free = pool.models[model].deployments.indices.contains { place in
                    let deployment = pool.models[model].deployments[place]
                    return pool.models[model].order[place] < KeyOrder.excluded
                        && pool.isOpen(deployment, to: waiter.request, at: now)
                        && !(isPoor && pool.deployments[deployment].isFailing)
                }
                if free { violations.append("somebody waits for what is free") }
            }
        }
    }

    /// A deployment whose pause nobody has shown to be over gets one request at a time, whatever its cap and its limits say.
    /// Shadows are counted as they are.
    private func lookForCrowds() {
        let shadowed = pool.instances.indices.count { pool.instances[$0].shadows > 0 }
        if pool.shadowed != shadowed { violations.append("\(shadowed) instances have shadows, not \(pool.shadowed)") }
        for deployment in pool.deployments.indices
        where pool.deployments[deployment].pause.phase != .none && pool.deployments[deployment].isAvailable {
            violations.append("a pause that may last is no hindrance")
        }
    }
}
