/// How the tags that an instance lists are compared with those of its deployments.
public enum TagMatching: Sendable, Hashable {
    /// As Ollama does: whatever the case, and `:latest` where no version is given.
    case ollama
    /// Byte for byte.
    case exact
    /// Not at all: it serves the model it has under whatever name it is asked for, so none is ever missing.
    case any
}
