/// Parameters that the Gemini API does not have.
extension GeminiEncoder {
    private static let unsupportedInChat: [Parameter] = [
        .n, .logitBias, .audio, .modalities, .functions, .functionCall, .presencePenalty, .frequencyPenalty,
        .webSearch,
    ]
    private static let unsupportedInCompletions: [Parameter] = [
        .n, .bestOf, .echo, .suffix, .logitBias, .presencePenalty, .frequencyPenalty,
    ]

    /// Refuses what the request itself asks for and cannot have; of a deployment's parameters such are left out.
    func refuse() throws(RequestFault) {
        guard !drops else { return }
        let unsupported: [Parameter] =
            switch work {
            case .chat: Self.unsupportedInChat
            case .completion: Self.unsupportedInCompletions
            case .embedding: []
            }
        for field in unsupported {
            guard let value = parameters.request[field], !asksNothing(field, value) else { continue }
            throw refusal(field, advice(field))
        }
        if work != .embedding, !target.model.thinks, let effort = parameters.request.effort, !effort.isOff {
            throw refusal(.effort, advice(.effort))
        }
        var stops = 0
        parameters.request[.stop]?.forEachElement { _ in stops += 1 }
        if stops > Self.mostStops {
            throw RequestFault(
                "Gemini takes at most \(Self.mostStops) sequences to stop at: send no more, or set `drop_params: true` to have the others "
                    + "ignored", param: parameters.request.name(of: .stop))
        }
    }

    private func asksNothing(_ field: Parameter, _ value: JSONValue) -> Bool {
        switch field {
        case .presencePenalty, .frequencyPenalty:
            !target.model.isThirdGeneration || field.asksNothing(value.raw)
        case .webSearch: !hasTools
        // The API has `candidateCount`, but answers are read and written one to a request.
        default: field.asksNothing(value.raw)
        }
    }

    /// The most sequences to stop at.
    static let mostStops = ModelTable.mostStops(of: "gemini") ?? .max

    func refusal(_ parameter: Parameter, _ advice: String? = nil) -> RequestFault {
        parameters.request.refusal(of: parameter, by: "Gemini", " here", advice)
    }

    /// What to do instead, where it is another thing than for any provider.
    private func advice(_ field: Parameter) -> String? {
        switch field {
        case .audio, .modalities: "ask for text or images"
        case .presencePenalty, .frequencyPenalty: "this generation of models has no penalties; leave it out"
        case .effort: "this model does not think; leave it out"
        case .webSearch: "it searches or calls functions, not both; leave out one of them"
        default: nil
        }
    }
}
