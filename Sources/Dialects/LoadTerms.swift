/// Which load-time options we send. Ollama reloads a model whose options differ from those it was loaded with.
public enum LoadTerms: Equatable, Sendable {
    /// All of them, as the client and the deployment say.
    case asRequested
    /// The deployment's own, and this context length (`num_ctx`) or none. The client's change speed, not answers.
    case held(context: Int?)
}
