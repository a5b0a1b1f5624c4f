/// Where a field that no front knows goes in Ollama's request: its options are known by name, all else may be a younger field of
/// its own.
enum OllamaOptionName {
    /// The option's own name; nil where it is none of Ollama's.
    static func named(_ raw: UnsafeRawBufferPointer) -> StaticString? {
        if let way = Sampling.meant(by: raw) { return way.name }
        return BoxOption.runName(raw) ?? shared.first { raw.spells($0) }
    }

    /// The same, for a name.
    static func named(_ name: String) -> StaticString? {
        var name = name
        return name.withUTF8 { named(UnsafeRawBufferPointer($0)) }
    }

    /// Options that OpenAI's clients have fields of the same meaning for.
    private static let shared: [StaticString] = [
        "temperature", "top_p", "seed", "stop", "presence_penalty", "frequency_penalty",
    ]

    /// Whether Ollama would take a field for one that is written from elsewhere (its names are matched without regard to
    /// case), or for one that asks for no answer.
    static func isTaken(_ raw: UnsafeRawBufferPointer) -> Bool {
        let name = GoName.folded(raw)
        return name.withUnsafeBytes { name in taken.contains { name.equals($0) } }
            || ThinkingWords.names.contains { raw.spells($0) }
    }

    /// The same, for a name.
    static func isTaken(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { isTaken(UnsafeRawBufferPointer($0)) }
    }

    private static let taken: [StaticString] = [
        "model", "messages", "prompt", "input", "suffix", "system", "template", "stream", "raw", "format", "keep_alive",
        "options", "think", "truncate", "shift", "logprobs", "top_logprobs", "tools", "dimensions",
        "_debug_render_only",
    ]
}
