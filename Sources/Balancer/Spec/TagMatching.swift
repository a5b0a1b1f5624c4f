/// How the tags that an instance lists are compared with those of its deployments.
public enum TagMatching: Sendable, Hashable {
    /// Byte for byte, after whoever hands them in has brought both to one form: Ollama has several spellings of a name.
    case ollama
    /// Byte for byte, as they stand.
    case exact
    /// Not at all: it serves the model it has under whatever name it is asked for, so none is ever missing.
    case any
}
