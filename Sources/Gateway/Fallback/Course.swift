import Balancer
import Dialects

/// A request's way through models: the one it is at, what it has tried there, and where it may still go.
///
/// It decides and is told; the exchange acts.
struct Course {
    /// Nil before the request is read.
    private(set) var route: RouteTable.Route?
    /// The attempts on this model.
    private(set) var plan = AttemptPlan(retries: 0)
    /// A call on this model could not be read.
    private var hasUnreadCall = false
    private(set) var fallbacks: FallbackPlan
    /// The models that had no place at once, and the way back to them.
    private(set) var passedOver = PassedOver()
    private var failures = Failures()
    private var opinion = SecondOpinion()

    /// Before the request is read.
    init() { fallbacks = FallbackPlan(wishes: .none, most: 0) }

    /// The request is read, and its fallbacks are known. In place, since all of it would be moved.
    mutating func begin(_ fallbacks: FallbackPlan) { self.fallbacks = fallbacks }

    /// Its name, for messages.
    var model: String { route?.name ?? "" }

    /// The last attempt on this model; nil while none has failed.
    var lastFailure: Failures.Last? { failures.last }

    /// A word about the request is being doubted: another instance is looked for.
    var isDoubting: Bool { opinion.isOpen }

    /// The word that is being doubted.
    var doubted: Failures.Last? { opinion.isOpen ? failures.last : nil }

    /// A model's turn: the one asked for, one that takes its place, or one that was left, with what was tried there.
    mutating func use(_ route: RouteTable.Route, _ plan: AttemptPlan) {
        self.route = route
        self.plan = plan
        failures.beginModel()
        opinion.close()
        hasUnreadCall = false
    }

    // MARK: Attempts on this model

    /// An attempt goes out; true when it is a retry on this model.
    ///
    /// - Parameter isFree: it stands beside one that is late, or in its place.
    mutating func began(isFree: Bool = false) -> Bool {
        opinion.close()
        return plan.began(isFree: isFree)
    }

    /// An attempt failed.
    mutating func failed(_ failure: AttemptFailure, _ error: GatewayError) { failures.add(failure, error) }

    /// An instance was left, which is no retry: for all that is known it has not failed.
    mutating func left(_ instance: InstanceID) { plan.setAside(instance) }

    /// The same, with the words for the client where nothing else answers.
    ///
    /// - Parameter isForAPlace: it waits for a place elsewhere, which is not picked yet.
    mutating func left(
        _ instance: InstanceID, _ failure: AttemptFailure, _ error: GatewayError, forAPlace isForAPlace: Bool = false
    ) {
        failures.add(failure, error)
        if isForAPlace { plan.leaveForAPlace(instance) } else { plan.setAside(instance) }
    }

    /// Whether another instance of this model is tried now.
    ///
    /// A fault of the request is tried again only where a policy says so, since every instance would say the same. Where it
    /// may be the instance's own, another one is asked.
    ///
    /// A call that could not be read is asked for once more, however many retries there are: a model that writes two such writes a
    /// third.
    ///
    /// - Parameter standsOut: the instance declines what its siblings take.
    mutating func triesAnother(
        after failure: AttemptFailure, at instance: InstanceID, standsOut: @autoclosure () -> Bool
    ) -> Bool {
        if failure.isUnreadCall {
            guard !hasUnreadCall else { return false }
            hasUnreadCall = true
        }
        let policy = route?.rules.retries[failure.kind]
        if opinion.isWanted(after: failure, hasPolicy: policy != nil, standsOut: standsOut()) {
            return askAnother(than: instance)
        }
        let limit = policy ?? (failure.isAboutRequest ? 0 : nil)
        let movesOn = failure.isNoRetry ? plan.passOver(instance) : plan.takeRetry(after: instance, limit: limit)
        if movesOn { return true }
        return opinion.isWantedAtLast(after: failure, hasPolicy: policy != nil) && askAnother(than: instance)
    }

    /// Whether a call on this model that could not be read would be asked for once more.
    var mayAskAgain: Bool {
        guard !hasUnreadCall else { return false }
        guard let limit = route?.rules.retries[.internalServer] else { return plan.retriesLeft > 0 }
        return limit > plan.furtherAttempts
    }

    /// A second opinion costs no retry.
    private mutating func askAnother(than instance: InstanceID) -> Bool {
        opinion.ask()
        plan.setAside(instance)
        return true
    }

