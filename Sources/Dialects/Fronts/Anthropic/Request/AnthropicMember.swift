/// The members of `/v1/messages` that Drover reads. What it does not know goes on to Anthropic, and to nobody else.
enum AnthropicMember: UInt16, CaseIterable {
    case model, messages, system, maxTokens, stream, temperature, topP, topK, stop, tools, toolChoice
    case metadata, thinking, outputConfig, outputFormat

    var name: StaticString {
        switch self {
        case .model: "model"
        case .messages: "messages"
        case .system: "system"
        case .maxTokens: "max_tokens"
        case .stream: "stream"
        case .temperature: "temperature"
        case .topP: "top_p"
        case .topK: "top_k"
        case .stop: "stop_sequences"
        case .tools: "tools"
        case .toolChoice: "tool_choice"
        case .metadata: "metadata"
        case .thinking: "thinking"
        case .outputConfig: "output_config"
        case .outputFormat: "output_format"
        }
    }

    /// The parameter that it is as a whole; nil for one of which parts are read.
    var parameter: Parameter? {
        switch self {
        case .model: .model
        case .messages: .messages
        case .system: .system
        case .maxTokens: .maxTokens
        case .stream: .stream
        case .temperature: .temperature
        case .topP: .topP
        case .stop: .stop
        case .tools: .tools
        case .toolChoice: .toolChoice
        case .topK, .metadata, .thinking, .outputConfig, .outputFormat: nil
        }
    }

    /// The one with this raw name, with escapes in it or without, so that no other spelling gets past what is changed on the way.
    static func named(_ raw: UnsafeRawBufferPointer) -> AnthropicMember? { allCases.first { raw.spells($0.name) } }
}
