/// What Bedrock cannot do.
extension BedrockEncoder {
    private static let unsupportedInChat: [RequestField] = [
        .n, .seed, .presencePenalty, .frequencyPenalty, .logprobs, .topLogprobs, .logitBias, .modalities, .audio,
        .webSearchOptions, .functions, .functionCall,
    ]
    private static let unsupportedInCompletions: [RequestField] = [
        .n, .bestOf, .echo, .suffix, .seed, .presencePenalty, .frequencyPenalty, .logprobs, .logitBias,
    ]
    private static let sampling: [RequestField] = [.temperature, .topP]

    /// Refuses those of the fields that are given, ask for something, and cannot be had.
    func refuse(_ work: Work) throws(RequestFault) {
        guard !drops else { return }
        var unsupported = work == .chat ? Self.unsupportedInChat : Self.unsupportedInCompletions
        if !target.model.takesSampling { unsupported += Self.sampling }
        for field in unsupported where fields.has(field) && !asksNothing(field) {
            throw refusal(field, advice(field))
        }
    }

    private func asksNothing(_ field: RequestField) -> Bool {
        let value = bytes[fields[field]]
        return switch field {
        case .n, .bestOf: value.equals("1")
        case .echo: value.equals("false")
        case .suffix: value.equals("\"\"")
        case .logprobs: value.equals("false")
        case .presencePenalty, .frequencyPenalty, .topLogprobs: JSONNumber.double(value) == 0
        case .temperature, .topP: JSONNumber.double(value) == 1
        case .logitBias, .audio, .functions: bytes.isEmptyContainer(fields[field])
        case .functionCall: value.equals("\"none\"") || value.equals("\"auto\"")
        case .modalities: !bytes.hasElement("\"audio\"", in: fields[field])
        default: false
        }
    }

    /// A 400 that says how to have the field ignored instead.
    func refusal(_ field: RequestField, _ advice: String) -> RequestFault {
        RequestFault(
            "Bedrock does not support `\(field.name)` for \(target.model.id): \(advice), "
                + "or set `drop_params: true` to have it ignored",
            param: "\(field.name)")
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
