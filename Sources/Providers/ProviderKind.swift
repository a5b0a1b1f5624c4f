/// The dialect an upstream speaks.
public enum ProviderKind: String, Sendable, CaseIterable {
    /// Ollama's native `/api` routes.
    case ollama
}
