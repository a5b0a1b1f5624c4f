/// What of a request's load-time options reaches the upstream: with others than it was loaded with a model is loaded anew.
public enum LoadTerms: Equatable, Sendable {
    /// All of them, as the client and the deployment say.
    case asRequested
    /// The deployment's own, and this context length (`num_ctx`) or none. The client's change speed, not answers.
    case held(context: Int?)
}
