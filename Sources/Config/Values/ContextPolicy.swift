/// The treatment of a request's `num_ctx` and other load-time options. The raw value is the name in YAML.
public enum ContextPolicy: String, CaseIterable, Sendable {
    /// They are held to what the model is loaded with, so that clients with different ones do not make it load again and
    /// again. A context only grows.
    case protect
    /// They go to the instance as they are.
    case pass
}
