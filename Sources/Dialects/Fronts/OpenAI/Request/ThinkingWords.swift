/// The ways in which clients of OpenAI's API say how much a model is to think, beside OpenAI's own.
///
/// Anthropic's `thinking`, OpenRouter's `reasoning`, and the switches of servers' templates: `chat_template_kwargs` (vLLM,
/// SGLang, llama.cpp) and `enable_thinking` (Qwen's own service). A server that knows one of them is sent it as it stands; for all
/// others it is an effort.
enum ThinkingWords {
    /// Names of unknown fields that may say it.
    static let names: [StaticString] = [
        "thinking", "chat_template_kwargs", "enable_thinking", "thinking_budget", "reasoning_budget",
    ]

    /// The effort that OpenRouter's object asks for, where it does not name one.
    static func effort(reasoning: JSONValue) -> ReasoningEffort? {
        if let effort = reasoning["effort"] { return ReasoningEffort(effort.raw) }
        if let budget = reasoning["max_tokens"].flatMap({ JSONNumber.integer($0.raw) }) {
            return ReasoningEffort(budget: budget)
        }
        return reasoning["enabled"].flatMap(effort(isOn:))
    }

    /// The effort that an unknown field of this name asks for.
    static func effort(_ name: UnsafeRawBufferPointer, _ value: JSONValue) -> ReasoningEffort? {
        if name.spells("thinking") { return effort(thinking: value) }
        if name.spells("enable_thinking") { return effort(isOn: value) }
        if name.spells("chat_template_kwargs") {
            if let effort = value["reasoning_effort"] { return ReasoningEffort(effort.raw) }
            return (value["enable_thinking"] ?? value["thinking"]).flatMap(effort(isOn:))
        }
        guard name.spells("thinking_budget") || name.spells("reasoning_budget") else { return nil }
        // Below zero it is no limit.
        return JSONNumber.integer(value.raw).flatMap { $0 < 0 ? nil : ReasoningEffort(budget: $0) }
    }

    private static func effort(thinking: JSONValue) -> ReasoningEffort? {
        guard let type = thinking["type"] else { return effort(isOn: thinking) }
        if type.says("disabled") { return ReasoningEffort.none }
        guard type.says("enabled") || type.says("adaptive") else { return nil }
        let budget = thinking["budget_tokens"].flatMap { JSONNumber.integer($0.raw) }
        return budget.map { ReasoningEffort(budget: $0) } ?? .medium
    }

    private static func effort(isOn value: JSONValue) -> ReasoningEffort? {
        value.isTrue ? .medium : value.isFalse ? ReasoningEffort.none : nil
    }
}
