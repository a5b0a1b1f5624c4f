/// How Ollama fills an instance's memory (OLLAMA.md section 11), wherever somebody works out what fits.
package enum OllamaMemory {
    /// The share of the free memory that a further model may take.
    package static let usableShare = 0.8
    /// Models at once where nothing else is set: OLLAMA_MAX_LOADED_MODELS for one card.
    package static let usualModels = 3
}
