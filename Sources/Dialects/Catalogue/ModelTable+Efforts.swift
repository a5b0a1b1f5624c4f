/// The efforts that a model may be asked for, by the word that each has there.
struct ModelEfforts: Sendable {
    /// Those it takes, the smallest one first; none: it has no such parameter.
    let words: [ReasoningEffort]
    /// The one word for every effort to think; nil: each has its own.
    var anyThinking: StaticString?

    /// The word for an effort.
    ///
    /// - Parameter isExact: whether an effort that the model does not take is sent all the same, for it to refuse.
    /// - Returns: nil where nothing is to be sent.
    func word(for effort: ReasoningEffort, isExact: Bool) -> StaticString? {
        if words.contains(effort) { return effort.quoted }
        if effort.isOff {
            // A model whose least effort is more than `low` is told nothing.
            return words.first.flatMap { $0.isOff || $0 == .low ? $0.quoted : nil }
        }
        if let anyThinking { return anyThinking }
        if isExact { return effort.quoted }
        let thinking = words.filter { !$0.isOff }
        return (thinking.last { $0.rank < effort.rank } ?? thinking.first)?.quoted
    }
}

extension ModelTable {
    private struct EffortRow {
        /// Empty: whoever serves it.
        let providers: Set<String>
        /// The beginnings of its name, a "-" behind it.
        let names: [String]
        let efforts: ModelEfforts

        init(
            _ providers: Set<String>, _ names: [String], _ words: [ReasoningEffort], any: StaticString? = nil
        ) {
            self.providers = providers
            self.names = names
            efforts = ModelEfforts(words: words, anyThinking: any)
        }
    }

    /// Of models that are not OpenAI's own: the first row that fits counts.
    private static let efforts: [EffortRow] = [
        // openai/gpt-oss: README, Reasoning effort.
        EffortRow([], ["gpt-oss"], [.low, .medium, .high]),
        // console.groq.com: Reasoning, Options for Reasoning Effort.
        EffortRow(["groq"], ["qwen3"], [.none], any: "\"default\""),
        // console.groq.com: Reasoning, Supported Models.
        EffortRow(["groq"], ["llama", "gemma", "mixtral", "mistral", "kimi", "allam", "compound", "deepseek-r1"], []),
        // docs.x.ai: Reasoning, Control the effort.
        EffortRow(["xai"], ["grok-3-mini"], [.low, .high]),
        // docs.x.ai: Reasoning, Effort levels.
        EffortRow(["xai"], ["grok-4.3-"], [.none, .low, .medium, .high]),
        // docs.x.ai: Reasoning, notes.
        EffortRow(["xai"], ["grok-2", "grok-3", "grok-4-", "grok-4.1", "grok-4.20", "grok-code"], []),
        // docs.mistral.ai: Reasoning, Native reasoning; those with a date in their name came before it.
        EffortRow(
            ["mistral"],
            [
                "magistral", "mistral-large-2", "mistral-large-latest", "mistral-medium-23", "mistral-medium-25",
                "mistral-small-24", "mistral-small-25", "devstral-small-25", "devstral-medium-25", "devstral-2",
                "mistral-tiny", "ministral", "codestral", "pixtral", "open-mi", "mistral-nemo", "mistral-saba",
                "voxtral",
            ], []),
        // docs.mistral.ai: Reasoning, Adjustable reasoning; LiteLLM 1.110: `reasoning_effort_levels`.
        EffortRow(
            ["mistral"],
            [
                "mistral-small", "mistral-medium", "mistral-large-4", "devstral", "mistral-code-agent",
                "mistral-vibe-cli",
            ], [.none, .high]),
        EffortRow(["mistral"], ["mistral-large"], []),
        // LiteLLM 1.110: `reasoning_effort_levels`.
        EffortRow(["mistral"], ["zai-glm-5-2", "glm-5-2"], ReasoningEffort.allCases),
        EffortRow(["mistral"], ["zai-glm"], [.low, .high, .max]),
    ]

    /// Of OpenAI's own, by words of their names, all of which must be there: the first row that fits counts.
    ///
    /// Source: platform.openai.com, "Create chat completion", `reasoning_effort`, and the page of each model;
    /// learn.microsoft.com, "Azure OpenAI reasoning models"; from 5.5 on LiteLLM 1.110: `supports_none_reasoning_effort` and the like.
    private static let openAIEfforts: [(kind: OpenAIModelFamily.Kind, names: [String], words: [ReasoningEffort])] = [
        (.oSeries, ["o1", "mini"], []), (.oSeries, ["o1", "preview"], []), (.oSeries, [], [.low, .medium, .high]),
        (.gpt5, ["5", "pro"], [.high]), (.gpt5, ["pro"], [.medium, .high, .xhigh]),
        (.gpt5, ["codex", "5"], [.low, .medium, .high]),
        (.gpt5, ["codex", "5.1", "max"], [.low, .medium, .high, .xhigh]),
        (.gpt5, ["codex", "5.1"], [.low, .medium, .high]), (.gpt5, ["codex"], [.low, .medium, .high, .xhigh]),
        (.gpt5, ["chat"], [.medium]), (.gpt5, ["5.1"], [.none, .low, .medium, .high]),
        (.gpt5, ["5.2"], [.none, .low, .medium, .high, .xhigh]),
        (.gpt5, ["5.3"], [.none, .low, .medium, .high, .xhigh]),
        (.gpt5, ["5.4"], [.none, .low, .medium, .high, .xhigh]),
        (.gpt5, ["5.5"], [.none, .low, .medium, .high, .xhigh]),
        (.gpt5, ["5.6"], [.none, .low, .medium, .high, .xhigh]),
        (.gpt5, ["6", "astra"], [.low, .medium, .high, .xhigh, .max]),
        (.gpt5, ["6", "rosalind"], [.low, .medium, .high, .xhigh, .max]),
        (.gpt5, ["6.1", "sol"], [.low, .medium, .high, .xhigh, .max]),
        (.gpt5, ["5"], [.minimal, .low, .medium, .high]),
        (.gpt5, [], [.none, .low, .medium, .high, .xhigh, .max]),
    ]

    /// The efforts that a model takes; nil where it is not known.
    static func efforts(of provider: String, _ tag: String, _ family: OpenAIModelFamily) -> ModelEfforts? {
        let tag = tag.lowercased()
        if let kind = family.kind {
            // One of a series that does not say which is taken for its first.
            let words = tag.hasPrefix("gpt5_series/") && !tag.contains("gpt-") ? ["5"] : OpenAIModelFamily.words(tag)
            let row = openAIEfforts.first { $0.kind == kind && $0.names.allSatisfy { words.contains($0) } }
            return row.map { ModelEfforts(words: $0.words) }
        }
        let name = (tag.split(separator: "/").last ?? "") + "-"
        return efforts.first { row in
            (row.providers.isEmpty || row.providers.contains(provider)) && row.names.contains { name.hasPrefix($0) }
        }?.efforts
    }
}
