/// Models that make embeddings and nothing else, by their names.
public enum EmbeddingModels {
    /// Names without `embed` in them. Ollama's library (ollama.com/search?c=embedding), and what clouds call theirs.
    private static let others = [
        "all-minilm", "bge-", "paraphrase-multilingual", "gte-", "e5-", "multilingual-e5", "sentence-transformers",
        "voyage-",
    ]

    /// Whether a model, named as its instance names it, makes embeddings alone, as far as its name tells.
    public static func contain(_ tag: String) -> Bool {
        let lower = tag.lowercased()
        // `nomic-embed-text`, `text-embedding-3-small`, `amazon.titan-embed-text-v2:0`, `qwen3-embedding:8b`.
        if lower.contains("embed") { return true }
        let name = lower.split(separator: "/").last ?? ""
        return others.contains { name.hasPrefix($0) || lower.hasPrefix($0) }
    }
}
