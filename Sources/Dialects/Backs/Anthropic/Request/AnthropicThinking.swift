import NIOCore

/// How much the model is to think, out of `thinking` (Anthropic's own, which passes) or the client's effort.
///
/// A model is told by an effort or by a budget of tokens, whichever it knows. The budgets are LiteLLM's.
struct AnthropicThinking {
    private enum Form {
        /// Nothing is said, since the model does not think unless it is told to, or whatever it is told.
        case off
        case toldOff
        /// The client's own object.
        case given(JSONValue)
        case budget(Int)
        /// `display` as the client wrote it, where it did.
        case adaptive(display: JSONValue?)
    }

    private var form = Form.off
    /// For `output_config`.
    private(set) var effort: StaticString?
    /// Whether the request asks a model to think that cannot.
    private(set) var isRefused = false
    /// Tokens that the answer's limit has more where nobody knows one.
    private(set) var room = 0
    /// The budget in the client's own object, where that is what is written.
    private(set) var givenBudget: Int?
    /// The least budget the API takes.
    private static let leastBudget = 1024

    /// - Parameter answerLimit: of an answer that nobody has set a limit to.
    init(_ parameters: LayeredParameters, model: AnthropicModel, answerLimit: Int?) {
        for (layer, isTheClients) in [(parameters.request, true), (parameters.deployment, false)] {
            if let thinking = layer.extra("thinking"), thinking.isObject {
                take(thinking, model, isTheClients: isTheClients)
                return
            } else if let effort = layer.effort {
                take(effort, model, isTheClients: isTheClients, limit: parameters.maxTokens ?? answerLimit)
                return
            }
        }
    }

    /// Whether the model thinks before it answers.
    var isOn: Bool {
        switch form {
        case .off, .toldOff: false
        case .given(let thinking): !(thinking["type"]?.says("disabled") ?? true)
        case .budget, .adaptive: true
        }
    }

    func write(into out: inout ByteBuffer) {
        switch form {
        case .off: break
        case .toldOff: out.writeStaticString(",\"thinking\":{\"type\":\"disabled\"}")
        case .given(let thinking):
            out.writeStaticString(",\"thinking\":")
            out.writeBytes(thinking.raw)
        case .budget(let tokens):
            out.writeStaticString(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":")
            out.writeDecimal(tokens)
            out.writeStaticString("}")
        case .adaptive(let display):
            out.writeStaticString(",\"thinking\":{\"type\":\"adaptive\",\"display\":")
            // Left to itself such a model shows nothing of what it thinks.
            if let display { out.writeBytes(display.raw) } else { out.writeStaticString("\"summarized\"") }
            out.writeStaticString("}")
        }
    }

    private mutating func take(_ thinking: JSONValue, _ model: AnthropicModel, isTheClients: Bool) {
        guard model.thinks else {
            isRefused = isTheClients && !(thinking["type"]?.says("disabled") ?? true)
            return
        }
        let budget = thinking["budget_tokens"].flatMap { JSONNumber.integer($0.raw) }
        room = min(max(0, budget ?? 0), 1 << 20)
        guard model.thinksAdaptively, !model.takesThinkingBudget, thinking["type"]?.says("enabled") ?? false else {
            form = .given(thinking)
            if isOn { givenBudget = budget }
            return
        }
        // The newest take no budget: the effort that would have had it.
        form = .adaptive(display: thinking["display"])
        switch budget ?? 0 {
        case ..<Self.budget(.medium): effort = "low"
        case ..<Self.budget(.high): effort = "medium"
        case ..<Self.budget(.xhigh): effort = "high"
        default: effort = model.hasExtraHighEffort ? "xhigh" : "high"
        }
    }

    private mutating func take(
        _ effort: ReasoningEffort, _ model: AnthropicModel, isTheClients: Bool, limit: Int?
    ) {
        guard !effort.isOff else {
            if model.canBeQuiet { form = .toldOff }
            return
        }
        guard model.thinks else {
            isRefused = isTheClients
            return
        }
        let budget = Self.budget(effort)
        room = budget
        if model.thinksAdaptively {
            form = .adaptive(display: nil)
            self.effort = Self.word(effort, model)
        } else if let limit {
            // A budget must stay below the limit of the answer, which it counts towards. Where not even the least one
            // fits, the answer matters more.
            if limit > Self.leastBudget { form = .budget(min(budget, limit - 1)) }
        } else {
            form = .budget(budget)
        }
    }

    private static func budget(_ effort: ReasoningEffort) -> Int {
        switch effort {
        case .none: 0
        case .minimal, .low: leastBudget
        case .medium: 2048
        case .high: 4096
        case .xhigh: 8192
        case .max: 16384
        }
    }

    private static func word(_ effort: ReasoningEffort, _ model: AnthropicModel) -> StaticString {
        switch effort {
        case .none, .minimal, .low: "low"
        case .medium: "medium"
        case .high: "high"
        case .xhigh: model.hasExtraHighEffort ? "xhigh" : "high"
        case .max: "max"
        }
    }
}
