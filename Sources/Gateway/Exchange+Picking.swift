public import Balancer
import Dialects
import Ledger
import NIOCore

/// From the question to the balancer to the bytes of an attempt.
extension Exchange {
    /// Asks the balancer for an instance of the model, and goes by its answer.
    mutating func nextAttempt(at now: Moment) -> Action {
        guard let route = course.route else { return fail(.internalError, at: now) }
        ask.tried = course.plan.tried
        ask.isRetry = course.plan.attempts > 0
        ask.isOptional = course.isDoubting
        ask.patience = patience(at: now)
        ask.mostWait = .shortest(route.waitLimit(callers: asked?.limits.request), ask.patience)
        ask.hasElsewhere = !course.passedOver.isInNeed
        ask.goesAtOnce = route.rules.overflow != nil
        waits.asked(at: now)
        do throws(PickError) {
            return start(try balancer.pick(route.model, ask), at: now)
        } catch {
            // What was reserved ahead is for who can be sent at once.
            spend?.giveBack()
            return nothingPicked(error, for: route, at: now)
        }
    }

    /// No instance can be had at once.
    mutating func nothingPicked(_ error: PickError, for route: RouteTable.Route, at now: Moment) -> Action {
        if case .unloading(let first) = share { return end(first, at: now) }
        switch error {
        case .full(let why): return held(why, for: route, at: now)
        case .queueFull: return wait(for: route, at: now)
        case .unavailable(let why): return pauseOrFail(why, at: now)
        // A route is known here before its model is in the pool.
        case .exhausted, .unknownModel: return pauseOrFail(nil, at: now)
        case .budgetSpent: return pauseOrFail(nil, mayPause: false, at: now)
        case .excluded: return refuseAll(at: now)
        case .tooLate(let why): return refuseWait(why, at: now)
        }
    }

    /// How long the client will wait from now; nil: nobody said.
    func patience(at now: Moment) -> Duration? {
        let whole = deadlines.whole.map { $0 - now }
        let rest = (call.head.wishes.objective ?? settings.objective).map { $0 - (now - call.began) }
        return .shortest(whole, .shortest(asked?.limits.request, rest))
    }

    /// Writes the request for what was picked, here or, where it is large, on another thread; the fence has its say first.
    /// Here an attempt begins, and nowhere else.
    mutating func start(_ picked: consuming Lease, at now: Moment) -> Action {
        let chosen = picked.deployment
        fill(chosen.index)
        let target = self.target(at: chosen.index)
        let joins = seesFirstToken(of: target, on: picked.instance, at: now)
        guard let asked = asked?.joiningStream(joins), let target, let permit = permit(for: target, of: chosen, at: now)
        else {
            // The pool was asked for nothing that was known to be outside. What turns out to be only now (a tag that its
            // box passes on, a deployment the pool has gained meanwhile) is left out, and the next one asked for.
            Attempt.decline(picked)
            ask.excluded.insert(chosen)
            return nextAttempt(at: now)
        }
        self.asked = asked
        switch reserve(for: chosen, at: now) {
        case .given: break
        case .held(let refusal):
            Attempt.decline(picked)
            return hold(refusal, for: chosen, at: now)
        case .refused(let refusal):
            Attempt.decline(picked)
            return refused(refusal, for: chosen, at: now)
        }
        record.deployment = chosen.index
        attempt = Attempt(picked, at: now)
        return write(with: permit, for: target, at: now)
    }

    /// The words of the attempt that runs; nil where none does.
    private mutating func encoding(with permit: EgressPermit, for target: UpstreamTarget) -> BodyWork.Encoding? {
        guard let asked, let load = attempt?.loadTerms else { return nil }
        return encoding(asked, for: target, with: permit, of: DeploymentID(index: record.deployment), load)
    }

    /// The words of an attempt on a deployment.
    func encoding(
        _ asked: Asked, for target: UpstreamTarget, with permit: EgressPermit, of chosen: DeploymentID,
        _ load: LoadTerms
    ) -> BodyWork.Encoding {
        // Asked only where the answer matters: it is one more look at the pool.
        let listing = listing(of: chosen, for: asked, to: target)
        return BodyWork.Encoding(
            answerLimit: spend?.answerLimit, permit: permit, load: load, listing: listing,
            unixSeconds: call.unixSeconds, betas: call.head.wishes.betas)
    }

