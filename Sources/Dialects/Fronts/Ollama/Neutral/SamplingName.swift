/// A way of sampling that Ollama has and OpenAI has not, and what a back calls it.
struct SamplingName: Sendable {
    let option: StaticString
    let name: StaticString

    static let topK = SamplingName(option: "top_k", name: "top_k")
    static let minP = SamplingName(option: "min_p", name: "min_p")
    static let repeatPenalty = SamplingName(option: "repeat_penalty", name: "repeat_penalty")
    static let repetitionPenalty = SamplingName(option: "repeat_penalty", name: "repetition_penalty")
}
