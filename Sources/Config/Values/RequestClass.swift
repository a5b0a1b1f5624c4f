/// How urgent a model's requests are when they do not say. The raw value is the name in YAML and in `x-drover-class`.
public enum RequestClass: String, CaseIterable, Sendable {
    /// Somebody sits in front of them.
    case interactive
    /// Nothing is said.
    case `default`
    /// Nobody waits for them now.
    case batch
}
