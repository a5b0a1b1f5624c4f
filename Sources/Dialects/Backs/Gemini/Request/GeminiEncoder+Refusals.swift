/// What of OpenAI's parameters the Gemini API does not have.
extension GeminiEncoder {
    private static let unsupportedInChat: [RequestField] = [
        .n, .logitBias, .audio, .modalities, .functions, .functionCall, .presencePenalty, .frequencyPenalty,
        .reasoningEffort, .webSearchOptions,
    ]
    private static let unsupportedInCompletions: [RequestField] = [
        .n, .bestOf, .echo, .suffix, .logitBias, .presencePenalty, .frequencyPenalty, .reasoningEffort,
    ]

    /// Refuses what the request itself asks for and cannot have; of a deployment's parameters such are left out.
    func refuse() throws(RequestFault) {
        guard !drops else { return }
        let unsupported: [RequestField] =
            switch work {
            case .chat: Self.unsupportedInChat
            case .completion: Self.unsupportedInCompletions
            case .embedding: []
            }
        for field in unsupported {
            guard let value = parameters.request[field], !asksNothing(field, value) else { continue }
            throw refusal(field, advice(field))
        }
    }

    private func asksNothing(_ field: RequestField, _ value: UnsafeRawBufferPointer) -> Bool {
        switch field {
        // The API has `candidateCount`, but answers are read and written one to a request.
        case .n, .bestOf: value.equals("1")
        case .echo: value.equals("false")
        case .suffix: value.equals("\"\"")
        case .logitBias, .audio, .functions: value.isEmptyContainer(value.whole)
        case .functionCall: value.equals("\"none\"") || value.equals("\"auto\"")
        case .modalities: !value.hasElement("\"audio\"", in: value.whole)
        case .presencePenalty, .frequencyPenalty:
            !target.model.isThirdGeneration || JSONNumber.double(value) == 0
        case .reasoningEffort: target.model.thinks || value.equals("\"none\"")
        case .webSearchOptions: !hasTools
        default: false
        }
    }

    /// A 400 that says how to have the field ignored instead.
    func refusal(_ field: RequestField, _ advice: String) -> RequestFault {
        RequestFault(
            "Gemini does not support `\(field.name)` here: \(advice), or set `drop_params: true` to have it ignored",
            param: "\(field.name)")
    }

    private func advice(_ field: RequestField) -> String {
        switch field {
        case .n, .bestOf: "send one request for each answer"
        case .functions, .functionCall: "use `tools` and `tool_choice`"
        case .audio, .modalities: "ask for text or images"
        case .presencePenalty, .frequencyPenalty: "this generation of models has no penalties; leave it out"
        case .reasoningEffort: "this model does not think; leave it out"
        case .webSearchOptions: "it searches or calls functions, not both; leave out one of them"
        default: "leave it out"
        }
    }
}
