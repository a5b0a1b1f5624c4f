/// A way of sampling that Ollama has and OpenAI has not, and what a back calls it.
struct SamplingName: Sendable {
    let option: StaticString
    let name: StaticString

    static let topK = SamplingName(option: "top_k", name: "top_k")
    static let minP = SamplingName(option: "min_p", name: "min_p")
    static let repeatPenalty = SamplingName(option: "repeat_penalty", name: "repeat_penalty")
    static let repetitionPenalty = SamplingName(option: "repeat_penalty", name: "repetition_penalty")
}

extension UpstreamTarget {
    /// The language it speaks.
    var dialect: Dialect {
        switch form {
        case .ollama: .ollama
        case .openAI: .openAI
        case .anthropic: .anthropic
        case .bedrock: .bedrock
        case .gemini: .gemini
        }
    }

    /// The ways of sampling beside OpenAI's that it takes.
    var sampling: [SamplingName] {
        switch form {
        case .ollama: [.topK, .minP, .repeatPenalty]
        case .openAI(let target): target.quirks.sampling
        case .anthropic, .bedrock, .gemini: [.topK]
        }
    }
}
