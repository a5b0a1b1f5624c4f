/// What a request says beside its prompt, in no dialect's words: each front has a table of its own names.
enum Parameter: UInt8, CaseIterable {
    // What is asked, of whom, how it is sent back.
    case model, messages, prompt, input, suffix, stream, streamOptions, encodingFormat, dimensions
    // How it is to be written.
    case temperature, topP, stop, seed, maxTokens, presencePenalty, frequencyPenalty
    case n, bestOf, echo, logprobs, topLogprobs, logitBias, answerFormat, modalities, audio, webSearch
    case tools, toolChoice, functions, functionCall, effort, user, parallelToolCalls
    // A second name for the limit, and a second form of the effort, in OpenAI's dialect.
    case maxCompletionTokens, reasoning
    // Ollama's own.
    case think, format, keepAlive, truncate, shift, raw, system, template, options
    // LiteLLM's own.
    case timeout, numRetries, dropParams
    // Known, may be given, changes nothing here and is never passed on.
    case ignored

    /// One bit each, for sets.
    @inline(__always)
    var bit: UInt64 { 1 << UInt64(rawValue) }

    /// A set.
    static func bits(_ parameters: [Parameter]) -> UInt64 { parameters.reduce(0) { $0 | $1.bit } }

    /// Whether a value asks for no more than what happens without it.
    func asksNothing(_ value: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .n, .bestOf: value.equals("1")
        case .temperature, .topP: JSONNumber.double(value) == 1
        case .presencePenalty, .frequencyPenalty, .topLogprobs: JSONNumber.double(value) == 0
        case .echo, .logprobs: value.equals("false")
        case .suffix: value.equals("\"\"")
        case .logitBias, .audio, .functions, .tools: value.isEmptyContainer(value.whole)
        case .stop: value[0] == 0x5b && value.isEmptyContainer(value.whole)
        case .functionCall, .toolChoice: value.equals("\"none\"") || value.equals("\"auto\"")
        case .effort: value.equals("false") || ReasoningEffort(value)?.isOff ?? false
        case .reasoning: ThinkingWords.effort(reasoning: JSONValue(value))?.isOff ?? false
        case .modalities: !value.hasElement("\"audio\"", in: value.whole)
        default: false
        }
    }
}
