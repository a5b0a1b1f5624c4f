/// What neither the API nor the model has: refused, unless such parameters are left out or ask for nothing.
extension AnthropicEncoder {
    private static let inChat: [RequestField] = [
        .n, .logprobs, .topLogprobs, .logitBias, .presencePenalty, .frequencyPenalty, .seed, .modalities, .audio,
        .functions, .functionCall,
    ]
    private static let inCompletions: [RequestField] = [
        .n, .bestOf, .echo, .suffix, .logprobs, .logitBias, .presencePenalty, .frequencyPenalty, .seed,
    ]

    func refuse() throws(RequestFault) {
        if drops { return }
        for field in work == .chat ? Self.inChat : Self.inCompletions {
            guard let value = parameters.request[field], !asksNothing(field, value) else { continue }
            throw refusal("\(field.name)", advice(field))
        }
        if thinking.isRefused {
            let name = parameters.request[.reasoningEffort] == nil ? "reasoning" : "reasoning_effort"
            throw refusal(name, "this model does not think; ask for a newer one")
        }
    }

    private func asksNothing(_ field: RequestField, _ value: AnthropicValue) -> Bool {
        switch field {
        case .n, .bestOf: value.raw.equals("1")
        case .echo, .logprobs: value.isFalse
        case .topLogprobs, .presencePenalty, .frequencyPenalty: JSONNumber.double(value.raw) == 0
        case .logitBias, .audio, .functions: value.isEmpty
        case .functionCall: value.says("none") || value.says("auto")
        case .suffix: value.text?.isEmpty ?? false
        case .modalities: !value.raw.hasElement("\"audio\"", in: JSONSlice(from: 0, to: value.raw.count))
        default: false
        }
    }

    /// A 400 that says how to have the parameter ignored instead.
    func refusal(_ name: String, _ advice: String) -> RequestFault {
        RequestFault(
            "Anthropic does not support `\(name)` here: \(advice), or set `drop_params: true` to have it ignored",
            param: name)
    }

    private func advice(_ field: RequestField) -> String {
        switch field {
        case .n, .bestOf: "send one request for each answer"
        case .functions, .functionCall: "use `tools` and `tool_choice`"
        case .audio, .modalities: "ask for text"
        default: "leave it out"
        }
    }
}
