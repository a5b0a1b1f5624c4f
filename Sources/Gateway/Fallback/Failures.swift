import Balancer

/// The failures of a request so far, for the client's error when nothing is left to try.
struct Failures {
    /// The last attempt on the model that is tried now.
    struct Last: Equatable {
        let error: GatewayError
        let kind: FailureClass
        /// The instance lacks the tag: the next one may have it, and a probe will tell.
        let isMissingTag: Bool

        /// It stands.
        var refusal: Refusal { Refusal(error, kind) }
    }

    /// Nil while nothing has failed on this model.
    private(set) var last: Last?
    /// Failures of the models before this one, the latest first, in words.
    private var earlier = ""
    /// The latest of those that was about instances and not about the request.
    private var earlierOutage: GatewayError?

    /// An attempt failed.
    mutating func add(_ failure: AttemptFailure, _ error: GatewayError) {
        last = Last(error: error, kind: failure.kind, isMissingTag: failure.breaker == .missingTag)
    }

    /// Another model's turn.
    mutating func beginModel() { last = nil }

    /// A model failed and another takes its place.
    mutating func leave(_ model: String, with error: GatewayError) {
        if error.isOutage { earlierOutage = error.adding(earlier) }
        earlier = "; before that, `\(model)`: \(error.message)" + earlier
    }

    /// The last failure with those before it. A fallback that cannot serve the request as it is is no news to a client
    /// that asked for another model: then the last outage counts.
    ///
    /// - Parameters:
    ///   - model: the model that failed with `error`.
    ///   - note: more to say where the last failure is told.
    func final(_ error: GatewayError, of model: String, note: String) -> GatewayError {
        guard let earlierOutage, !error.isOutage else { return error.adding(earlier + note) }
        return earlierOutage.adding("; then, `\(model)`: \(error.message)")
    }
}
