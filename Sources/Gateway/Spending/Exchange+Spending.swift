import Balancer
import Dialects
import Ledger
import NIOCore

/// Whether a request may be sent, and what it has cost: before each attempt something is reserved, and after it settled.
extension Exchange {
    /// The ledger's leave for an attempt.
    enum Leave {
        /// It may be sent.
        case given
        /// Not yet.
        case held(LedgerRefusal)
        /// No.
        case refused(LedgerRefusal)
    }

    /// Asks the ledger for an attempt on a deployment. Where nothing binds it, it may always be sent.
    func reserve(for chosen: DeploymentID, at now: Moment) -> Leave {
        guard let spending = settings.spending, let spend else { return .given }
        if spend.reservation != nil, spend.deployment == chosen { return .given }
        // One for another deployment is given back first: it may be for what this one is to have.
        spend.giveBack()
        guard let (claim, bound) = claim(for: chosen) else { return .given }
        return keep(spending.ledger.reserve(claim, at: spending.time(now)), for: chosen, bound)
    }

    /// The same for an attempt that takes the place of the one that runs: of what is reserved for that one only its cost so far is kept
    /// then, so a key that pays for one answer alone pays for this one.
    func reserve(
        for chosen: DeploymentID, inPlaceOf parked: borrowing RequestSpend.Parked, _ cost: Charge, at now: Moment
    ) -> Leave {
        guard let spending = settings.spending, let (claim, bound) = claim(for: chosen) else { return .given }
        let answer = parked.reserve(claim, cost, on: spending.ledger, at: spending.time(now))
        return keep(answer, for: chosen, bound)
    }

    /// What the ledger is asked for.
    private func claim(for chosen: DeploymentID) -> (Claim, AttemptBound)? {
        guard let spend, let asked, let route = course.route else { return nil }
        let facts = self.facts(at: chosen.index)
        let bound = AttemptBound(
            asked.request, spend.size(of: asked.request), at: price(at: chosen.index), facts)
        var claim = Claim(
            pass: call.head.caller.pass, customer: spend.customer, user: spend.user, model: route.name,
            otherNames: Self.otherNames(of: route), provider: facts?.provider ?? "", bound: bound.money,
            least: bound.least,
            tokens: bound.tokens, leastTokens: bound.leastTokens, isFirstAttempt: !spend.isCounted)
        claim.customerShown = spend.customerShown
        return (claim, bound)
    }

    private func keep(_ answer: consuming ReserveAnswer, for chosen: DeploymentID, _ bound: AttemptBound) -> Leave {
        switch consume answer {
        case .granted(let granted):
            spend?.keep(granted, for: chosen, bound)
            return .given
        case .held(let refusal): return .held(refusal)
        case .refused(let refusal): return .refused(refusal)
        }
    }

    /// The cost of the attempt that runs, as it would be booked if it ended now.
    mutating func costSoFar() -> Charge {
        let answerBytes = attempt?.answerBytes ?? 0
        return charge(counted(attempt?.translator?.usageInPlace(), answerBytes: answerBytes))
    }

    private func charge(_ usage: Usage?) -> Charge {
        let usage = usage ?? Usage()
        return Charge(
            money: price(at: record.deployment).cost(of: usage).total, promptTokens: usage.promptTokens,
            completionTokens: usage.completionTokens)
    }

    /// A name that fits a pattern has several, and whoever sets a limit for one means the model.
    private static func otherNames(of route: RouteTable.Route) -> [String] {
        guard let name = route.match?.name else { return [] }
        return [name] + (name.split(separator: "/", maxSplits: 1).dropFirst().last.map { [String($0)] } ?? [])
    }

    /// The ledger says no: where it is about money, another deployment or another model may cost less, or somebody else.
    mutating func refused(_ refusal: LedgerRefusal, for chosen: DeploymentID, at now: Moment) -> Action {
        guard let spending = settings.spending, let spend else { return fail(.internalError, at: now) }
        guard case .budget = refusal else { return fail(spending.error(refusal), at: now) }
        spend.refusal = spend.refusal ?? refusal
        ask.excluded.insert(chosen)
        return nextAttempt(at: now)
    }

    /// It would fit if the requests under way cost nothing: asks again soon, as long as it may wait for a place.
    mutating func hold(_ refusal: LedgerRefusal, for chosen: DeploymentID, at now: Moment) -> Action {
        guard let spend, let route = course.route else { return fail(.internalError, at: now) }
        let limit = Duration.shortest(route.waitLimit(callers: asked?.limits.request), patience(at: now))
        let end = spend.heldUntil ?? now + (limit ?? Self.longestHold)
        spend.heldUntil = end
        guard now < end else { return refused(refusal, for: chosen, at: now) }
        spend.awaited = chosen
        return pause(min(Self.holdPause, end - now), at: now)
    }

    /// Asks the ledger alone: no instance is picked, and nothing counted there, for a request that has to wait on.
    mutating func askAgain(for chosen: DeploymentID, at now: Moment) -> Action {
        switch reserve(for: chosen, at: now) {
        case .given: nextAttempt(at: now)
        case .held(let refusal): hold(refusal, for: chosen, at: now)
        case .refused(let refusal): refused(refusal, for: chosen, at: now)
        }
    }

    private static let longestHold = Duration.seconds(30)
    private static let holdPause = Duration.milliseconds(20)

    /// Books what the attempt that has ended has cost. One that was not sent, or that nothing came back from, cost nothing.
    func settle(_ ended: Attempt.Remains, at now: Moment) {
        guard let spend, let reservation = spend.reservation.take() else { return }
        guard let spending = settings.spending, ended.wasSent else { return reservation.release() }
        spend.isCounted = true
        reservation.settle(charge(ended.usage), at: spending.time(now))
    }

    /// The tokens of an attempt. Where its upstream has counted none, although something came of an answer, they are told
    /// from the bytes: a piece of an answer has about a hundred for each token. A load reads and writes none.
    func counted(_ usage: Usage?, answerBytes: Int) -> Usage? {
        guard answerBytes > 0, let asked, !asked.request.isLoad else { return usage }
        if let usage, usage.promptTokens != 0 || usage.completionTokens != 0 { return usage }
        let writes = call.head.front.work != .embedding
        var answer = writes ? max(1, answerBytes / 100) : 0
        // One that was cut off has had all that was reserved.
        if let bound = spend?.streamBound, bound.isFull { answer = bound.tokens }
        return Usage(promptTokens: asked.request.promptTokenEstimate, completionTokens: answer)
    }

    /// The upstream writes on past what is reserved: the client's stream ends here, as one that has met its limit.
    mutating func endAtBound(at now: Moment) -> Action {
        guard let request = asked?.request else { return fail(.internalError, at: now) }
        // It has done nothing wrong that others would have to be kept from.
        endAttempt(.ignored, at: now)
        openStream(at: now)
        AnswerTranslator.endAtLimit(
            request, responseID: call.head.random, created: call.unixSeconds, model: nameInAnswer,
            cost: request.includeUsage ? streamCost : nil, usage: account.remains?.usage ?? Usage(),
            behind: account.remains?.events ?? 0,
            because: "drover: the answer ends here, since no more of the budget was reserved for it",
            into: &reply.bytes)
        return succeed(at: now)
    }
}
