import Balancer
import Dialects

/// Why a model gives a request no answer: the client's words for it, and the class by which other models take over.
struct Refusal: Equatable {
    let error: GatewayError
    let kind: FailureClass

    init(_ error: GatewayError, _ kind: FailureClass) {
        self.error = error
        self.kind = kind
    }

    /// Its provider is not part of this release.
    static func notBuilt(_ reason: String) -> Refusal { Refusal(.providerNotBuilt(message: reason), .notFound) }

    /// The model does other work than what is asked for: no box is made to load it only to find that out.
    static func unfit(_ route: RouteTable.Route, _ fitness: ModelFitness) -> Refusal {
        let fault = fitness.fault(of: route)
        return Refusal(
            .invalidRequest(message: "`\(route.name)` \(fault.words): \(fault.advice)", param: "model"), .notFound)
    }

    /// Its upstream has no words for this request. The client is told, unless it was another model it asked for.
    static func cannotWrite(_ fault: RequestFault, isFallback: Bool) -> Refusal {
        Refusal(
            .invalidRequest(message: fault.message, param: fault.param), isFallback ? .notFound : .badRequest)
    }

    /// None of its deployments may serve the request, for a reason that is known before any attempt.
    static func excluded(
        _ reason: Exclusion.Reason, from model: String, promptTokens: Int, _ confinement: Confinement
    ) -> Refusal {
        switch reason {
        case .fence:
            Refusal(
                .localOnly(message: "`\(model)` is served by clouds alone, and \(confinement.mustStay)"),
                .serviceUnavailable)
        case .tags:
            Refusal(
                .invalidRequest(message: "no deployment of `\(model)` serves the tags of this request", param: "tags"),
                .notFound)
        case .context(let largest):
            Refusal(
                .contextTooLong(
                    message: "the prompt has about \(promptTokens) tokens and `\(model)` takes \(largest); shorten it"),
                .contextWindow)
        }
    }

    /// It excludes every deployment by now, and did not when it came to the model.
    static func nothingLeft(of model: String, _ confinement: Confinement) -> Refusal {
        guard confinement.isEmpty else {
            let message = "no instance inside serves `\(model)` itself, and \(confinement.mustStay)"
            return Refusal(.localOnly(message: message), .serviceUnavailable)
        }
        let message = "no deployment of `\(model)` may serve this request"
        return Refusal(.noInstanceAvailable(message: message, retryAfter: 300), .serviceUnavailable)
    }

    /// The instances that could keep the request inside have not said whether they do.
    static func unlisted(_ instances: Set<String>, of model: String, _ confinement: Confinement) -> Refusal {
        let names = instances.sorted().joined(separator: ", ")
        let message =
            "\(names) has not listed its tags, so nothing inside is known to keep the prompts for `\(model)`, and "
            + confinement.mustStay
        return Refusal(.noInstanceAvailable(message: message, retryAfter: 1), .serviceUnavailable)
    }

    /// A limit holds it: which one, and when the first place opens.
    static func held(_ why: Unavailable, opensIn: Duration? = nil) -> Refusal {
        let seconds = (opensIn ?? why.retryAfter).wholeSeconds
        let error: GatewayError =
            switch why.limit {
            case .maxParallel: .queueFull(message: why.message, retryAfter: seconds)
            // It is no limit of the client's.
            case .busy: .noInstanceAvailable(message: why.message, retryAfter: seconds)
            case .rpm, .tpm, .pause, .openPause, nil: .rateLimited(message: why.message, retryAfter: seconds)
            }
        return Refusal(error, .rateLimit)
    }

    /// A wait was in vain, or could not even begin.
    ///
    /// - Parameter why: the state of the model now, where it is known.
    static func crowded(_ text: String, _ why: Unavailable?) -> Refusal {
        guard let why else {
            return Refusal(.queueFull(message: "\(text); try again later", retryAfter: 1), .rateLimit)
        }
        return Refusal(
            .queueFull(message: "\(text): \(why.message)", retryAfter: why.retryAfter.wholeSeconds), .rateLimit)
    }

    /// The wait would be longer than the client's patience: better told now than later.
    static func tooLate(_ why: Unavailable, patience: Duration?) -> Refusal {
        // It fits once the wait has shrunk to what the client will wait; five minutes are the most that is promised.
        let excess = (why.predictedWait ?? why.retryAfter) - (patience ?? .zero)
        return Refusal(
            .queueFull(
                message: "\(why.message), longer than this request may take; try again later",
                retryAfter: min(300, excess.wholeSeconds)), .rateLimit)
    }
}

extension Confinement {
    /// Why the request may not leave, in words.
    var mustStay: String { "this request must stay local: \(reason)" }
}
