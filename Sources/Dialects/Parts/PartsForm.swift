/// How the answers of a request that runs as several are put together.
enum PartsForm: Sendable {
    /// `choices`, each with its number.
    case choices
    /// `data`, a vector each, with its number.
    case numberedVectors
    /// `embeddings`, vectors in the order of the texts.
    case vectors

    /// The member that is put together.
    var list: StaticString {
        switch self {
        case .choices: "choices"
        case .numberedVectors: "data"
        case .vectors: "embeddings"
        }
    }

    /// Whether a member of an answer counts what is put together too, and so is written anew.
    func counts(_ name: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .choices, .numberedVectors: name.equals("usage")
        case .vectors:
            name.equals("prompt_eval_count") || name.equals("total_duration") || name.equals("load_duration")
        }
    }
}
