import NIOCore

/// How much a model is to think, as `thinkingConfig` says it: a level for the third generation, a budget before.
///
/// Budgets and levels are LiteLLM's for the same words; it has none for `xhigh` and `max` here, which get the budgets that
/// it gives them elsewhere, and the highest level.
struct GeminiThinking {
    private enum Amount {
        /// Google's own object, as it stands.
        case written(UnsafeRawBufferPointer)
        /// As much as the model likes.
        case own
        case budget(Int)
        case level(StaticString)
    }

    private let amount: Amount
    /// Whether its thoughts, in summary, are to be in the answer.
    private let isShown: Bool

    /// What a source asks for: `thinkingConfig`, Anthropic's `thinking`, or an effort; nil when it asks for nothing.
    init?(_ source: ParameterSource, for model: GeminiModel) {
        if let config = source.extra("thinkingConfig", "thinking_config") {
            (amount, isShown) = (.written(config.raw), true)
        } else if let thinking = source.extra("thinking"), let type = thinking["type"] {
            let budget = thinking["budget_tokens"].flatMap { JSONNumber.integer($0.raw) }
            isShown = !type.says("disabled") && budget != 0
            if model.isThirdGeneration {
                amount = .own
            } else if !isShown {
                amount = .budget(model.leastBudget)
            } else {
                amount = budget.map { .budget($0) } ?? .own
            }
        } else if let effort = source.effort {
            isShown = !effort.isOff
            amount =
                model.isThirdGeneration ? .level(effort.geminiLevel(model)) : .budget(effort.geminiBudget(model))
        } else {
            return nil
        }
    }

    func write(into out: inout ByteBuffer) {
        switch amount {
        case .written(let config):
            out.writeBytes(config)
            return
        case .own: out.writeStaticString("{")
        case .budget(let tokens):
            out.writeStaticString("{\"thinkingBudget\":")
            out.writeDecimal(tokens)
            out.writeStaticString(",")
        case .level(let level):
            out.writeStaticString("{\"thinkingLevel\":\"")
            out.writeStaticString(level)
            out.writeStaticString("\",")
        }
        out.writeStaticString(isShown ? "\"includeThoughts\":true}" : "\"includeThoughts\":false}")
    }
}

extension ReasoningEffort {
    fileprivate func geminiBudget(_ model: GeminiModel) -> Int {
        switch self {
        case .none, .minimal: model.leastBudget
        case .low: 1024
        case .medium: 2048
        case .high: 4096
        case .xhigh: 8192
        case .max: 16384
        }
    }

    /// No level turns it off: `none` is the lowest there is.
    fileprivate func geminiLevel(_ model: GeminiModel) -> StaticString {
        switch self {
        case .none, .minimal: model.hasMinimalLevel ? "minimal" : "low"
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        case .xhigh, .max: model.hasExtraHighLevel ? "xhigh" : "high"
        }
    }
}
