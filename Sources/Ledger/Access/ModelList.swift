/// A list of models: names, patterns, access groups, and LiteLLM's words for all.
struct ModelList: Sendable, Equatable {
    private var isEverything: Bool
    private var names: Set<String> = []
    private var patterns: [ModelPattern] = []

    /// An empty list is every model, as at LiteLLM. `no-default-models` is a list with nothing on it.
    init(_ words: [String], groups: [String: [String]]) {
        isEverything = words.isEmpty
        for word in words { add(word, groups: groups) }
    }

    private mutating func add(_ word: String, groups: [String: [String]]) {
        switch word {
        case "*", "all-proxy-models": isEverything = true
        case "no-default-models": break
        default:
            if let pattern = ModelPattern(word) { patterns.append(pattern) } else { names.insert(word) }
            // A group may name patterns, and has no groups in it.
            for member in groups[word] ?? [] {
                if let pattern = ModelPattern(member) { patterns.append(pattern) } else { names.insert(member) }
            }
        }
    }

    /// Whether a model is on it.
    func contains(_ model: String) -> Bool {
        isEverything || names.contains(model) || patterns.contains { $0.matches(model) }
    }
}
