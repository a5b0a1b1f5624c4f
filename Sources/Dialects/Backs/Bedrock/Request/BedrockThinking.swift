/// How much the model is to think: the client's effort in the model's own words, and Anthropic's `thinking` as it stands.
///
/// A Claude that is made to call a tool cannot think. Where the client asks for both, the call is a demand and the effort
/// is a hint: the hint goes. A Claude with a budget cannot think either where the conversation's last calls came without
/// their sealed thinking, as from clients that know only OpenAI's messages.
struct BedrockThinking {
    /// What of it goes to `additionalModelRequestFields`.
    private(set) var members: [(name: String, value: [UInt8])] = []
    /// The limit of the answer where the budget makes another one necessary.
    private(set) var maxTokens: [UInt8]?
    /// Whether the model will think.
    private(set) var isOn: Bool

    /// Bedrock takes no smaller one.
    private static let leastBudget = 1024

    init(_ encoder: BedrockEncoder, tools: BedrockTools, history: BedrockHistory) throws(RequestFault) {
        let parameters = encoder.parameters
        let model = encoder.target.model
        isOn = model.thinksByDefault
        // One of the request's own fields puts all of the deployment's aside.
        let own = parameters.ownExtra("thinking")
        let isOwn = own != nil || parameters.request.effort != nil
        var thinking = isOwn ? own : parameters.extra("thinking")
        // Other models are told in their own words.
        if !model.knowsClaudesThinking || thinking?.first != 0x7b { thinking = nil }
        let effort = isOwn ? parameters.request.effort : parameters.usualEffort
        let outputConfig = parameters.extra("output_config")
        if let outputConfig { members.append(("output_config", outputConfig)) }
        if let thinking {
            take(thinking, limit: parameters.maxTokens, encoder.target.answerLimit)
        } else if let effort {
            try take(effort, encoder, tools, history, isRequested: isOwn)
        } else if tools.forcesCall, isOn, !model.alwaysThinks {
            turnOff()
        }
        if tools.forcesCall, isOn, model.isClaude, !encoder.drops {
            throw encoder.refusal(.toolChoice, "the model thinks, and then a call cannot be forced; use \"auto\"")
        }
    }

    /// The client's own object.
    private mutating func take(_ thinking: [UInt8], limit: [UInt8]?, _ most: Int?) {
        members.append(("thinking", thinking))
        let type = thinking.member("type") ?? []
        isOn = type.isText("\"enabled\"") || type.isText("\"adaptive\"")
        if let budget = thinking.member("budget_tokens")?.integer, isOn, limit == nil {
            maxTokens = Array("\(AnswerLimit.tokens(most, beside: budget))".utf8)
        }
    }

    private mutating func take(
        _ effort: ReasoningEffort, _ encoder: BedrockEncoder, _ tools: BedrockTools, _ history: BedrockHistory,
        isRequested: Bool
    ) throws(RequestFault) {
        let model = encoder.target.model
        switch model.reasoning {
        case .none:
            guard !effort.isOff, isRequested, !encoder.drops else { return }
            throw encoder.refusal(.effort, "the model does not take it; leave it out")
        case .word:
            // The same model has the same words whoever serves it.
            let name = String(model.id.split(separator: ".").last ?? "")
            let efforts = ModelTable.efforts(of: "bedrock", name, .unknown)
            let isExact = isRequested && !encoder.drops
            let word = efforts.map { $0.word(for: effort, isExact: isExact) } ?? effort.quoted
            if let word { members.append(("reasoning_effort", Array("\(word)".utf8))) }
        case .object: members.append(("reasoning", Array("{\"effort\":\"\(effort.rawValue)\"}".utf8)))
        case .nova:
            guard !effort.isOff else { return }
            let level = effort.inThreeWords
            members.append(
                ("reasoningConfig", Array("{\"type\":\"enabled\",\"maxReasoningEffort\":\"\(level)\"}".utf8)))
        case .adaptive:
            if (effort.isOff || tools.forcesCall) && !model.alwaysThinks {
                if isOn { turnOff() }
            } else if !effort.isOff {
                think(effort.claude(extraHigh: model.takesExtraHighEffort))
            }
        case .budget:
            guard !effort.isOff, !tools.forcesCall, !history.callsAreUnsealed else { return }
            think(budget: effort.budget, limit: encoder.parameters.maxTokens?.integer, encoder.target.answerLimit)
        }
    }

    private mutating func turnOff() {
        members.append(("thinking", Array("{\"type\":\"disabled\"}".utf8)))
        isOn = false
    }

    /// Without `display` the newer models give their thinking empty.
    private mutating func think(_ effort: StaticString) {
        isOn = true
        members.append(("thinking", Array("{\"type\":\"adaptive\",\"display\":\"summarized\"}".utf8)))
        if !members.contains(where: { $0.name == "output_config" }) {
            members.append(("output_config", Array("{\"effort\":\"\(effort)\"}".utf8)))
        }
    }

    /// The budget is part of the answer's limit, so it must be smaller; a limit with no room for the least of them is one
    /// for an answer without thinking.
    private mutating func think(budget: Int, limit: Int?, _ most: Int?) {
        var budget = budget
        if let limit = limit ?? most {
            guard limit > Self.leastBudget else { return }
            budget = min(budget, limit - 1)
        }
        if limit == nil { maxTokens = Array("\(AnswerLimit.tokens(most, beside: budget))".utf8) }
        isOn = true
        members.append(("thinking", Array("{\"type\":\"enabled\",\"budget_tokens\":\(budget)}".utf8)))
    }
}

extension ReasoningEffort {
    /// LiteLLM's budgets, in tokens; none below what Bedrock takes.
    fileprivate var budget: Int {
        switch self {
        case .none: 0
        case .minimal, .low: 1024
        case .medium: 2048
        case .high: 4096
        case .xhigh: 8192
        case .max: 16384
        }
    }

    fileprivate var inThreeWords: StaticString {
        switch self {
        case .none, .minimal, .low: "low"
        case .medium: "medium"
        case .high, .xhigh, .max: "high"
        }
    }

    /// Claude's word. Of the two highest, Bedrock's models take one: those from 4.7 on `xhigh`, 4.6 `max`.
    fileprivate func claude(extraHigh: Bool) -> StaticString {
        switch self {
        case .none, .minimal, .low: "low"
        case .medium: "medium"
        case .high: "high"
        case .xhigh: extraHigh ? "xhigh" : "high"
        case .max: extraHigh ? "xhigh" : "max"
        }
    }
}
