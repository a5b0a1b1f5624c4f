/// What neither the API nor the model has: refused, unless such parameters are left out or ask for nothing.
extension AnthropicEncoder {
    private static let inChat: [Parameter] = [
        .n, .logprobs, .topLogprobs, .logitBias, .presencePenalty, .frequencyPenalty, .seed, .modalities, .audio,
        .functions, .functionCall,
    ]
    private static let inCompletions: [Parameter] = [
        .n, .bestOf, .echo, .suffix, .logprobs, .logitBias, .presencePenalty, .frequencyPenalty, .seed,
    ]

    func refuse() throws(RequestFault) {
        if drops { return }
        for field in work == .chat ? Self.inChat : Self.inCompletions {
            guard let value = parameters.request[field], !field.asksNothing(value.raw) else { continue }
            throw refusal(field)
        }
        if thinking.isRefused {
            throw refusal(.effort, "this model does not think; ask for a newer one")
        }
    }

    func refusal(_ parameter: Parameter, _ advice: String? = nil) -> RequestFault {
        parameters.request.refusal(of: parameter, by: "Anthropic", " here", advice)
    }

    /// The same for a parameter that no front knows.
    func refusal(_ name: String, _ advice: String) -> RequestFault {
        RequestFault(
            "Anthropic does not support `\(name)` here: \(advice), or set `drop_params: true` to have it ignored",
            param: name)
    }
}
