import Balancer
import Dialects
import Ledger
import NIOCore

/// Whether a request may be sent, and what it has cost: before each attempt something is reserved, and after it settled.
extension Exchange {
    /// Why the client's key may not ask for a model, by the name that the client wrote; nil where it may.
    func denial(of model: String) -> GatewayError? {
        guard let pass = call.head.caller.pass else { return nil }
        do throws(LedgerRefusal) { try pass.permit(model) } catch {
            // `llama3` and `llama3:latest` are one name to Ollama's clients.
            if let other = OllamaName.otherSpelling(of: model), pass.allows(other) { return nil }
            return GatewayError(error)
        }
        return nil
    }

    /// The first model that the request names and its key may not ask for: the client's own fallbacks are among them, the
    /// configuration's are not.
    func denial(of request: ClientRequest) -> GatewayError? {
        if let denied = denial(of: request.model) { return denied }
        for fallback in request.wishes.fallbacks ?? [] {
            if let denied = denial(of: fallback) { return denied }
        }
        return nil
    }

    /// Asks the ledger for an attempt on a deployment; nil where nobody keeps a book.
    func reserve(for chosen: DeploymentID, at now: Moment) -> ReserveAnswer? {
        guard let spending = settings.spending, let spend, let asked, let route = course.route else { return nil }
        let deployment = routes.deployments[chosen.index]
        let bound = AttemptBound(asked.request, on: deployment)
        let pass = call.head.caller.pass
        let named = pass?.resolve(asked.request.model) ?? asked.request.model
        return spending.ledger.reserve(
            Claim(
                pass: pass, customer: asked.request.endUser, model: course.fallbacks.taken > 0 ? route.name : named,
                provider: deployment.facts?.provider ?? "", bound: bound.money, least: bound.least,
                tokens: bound.tokens, leastTokens: bound.leastTokens, isFirstAttempt: !spend.isCounted),
            at: spending.time(now))
    }

    /// What was granted may be less than the bound: then the answer is to be no longer than it pays for.
    mutating func keep(_ granted: consuming Reservation, for chosen: DeploymentID) {
        guard let spend, let asked else { return granted.release() }
        let bound = AttemptBound(asked.request, on: routes.deployments[chosen.index])
        if let most = bound.answerLimit(money: granted.money, tokens: granted.tokens) {
            self.asked = asked.limitingAnswer(to: most)
        }
        spend.rates = granted.rates
        spend.heldSince = nil
        spend.reservation = consume granted
    }

    /// The ledger says no: where it is about money, what costs nothing may still serve the request.
    mutating func refused(_ refusal: LedgerRefusal, at now: Moment) -> Action {
        guard let spending = settings.spending, let spend, let route = course.route else {
            return fail(.internalError, at: now)
        }
        if case .budget = refusal, spend.refusal == nil {
            spend.refusal = refusal
            for index in routes.deployments(of: route.model) where routes.deployments[index].price != .free {
                ask.excluded.insert(DeploymentID(index: index))
            }
            return nextAttempt(at: now)
        }
        return fail(spending.error(refusal), at: now)
    }

    /// It would fit if the requests under way cost nothing: asks again soon, as long as it may wait for a place.
    mutating func hold(_ refusal: LedgerRefusal, at now: Moment) -> Action {
        let since = spend?.heldSince ?? now
        spend?.heldSince = since
        let limit = Duration.shortest(course.route?.maxWait, asked?.limits.request) ?? Self.longestHold
        guard now - since < limit else { return refused(refusal, at: now) }
        return pause(Self.holdPause, at: now)
    }

    private static let longestHold = Duration.seconds(30)
    private static let holdPause = Duration.milliseconds(20)

    /// Books what an attempt has cost. One that was not sent, or that nothing came back from, cost nothing.
    mutating func settle(_ reservation: consuming Reservation, _ ended: Attempt.Remains, at now: Moment) {
        guard let spending = settings.spending else { return reservation.release() }
        guard ended.wasSent else { return reservation.release() }
        spend?.isCounted = true
        let usage = counted(ended)
        let cost = routes.deployments[record.deployment].price.cost(of: usage).total
        reservation.settle(
            Charge(money: cost, promptTokens: usage.promptTokens, completionTokens: usage.completionTokens),
            at: spending.time(now))
    }

    /// The tokens that an upstream has counted. Of one that was cut off before it did, what can be told from the bytes that
    /// came: a piece of an answer has about a hundred for each token.
    private func counted(_ ended: Attempt.Remains) -> Usage {
        let usage = ended.usage ?? Usage()
        guard usage.promptTokens + usage.completionTokens == 0, ended.answerBytes > 0, let asked else { return usage }
        return Usage(
            promptTokens: asked.request.promptTokenEstimate, completionTokens: max(1, ended.answerBytes / 100))
    }

    // MARK: Headers

    /// What the client's key has spent, and what is left of its limits.
    mutating func writeKey(at now: Moment) {
        guard let spending = settings.spending, let pass = call.head.caller.pass else {
            return _ = reply.bytes.writeStaticString("\r\nx-litellm-key-spend: 0.0")
        }
        let key = pass.facts.key
        var spent = spending.ledger.status(of: .key(key.account), at: spending.time(now))?.spent ?? .zero
        if let cost = costOfAttempt { spent += cost }
        write("x-litellm-key-spend", spent.description)
        if let most = key.allowance.maxBudget { write("x-litellm-key-max-budget", most.description) }
        if let limit = key.allowance.tokensPerMinute { write("x-litellm-key-tpm-limit", "\(limit)") }
        if let limit = key.allowance.requestsPerMinute { write("x-litellm-key-rpm-limit", "\(limit)") }
        guard let rates = spend?.rates else { return }
        if let limit = rates.requestLimit {
            write("x-ratelimit-api_key-remaining-requests", "\(rates.requestsLeft)")
            write("x-ratelimit-api_key-limit-requests", "\(limit)")
            write("x-ratelimit-remaining-requests", "\(rates.requestsLeft)")
            write("x-ratelimit-limit-requests", "\(limit)")
            write("x-ratelimit-reset-requests", Self.reset(rates.requestsWait))
        }
        if let limit = rates.tokenLimit {
            write("x-ratelimit-api_key-remaining-tokens", "\(rates.tokensLeft)")
            write("x-ratelimit-api_key-limit-tokens", "\(limit)")
            write("x-ratelimit-remaining-tokens", "\(rates.tokensLeft)")
            write("x-ratelimit-limit-tokens", "\(limit)")
            write("x-ratelimit-reset-tokens", Self.reset(rates.tokensWait))
        }
    }

    /// As OpenAI writes it: `1.5s`.
    private static func reset(_ nanoseconds: Int64) -> String {
        Duration.nanoseconds(nanoseconds).inWords.filter { $0 != " " }
    }

    private mutating func write(_ name: StaticString, _ value: String) {
        reply.bytes.writeStaticString("\r\n")
        reply.bytes.writeStaticString(name)
        reply.bytes.writeStaticString(": ")
        reply.bytes.writeString(value)
    }
}