    /// How long to pause before this model's instances are tried again; nil: they are not.
    ///
    /// - Parameters:
    ///   - kind: the class of the last failure.
    ///   - least: the operator's shortest pause.
    ///   - chance: 0..<1.
    mutating func pause(after kind: FailureClass, least: Duration, chance: Double) -> Duration? {
        guard let last = failures.last else { return nil }
        // Where a policy has a number for the failure, it is tried again though nothing about it passes by itself.
        guard kind.mayPass || last.isMissingTag || route?.rules.retries[kind] != nil else { return nil }
        return plan.pause(least: least, chance: chance)
    }

    // MARK: Other models

    /// Nothing of this model can be picked: the last failure, or why, where that says more.
    func nothingLeft(_ why: Unavailable?) -> Refusal {
        let last = failures.last
        var error = last?.error ?? .noInstanceAvailable(message: "no instance is available; try again", retryAfter: 1)
        if let why, last?.isMissingTag ?? true {
            error = .noInstanceAvailable(message: why.message, retryAfter: why.retryAfter.wholeSeconds)
        }
        return Refusal(error, last?.kind ?? .serviceUnavailable)
    }

    /// The model that takes the place of this one, which failed.
    mutating func nextFallback(
        after refusal: Refusal, for fitness: ModelFitness, _ confinement: Confinement
    ) -> RouteTable.Route? {
        guard let route else { return nil }
        let next = fallbacks.next(
            after: refusal.kind, of: route, in: fitness.table, confinement: confinement, fits: { fitness.fits($0) })
        if next != nil { failures.leave(route.name, with: refusal.error) }
        return next
    }

    /// The same where a word was doubted and no other instance could be asked: one of a model that stands in is another one,
    /// too. Without one, the first word stands.
    mutating func nextFallback(
        insteadOf doubted: Failures.Last, for fitness: ModelFitness, _ confinement: Confinement
    ) -> RouteTable.Route? {
        opinion.close()
        let kind = doubted.kind == .badRequest ? .serviceUnavailable : doubted.kind
        return nextFallback(after: Refusal(doubted.error, kind), for: fitness, confinement)
    }

    /// Another model takes the place of this one, which is well but full, or out and not asked.
    mutating func passOver(_ why: Unavailable, at now: Moment) {
        guard let route else { return }
        passedOver.add(
            PassedOver.Model(
                route: route, plan: plan, opens: why.opensIn.map { now + $0 }, isOut: why.limit == nil, limit: why.limit
            ))
    }

    /// Nothing stands in for this model: instances that are out may be tried.
    mutating func beginNeed() { passedOver.beginNeed() }

    /// Back to a model that was passed over; nil when there is none.
    mutating func comeBack(
        _ error: GatewayError, _ patience: PassedOver.Patience, at now: Moment
    ) -> PassedOver.Model? {
        guard let model = passedOver.next(patience, at: now) else { return nil }
        if let route { failures.leave(route.name, with: error) }
        return model
    }

    /// Back to a model that was passed over, where a place has opened first; nil when it is none of them.
    mutating func comeBack(to model: ModelID) -> PassedOver.Model? {
        if let route {
            failures.leave(route.name, with: .queueFull(message: "no place became free", retryAfter: 1))
            passedOver.add(PassedOver.Model(route: route, plan: plan, opens: nil, isOut: false))
        }
        return passedOver.take(model)
    }

    /// The model that takes what is too much here, and how long it may wait before; nil: there is none for this request.
    func overflow(
        for fitness: ModelFitness, _ confinement: Confinement
    ) -> (target: RouteTable.Route, after: Duration)? {
        guard let route, let rule = route.rules.overflow, rule.takesEmbeddings || fitness.work != .embedding,
            let target = fallbacks.overflow(
                of: route, in: fitness.table, confinement: confinement, fits: { fitness.fits($0) })
        else { return nil }
        return (target, rule.after)
    }

    /// It goes there.
    mutating func took(overflow target: RouteTable.Route) {
        if let route { fallbacks.took(overflow: target, of: route) }
    }

    /// The client's error when no model is left.
    func end(_ error: GatewayError, for fitness: ModelFitness, _ confinement: Confinement) -> GatewayError {
        let fenced = fallbacks.refused > 0 ? "; its fallbacks are clouds, and \(confinement.mustStay)" : ""
        let unfit = fallbacks.unfit.map { name in
            let fault = fitness.table.route(name).map { fitness.fault(of: $0) }
            return "; its fallback `\(name)` \((fault ?? .onlyMakesEmbeddings).words)"
        }.joined()
        return failures.final(error, of: model, note: fenced + unfit)
    }
}