    /// Writes the request of the attempt that runs.
    mutating func write(with permit: EgressPermit, for target: UpstreamTarget, at now: Moment) -> Action {
        let words = encoding(with: permit, for: target)
        guard let asked, let encoding = words else { return fail(.internalError, at: now) }
        guard !isLarge else { return offload(BodyWork(step: .encode(asked.request, encoding)), at: now) }
        let wire: ByteBuffer
        do {
            wire = try encoding.bytes(of: asked.request)
        } catch {
            return cannotWrite(error, at: now)
        }
        return launch(wire, at: now)
    }

    /// What its instance says of the model, where the request is written by that.
    private func listing(of chosen: DeploymentID, for asked: Asked, to target: UpstreamTarget) -> ModelListing {
        guard balancer.mayBeRespelled(chosen) || target.needsListing(asked.request),
            let known = balancer.listing(of: chosen)
        else { return .unknown }
        return ModelListing(known)
    }

    /// The fields of the request that change nothing of what the attempt that runs has sent. For who looks for it: it takes as
    /// long as writing the request once for each field, so nothing is said of a body that is too large to be written here once.
    public mutating func fieldsLeftOut() -> [String] {
        guard !isLarge, let asked, let load = attempt?.loadTerms,
            let target = self.target(at: record.deployment)
        else { return [] }
        return Provider.fieldsLeftOut(
            of: asked.request, to: target, load: load,
            listing: listing(of: DeploymentID(index: record.deployment), for: asked, to: target))
    }

    /// Nil where the request may not go there, or not before it is known what becomes of it there.
    mutating func permit(
        for target: UpstreamTarget, of chosen: DeploymentID, at now: Moment
    ) -> EgressPermit? {
        let forwarding = confinement.isEmpty ? Forwarding.none : balancer.forwarding(of: chosen)
        do {
            return try Fence.permit(target, isPassedOn: forwarding != .none, for: confinement)
        } catch {
            switch forwarding {
            case .notYetKnown, .unknown: listWait.begin(at: now)
            case .none, .toCloud: record.fenceRefusals += 1
            }
            return nil
        }
    }

    // MARK: Large bodies

    var isLarge: Bool { (asked?.request.bodyBytes ?? call.body.readableBytes) > settings.largeBody }

    /// Only the limit of the whole request runs meanwhile.
    mutating func offload(_ work: BodyWork, at now: Moment) -> Action {
        phase = .working
        deadlines.begin(nil, from: now)
        return .work(work)
    }

    /// A pass over a large body has been made.
    public mutating func worked(_ result: BodyWork.Result, at now: Moment) -> Action {
        guard phase == .working else { return .none }
        phase = .ready
        switch result.value {
        case .scanned(let request, let size):
            return asked == nil ? serve(request, size, at: now) : goOn(with: request, size, at: now)
        case .encoded(let wire):
            if attempt?.isTakenOut == true { return attemptFailed(.takenOut(), at: now) }
            return launch(wire, at: now)
        case .refused(let fault):
            // Without an attempt it was not written for anybody yet, and cannot even be read.
            if attempt != nil { return cannotWrite(fault, at: now) }
            return fail(.invalidRequest(message: fault.message, param: fault.param), at: now)
        }
    }

    /// The place in a trace that the attempt tells its upstream: its own, or where nothing is traced here its caller's.
    private var upstreamTrace: TraceContext? {
        guard let trace = record.trace else { return call.head.trace }
        guard trace.own.isSampled || trace.parent != 0 else { return nil }
        var place = trace.own
        place.span = trace.child(account.attempts)
        return place
    }

    /// The attempt's bytes are ready.
    private mutating func launch(_ wire: ByteBuffer, at now: Moment) -> Action {
        guard let instance = attempt?.instance else { return fail(.internalError, at: now) }
        let isFree = attempt?.isInPlace == true || isUnloading
        return .send(prepare(wire, isFree: isFree, at: now), to: instance)
    }

    /// The attempt goes out: its bytes, and the limits that begin.
    ///
    /// - Parameter isFree: it stands beside one that is late, or in its place, and is no retry.
    mutating func prepare(_ wire: ByteBuffer, isFree: Bool, at now: Moment) -> ByteBuffer {
        account.began(isRetry: course.began(isFree: isFree), isFurtherUnload: isUnloading)
        var wire = wire
        if let place = upstreamTrace, !isLarge { wire.insert(place) }
        if !isLocal(at: record.deployment) { record.cloudCalls += 1 }
        phase = .sent
        attempt?.sent(as: account.attempts, at: now)
        record.sentNanoseconds = (now - call.began).nanoseconds
        expectAnswer()
        if asked?.streamsUpstream == true, let first = settings.firstTokenDeadline, deadlines.shorten(to: now + first) {
            attempt?.limitIsCallers = false
        }
        watch(at: now)
        return wire
    }
}
