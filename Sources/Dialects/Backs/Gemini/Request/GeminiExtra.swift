/// Where a parameter that no front knows goes in Gemini's request.
enum GeminiExtra {
    /// A member of `generationConfig`, under this name.
    case generation(StaticString)
    /// A member beside `contents`, under this name.
    case top(StaticString)
    /// Whatever else: beside `contents` as it is called, for the API to judge.
    case other
    /// Its members are members of `generationConfig`.
    case generationConfig
    /// Written from other fields, or nothing that a cloud could be told.
    case none

    /// The place of the extra with this raw name.
    init(_ name: UnsafeRawBufferPointer) {
        if let known = Self.generation.first(where: { name.spells($0.snake) || name.spells($0.camel) }) {
            self = .generation(known.camel)
        } else if let known = Self.top.first(where: { name.spells($0.snake) || name.spells($0.camel) }) {
            self = .top(known.camel)
        } else if name.spells("generationConfig") || name.spells("generation_config") {
            self = .generationConfig
        } else if Self.unspoken.contains(where: { name.spells($0) }) || BoxOption.isNothingToClouds(name) {
            self = .none
        } else {
            self = .other
        }
    }

    /// What clients and deployments may call them: as LiteLLM does, or as Google does.
    private static let generation: [(snake: StaticString, camel: StaticString)] = [
        ("top_k", "topK"), ("max_output_tokens", "maxOutputTokens"), ("stop_sequences", "stopSequences"),
        ("response_mime_type", "responseMimeType"), ("response_schema", "responseSchema"),
        ("response_json_schema", "responseJsonSchema"), ("response_logprobs", "responseLogprobs"),
        ("response_modalities", "responseModalities"), ("image_config", "imageConfig"),
        ("thinking_config", "thinkingConfig"), ("media_resolution", "mediaResolution"),
        ("speech_config", "speechConfig"), ("enable_enhanced_civic_answers", "enableEnhancedCivicAnswers"),
    ]

    private static let top: [(snake: StaticString, camel: StaticString)] = [
        ("safety_settings", "safetySettings"), ("cached_content", "cachedContent"), ("tool_config", "toolConfig"),
        ("task_type", "taskType"), ("output_dimensionality", "outputDimensionality"),
    ]

    /// Written from elsewhere.
    private static let unspoken: [StaticString] = ["contents", "systemInstruction", "system_instruction", "thinking"]
}
