import Locking

/// Chooses an instance for each request and keeps count of what runs where.
///
/// Picking and settling are one exact step each under the state's lock, callable from any thread without waiting for
/// the actor. Calls of the control plane (probes, drain, growth) go through the actor.
public actor PoolBalancer {
    /// How many decisions are kept to be asked for.
    public nonisolated let decisions: Int
    nonisolated let pool: Locked<PoolState>
    nonisolated let time: TimeSource
    private nonisolated let observer: any BalancerObserver
    private nonisolated let hints = ListingHints()
    private nonisolated let pulses: PulseBoard
    /// What others over the same instances say; nil where none can be there.
    private var exchange: PoolExchange?

    /// A balancer for `spec`. Traps when the specification contradicts itself (an unknown strategy, a position out of
    /// range): the configuration has been checked before.
    public init(_ spec: PoolSpec, time: TimeSource, observer: any BalancerObserver) {
        decisions = spec.settings.decisions
        pulses = PulseBoard(instances: spec.instances.count)
        pulses.listen(to: spec.instances)
        pool = Locked(PoolState(spec, at: time.now()))
        self.time = time
        self.observer = observer
    }

    // MARK: Requests

    /// Picks a deployment of `model` and counts the request there.
    /// - Throws: why there is none; `full` means that `wait` gives a place in the queue.
    public nonisolated func pick(_ model: ModelID, _ request: PickRequest) throws(PickError) -> Lease {
        if let grant = pool.withLock({ $0.pickAtOnce(model.index, request) }) { return Lease(grant, of: self) }
        let now = time.now()
        let (result, effects) = pool.withLock { ($0.pick(model.index, request, at: now), $0.takeEffects()) }
        if let effects { deliver(effects) }
        return Lease(try result.get(), of: self)
    }

    /// A place in the model's queue, first come first served; for when `pick` threw `full`. Where the request may go to
    /// other models `also`, each once, it stands in their queues too, and is served where a place opens first.
    ///
    /// Tries once more first, in this order. Calls `granted` exactly once, unless `leave` comes before: on any thread, also before
    /// this returns. Calls `refused` instead, once, when nothing can serve the request any more. A caller must `leave`
    /// when its time is up.
    /// - Throws: `queueFull`, or what `pick` throws when waiting would not help: of the first model, where none helps.
    public nonisolated func wait(
        for model: ModelID, _ request: PickRequest, also others: [WaitPlace] = [],
        granted: @escaping @Sendable (consuming Lease) -> Void,
        refused: @escaping @Sendable (PickError) -> Void = { _ in }
    ) throws(PickError) -> WaitTicket {
        let now = time.now()
        let (result, effects, needsTending) = pool.withLock { pool in
            (
                pool.wait(
                    model.index, request, also: others, granted: granted, refused: refused, at: now),
                pool.takeEffects(), pool.startTending()
            )
        }
        if let effects { deliver(effects) }
        if needsTending { Task { await self.tend() } }
        return try result.get()
    }

    /// Gives a place in the queue back. False when the lease was already granted: it arrives or has arrived.
    @discardableResult
    public nonisolated func leave(_ ticket: WaitTicket) -> Bool {
        pool.withLock { $0.leave(ticket) }
    }

    /// The place in the queue, 1 for the next; nil when it is not waiting any more.
    public nonisolated func position(of ticket: WaitTicket) -> Int? {
        pool.withLock { $0.position(of: ticket) }
    }

    /// How long the first token of a waiting request was last predicted to take, counted from that prediction; nil when
    /// it is not waiting any more, and where nothing is predicted.
    public nonisolated func foreseen(of ticket: WaitTicket) -> Duration? {
        pool.withLock { $0.foreseen(of: ticket) }
    }

    /// Why a request of the model has no place now, in words, and when one opens. For whoever has waited in vain.
    public nonisolated func outlook(for model: ModelID, _ request: PickRequest) -> Unavailable? {
        let now = time.now()
        return pool.withLock { $0.outlook(model.index, request, at: now) }
    }

    /// Whether one more retry may go to an instance that is failing: no pause is worth it else.
    public nonisolated func mayRetry() -> Bool {
        let now = time.now()
        return pool.withLock { $0.hasBudget(at: now) }
    }

    /// The state of a model's instances beside that of one deployment, in words; nil where there are no others.
    public nonisolated func others(
        than deployment: DeploymentID, of model: ModelID, _ request: PickRequest
    ) -> String? {
        let now = time.now()
        return pool.withLock { pool in
            guard pool.deployments.indices.contains(deployment.index) else { return nil }
            return pool.others(than: pool.instance(of: deployment.index), of: model.index, request, at: now)
        }
    }

    // MARK: Facts about the pool

    /// The model of this name; nil when there is none.
    public nonisolated func model(named name: String) -> ModelID? {
        pool.withLock { $0.modelIndex[name] }.map(ModelID.init(index:))
    }

    /// Whether a deployment's instance says that it forwards what is sent for that tag to a cloud.
    public nonisolated func forwarding(of deployment: DeploymentID) -> Forwarding {
        pool.withLock { $0.forwarding(of: deployment.index) }
    }

    /// Whether a deployment's instance can work on a request at once.
    public nonisolated func isReady(_ deployment: DeploymentID) -> Bool {
        let now = time.now()
        return pool.withLock { pool in
            switch pool.availability(of: deployment.index, at: now) {
            case .ready, .unknown: true
            default: false
            }
        }
    }

    /// Whether a deployment says of more requests than its peers that they are at fault, so that this may be about it.
    public nonisolated func standsOut(_ deployment: DeploymentID) -> Bool {
        pool.withLock { $0.standsOut(deployment.index) }
    }

    /// What the list of a deployment's instance says of its model; nil where nothing was listed.
    public nonisolated func listing(of deployment: DeploymentID) -> KnownTag? {
        pool.withLock { $0.listing(of: deployment.index) }
    }

    /// Whether the list of any instance may say that the model writes no texts there. False is certain, and costs no lock.
    public nonisolated func mayBeTextless(_ model: ModelID) -> Bool { hints.mayBeTextless(model) }

    /// Whether a deployment's instance may list the model under a name of another place. False is certain, and costs no lock.
    public nonisolated func mayBeRespelled(_ deployment: DeploymentID) -> Bool { hints.mayBeRespelled(deployment) }

    /// Takes note that bytes of an answer came from an instance: costs next to nothing, since each read of a stream says so.
    @inline(__always)
    public nonisolated func heard(_ instance: InstanceID, at now: Moment) { pulses.beat(instance, at: now) }

    /// When bytes of an answer last came from an instance; nil: never. Costs no lock.
    public nonisolated func lastHeard(_ instance: InstanceID) -> Moment? { pulses.last(of: instance) }

    /// The pool as it is now.
    public nonisolated func snapshot() -> PoolSnapshot {
        let now = time.now()
        let frame = pool.withLock { $0.frame(at: now) }
        return frame.snapshot()
    }

    /// The models as its instances say that they hold them.
    public nonisolated func holdings() -> PoolHoldings {
        let now = time.now()
        let frame = pool.withLock { $0.frame(at: now) }
        return frame.holdings()
    }

    /// What lies on the instances' disks and in their memory, as their last lists say.
    public nonisolated func library() -> PoolLibrary {
        let now = time.now()
        let frame = pool.withLock { $0.frame(at: now) }
        return frame.library()
    }

    /// Why a request went where it went: its attempts by `PickRequest.call`, oldest first; empty when that is not known
    /// (any more).
    public nonisolated func attempts(of call: UInt64) -> [DecisionReport.Attempt] {
        let now = time.now()
        let unix = time.unixSeconds()
        return pool.withLock { $0.attempts(of: call, unixSeconds: unix, at: now) }
    }

    /// Why an instance got the latest requests of its models, or did not: `most` decisions, the newest first. Nil where there is no
    /// instance of that name.
    public nonisolated func decisions(about name: String, most: Int) -> InstanceDecisions? {
        let now = time.now()
        let unix = time.unixSeconds()
        return pool.withLock { $0.decisions(about: name, most: most, unixSeconds: unix, at: now) }
    }

    // MARK: Control plane

    /// Takes note of what a probe found.
    public func observe(_ report: ProbeReport) {
        let now = time.now()
        let unix = time.unixSeconds() - (now - report.at).inSeconds
        let heard = pulses.last(of: report.instance)
        var found: ListingHints.Found?
        change {
            $0.observe(report, heard: heard, unixSeconds: unix, at: now)
            if report.tags != nil { found = $0.listingHints }
        }
        if let found { hints.publish(found) }
    }

    /// The token that an instance is to be asked for in a client's place; nil where none is. Its end has to be told.
    public nonisolated func beginCanary(on instance: InstanceID) -> Canary? {
        let now = time.now()
        var canary: Canary?
        change { canary = $0.beginCanary(on: instance.index, at: now) }
        return canary
    }

    /// It has ended.
    ///
    /// - Parameter time: from its request to its answer; nil where none came.
    public nonisolated func endCanary(_ canary: Canary, answeredIn time: Duration?) {
        let now = self.time.now()
        change { $0.endCanary(canary, answeredIn: time, at: now) }
    }

    /// Takes an instance out of rotation; what runs there may end. Doing it twice changes nothing.
    public func drain(_ name: String) throws(UnknownInstance) -> PoolSnapshot.Instance {
        try setDraining(true, name)
    }

    /// Puts an instance back into rotation. Doing it twice changes nothing.
    public func undrain(_ name: String) throws(UnknownInstance) -> PoolSnapshot.Instance {
        try setDraining(false, name)
    }

    /// Adds deployments and models behind those there are; positions stay as they are. `models` list their deployments
    /// by final position; a deployment that none of them lists joins the model of its `modelName`.
    /// - Returns: the positions of what was added, in order.
    @discardableResult
    public func append(
        deployments: [DeploymentSpec], models: [ModelSpec]
    ) -> (deployments: [DeploymentID], models: [ModelID]) {
        let now = time.now()
        var added: (deployments: [DeploymentID], models: [ModelID]) = ([], [])
        var found = ListingHints.Found()
        change {
            added = $0.append(deployments: deployments, models: models, at: now)
            found = $0.listingHints
        }
        hints.publish(found)
        return added
    }

    /// Makes the pool what it is to be from now on, in one step. What is left out takes no more requests, and those that run
    /// there may end.
    public func change(to new: PoolChange) {
        let now = time.now()
        pulses.listen(to: new.instances)
        var found = ListingHints.Found()
        change {
            $0.change(to: new, at: now)
            found = $0.listingHints
        }
        hints.publish(found)
        if exchange != nil { enlist() }
    }

    /// The positions where nothing stands or runs any more: they stay so until ``change(to:)`` uses them.
    public nonisolated func freePositions() -> FreePositions {
        let now = time.now()
        return pool.withLock { $0.freePositions(at: now) }
    }

    /// Whether an instance that came to the running pool has answered no probe yet.
    public nonisolated var awaitsProbes: Bool {
        pool.withLock { pool in
            pool.instances.indices.contains { pool.instances[$0].isUnproven && !pool.instances[$0].isGone }
        }
    }

    /// The tags that an instance last listed; nil before the first list.
    public nonisolated func tags(of instance: InstanceID) -> [KnownTag]? {
        pool.withLock { pool in
            guard pool.instances.indices.contains(instance.index) else { return nil }
            return pool.instanceRecords[instance.index].tags.map { Array($0.values) }
        }
    }

    private func setDraining(_ draining: Bool, _ name: String) throws(UnknownInstance) -> PoolSnapshot.Instance {
        let now = time.now()
        var found: Int?
        change { found = $0.setDraining(draining, name, at: now) }
        let frame = pool.withLock { $0.frame(at: now) }
        guard let found else { throw UnknownInstance(name: name, known: frame.instanceNames) }
        return frame.instance(found)
    }

    /// Serves the queues at the moments at which an instance comes back by itself, while anyone waits.
    private func tend() async {
        while let wake = pool.withLock({ $0.nextQueueWake() }) {
            // Bounded, so that a shorter pause that begins meanwhile is noticed as well.
            let now = time.now()
            let next = min(max(wake, now + .milliseconds(1)), now + .seconds(1))
            guard (try? await time.sleep(next)) != nil else { return pool.withLock { $0.isTended = false } }
            let woken = time.now()
            change { $0.serveQueues(at: woken) }
        }
    }

    /// Makes one plan for the waiting when it is due. The lock is held to copy what it needs and to carry it out, not while
    /// it is worked out.
    private func plan(at due: Moment) async {
        guard (try? await time.sleep(due)) != nil else { return }
        let now = time.now()
        var begun: QueuePlan?
        change { begun = $0.beginPlan(orderedFor: due, at: now) }
        guard var plan = begun else { return }
        let decisions = plan.decide()
        let decided = time.now()
        change { $0.apply(decisions, at: decided) }
    }

    // MARK: Called by leases

    @inline(__always)
    nonisolated func settle(_ grant: Grant, _ outcome: Outcome, sampled: Bool) {
        if grant.isPlain {
            let now = grant.isTimed && !sampled ? time.now() : .zero
            if pool.withLock({ $0.settleAtOnce(grant, outcome, sampled: sampled, at: now) }) { return }
        }
        settleAtLength(grant, outcome, sampled: sampled)
    }

    @inline(never)
    private nonisolated func settleAtLength(_ grant: Grant, _ outcome: Outcome, sampled: Bool) {
        let now = time.now()
        let effects = pool.withLock { pool in
            pool.settle(grant, outcome, sampled: sampled, at: now)
            return pool.takeEffects()
        }
        if let effects { deliver(effects) }
    }

    nonisolated func withdraw(_ grant: Grant) {
        let now = time.now()
        change { $0.withdraw(grant, at: now) }
    }

    nonisolated func abandon(_ grant: Grant) {
        let now = time.now()
        let effects = pool.withLock { pool in
            pool.abandon(grant, at: now)
            return pool.takeEffects()
        }
        if let effects { deliver(effects) }
    }

    nonisolated func firstToken(_ grant: Grant, after time: Duration) {
        let now = self.time.now()
        let effects = pool.withLock { pool in
            pool.firstToken(grant, after: time, at: now)
            return pool.takeEffects()
        }
        if let effects { deliver(effects) }
    }

    nonisolated func answered(_ grant: Grant) {
        let now = time.now()
        change { $0.answered(grant, at: now) }
    }

    nonisolated func refused(_ grant: Grant, after time: Duration) {
        pool.withLock { $0.refused(grant, after: time) }
    }

    nonisolated func look(
        at grant: Grant, _ request: PickRequest, _ wait: PoolState.Wait, isLate: inout Bool, at now: Moment
    ) -> PoolState.Verdict {
        var known = isLate
        let (verdict, effects) = pool.withLock { pool in
            let verdict = pool.look(at: grant, request, wait, isLate: &known, at: now)
            return (verdict, pool.takeEffects())
        }
        isLate = known
        if let effects { deliver(effects) }
        return verdict
    }

    nonisolated func endHedge(_ late: Grant, wasOfUse: Bool) {
        pool.withLock { $0.endHedge(late, wasOfUse: wasOfUse) }
    }

    nonisolated func endLate(_ grant: Grant, isHedged: Bool, goesOn: Bool) {
        pool.withLock {
            $0.endLate(grant, goesOn: goesOn)
            if isHedged { $0.endHedge(grant, wasOfUse: true) }
        }
    }

    nonisolated func trialEnds(_ grant: Grant, _ wait: PoolState.Wait) -> Moment {
        pool.withLock { $0.trialEnds(grant, wait) }
    }

    nonisolated func leave(_ grant: Grant, _ wait: PoolState.Wait, at now: Moment) -> Bool {
        pool.withLock { $0.leave(grant, wait, at: now) }
    }

    // MARK: Other gateways

    /// From now on others over the same instances may be there, or are there already: then nothing of a shared cap is this
    /// gateway's before the first answer.
    public func join(as gateway: UInt64, isAlone: Bool) {
        exchange = PoolExchange(gateway: gateway, isAlone: isAlone)
        enlist()
    }

    /// What this gateway says to the others now.
    public func word() -> PoolWord {
        let (loads, count) = pool.withLock { ($0.loads(), $0.deployments.count) }
        if let exchange, exchange.count != count { enlist() }
        return exchange?.word(loads) ?? PoolWord()
    }

    /// Takes in the answer to the word that was said at `saidAt`.
    public func hear(_ news: PoolNews, saidAt: Moment) {
        let now = time.now()
        take(exchange?.hear(news, saidAt: saidAt, at: now), at: now)
    }

    /// No other gateway is there any more.
    public func beAlone() {
        let now = time.now()
        take(exchange?.beAlone(), at: now)
    }

    /// Forgets gateways that have said nothing for long. For a few times a second, whether anybody answers or not.
    public func forgetSilentGateways() {
        let now = time.now()
        take(exchange?.lapse(at: now), at: now)
    }

    private func enlist() {
        let places = pool.withLock { $0.places() }
        exchange?.enlist(places)
        take(exchange?.load(), at: time.now())
    }

    private func take(_ load: OutsideLoad?, at now: Moment) {
        guard let load else { return }
        change { $0.take(load, at: now) }
    }

    // MARK: Inside

    private nonisolated func change(_ body: (inout PoolState) -> Void) {
        let effects = pool.withLock { pool in
            body(&pool)
            return pool.takeEffects()
        }
        if let effects { deliver(effects) }
    }

    /// Outside the lock: observers and waiters may call back.
    private nonisolated func deliver(_ effects: Effects) {
        for fact in effects.facts { observer.note(fact) }
        for waiter in effects.granted { waiter.granted(Lease(waiter.grant, of: self)) }
        for waiter in effects.refused { waiter.refused(waiter.error) }
        if let due = effects.plan { Task { await plan(at: due) } }
    }
}
