/// What Bedrock cannot do.
extension BedrockEncoder {
    private static let unsupportedInChat: [Parameter] = [
        .n, .seed, .presencePenalty, .frequencyPenalty, .logprobs, .topLogprobs, .logitBias, .modalities, .audio,
        .webSearch, .functions, .functionCall,
    ]
    private static let unsupportedInCompletions: [Parameter] = [
        .n, .bestOf, .echo, .suffix, .seed, .presencePenalty, .frequencyPenalty, .logprobs, .logitBias,
    ]
    private static let sampling: [Parameter] = [.temperature, .topP]

    /// Refuses those of the fields that are given, ask for something, and cannot be had.
    func refuse(_ work: Work) throws(RequestFault) {
        guard !drops else { return }
        var unsupported = work == .chat ? Self.unsupportedInChat : Self.unsupportedInCompletions
        if !target.model.takesSampling { unsupported += Self.sampling }
        for field in unsupported {
            guard let value = parameters.request[field], !field.asksNothing(value.raw) else { continue }
            throw refusal(field)
        }
    }

    func refusal(_ parameter: Parameter, _ advice: String? = nil) -> RequestFault {
        parameters.request.refusal(of: parameter, by: "Bedrock", " for \(target.model.id)", advice)
    }
}
