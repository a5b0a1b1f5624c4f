import Balancer
import Dialects

/// The fate of a request that its model cannot serve: another model takes its place, or the client is told.
extension Exchange {
    /// Nothing is left to try on this model: another takes its place, or the client is told.
    mutating func giveUp(_ error: GatewayError, _ failure: FailureClass, at now: Moment) -> Action {
        guard !reply.isOut else { return fail(error, at: now) }
        phase = .ready
        if let doubted = takeDoubted() { return askAnotherModel(doubted, at: now) }
        if let next = substitute(error, failure) { return enter(next, at: now) }
        if let action = comeBack(error, at: now) { return action }
        return fail(finalError(error), at: now)
    }

    /// The client's error when no model is left.
    func finalError(_ error: GatewayError) -> GatewayError {
        let fenced = fallbacks.refused > 0 ? "; its fallbacks are clouds, and \(Self.mustStay(confinement))" : ""
        let unfit = fallbacks.unfit.map { "; its fallback `\($0)` \(fitness.fault)" }.joined()
        return failures.final(error, of: route?.name ?? "", note: fenced + unfit)
    }

    /// The model that takes the place of this one, which failed.
    mutating func substitute(_ error: GatewayError, _ failure: FailureClass) -> RouteTable.Route? {
        guard let route else { return nil }
        let fitness = fitness
        let next = fallbacks.next(
            after: failure, of: route, in: routes, confinement: confinement, fits: { fitness.fits($0) })
        guard next != nil else { return nil }
        failures.leave(route.name, with: error)
        return next
    }

    /// The upstream has no words for this request. Its client is told, unless it was another model it asked for.
    mutating func cannotWrite(_ fault: RequestFault, at now: Moment) -> Action {
        let error = GatewayError.invalidRequest(message: fault.message, param: fault.param)
        return giveUp(error, fallbacks.taken > 0 ? .notFound : .badRequest, at: now)
    }

    /// Which models do the work that is asked for.
    var fitness: ModelFitness { ModelFitness(work: head.front.work, table: routes, balancer: balancer) }

    /// The model does other work than what is asked for: no box is made to load it only to find that out.
    mutating func refuseUnfit(_ route: RouteTable.Route, at now: Moment) -> Action {
        let advice =
            head.front.work == .embedding
            ? "ask for a model that does" : "ask for embeddings, or set `model_info.mode` where it does write texts"
        return giveUp(
            .invalidRequest(message: "`\(route.name)` \(fitness.fault): \(advice)", param: "model"), .notFound, at: now)
    }

    /// Nothing of the model may serve this request, for a reason that is known before any attempt.
    mutating func refuse(_ reason: Exclusion.Reason, at now: Moment) -> Action {
        let name = route?.name ?? ""
        switch reason {
        case .fence:
            record.fenceRefusals += 1
            let message = "`\(name)` is served by clouds alone, and \(Self.mustStay(confinement))"
            return giveUp(.localOnly(message: message), .serviceUnavailable, at: now)
        case .tags:
            return giveUp(
                .invalidRequest(message: "no deployment of `\(name)` serves the tags of this request", param: "tags"),
                .notFound, at: now)
        case .context(let largest):
            let tokens = asked?.request.promptTokenEstimate ?? 0
            return giveUp(
                .contextTooLong(
                    message: "the prompt has about \(tokens) tokens and `\(name)` takes \(largest); shorten it"),
                .contextWindow, at: now)
        }
    }

    /// How long a request that must stay waits for the first list of tags, and how often it looks.
    private static let listWait = Duration.seconds(3)
    private static let listPause = Duration.milliseconds(50)

    /// The request excludes every deployment of its model, and did not when it came to it.
    mutating func refuseAll(at now: Moment) -> Action {
        let name = route?.name ?? ""
        if let unlistedSince {
            let unlisted = unlisted
            if unlisted.contains(where: { $0.forwarding == .notYetKnown }), now - unlistedSince < Self.listWait {
                phase = .pausing(since: now)
                deadline = earliest(now + Self.listPause)
                return .pause
            }
            if !unlisted.isEmpty {
                let names = Set(unlisted.map(\.instance)).sorted().joined(separator: ", ")
                let message =
                    "\(names) has not listed its tags, so nothing inside is known to keep the prompts for `\(name)`, and "
                    + Self.mustStay(confinement)
                return giveUp(.noInstanceAvailable(message: message, retryAfter: 1), .serviceUnavailable, at: now)
            }
        }
        guard confinement.isEmpty else {
            let message = "no instance inside serves `\(name)` itself, and \(Self.mustStay(confinement))"
            return giveUp(.localOnly(message: message), .serviceUnavailable, at: now)
        }
        let message = "no deployment of `\(name)` may serve this request"
        return giveUp(.noInstanceAvailable(message: message, retryAfter: 300), .serviceUnavailable, at: now)
    }

    /// The instances inside that have listed no tags.
    private var unlisted: [(instance: String, forwarding: Forwarding)] {
        guard let route else { return [] }
        return routes.deployments(of: route.model).filter { routes.deployments[$0].target?.isLocal == true }
            .map { (routes.deployments[$0].instanceName, balancer.forwarding(of: DeploymentID(index: $0))) }
            .filter { $0.1 == .notYetKnown || $0.1 == .unknown }
    }

    /// Why it may not leave, in words.
    static func mustStay(_ confinement: Confinement) -> String {
        "this request must stay local: \(confinement.reason)"
    }
}
