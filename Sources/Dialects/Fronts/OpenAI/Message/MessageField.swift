/// The fields of a message that Drover acts on.
enum MessageField: UInt8 {
    case role, content, toolCalls, toolCallID, name, functionCall, refusal, reasoningContent, reasoning, thinking

    /// The field with this raw name; nil when Drover does not know it.
    @inline(__always)
    static func named(_ raw: UnsafeRawBufferPointer) -> MessageField? {
        if raw.equals("role") { return .role }
        if raw.equals("content") { return .content }
        return rare(raw)
    }

    private static func rare(_ raw: UnsafeRawBufferPointer) -> MessageField? {
        if let field = match(raw) { return field }
        guard raw.contains(0x5c) else { return nil }
        var name: [UInt8] = []
        JSONString.unescape(raw) { name.append(contentsOf: $0) }
        return name.withUnsafeBytes { match($0) }
    }

    private static func match(_ name: UnsafeRawBufferPointer) -> MessageField? {
        if name.equals("role") { return .role }
        if name.equals("content") { return .content }
        if name.equals("tool_calls") { return .toolCalls }
        if name.equals("tool_call_id") { return .toolCallID }
        if name.equals("name") { return .name }
        if name.equals("function_call") { return .functionCall }
        if name.equals("refusal") { return .refusal }
        // DeepSeek's and LiteLLM's name for what was thought; vLLM's, OpenRouter's and Ollama's own; Ollama's other.
        if name.equals("reasoning_content") { return .reasoningContent }
        if name.equals("reasoning") { return .reasoning }
        if name.equals("thinking") { return .thinking }
        return nil
    }

    /// The name as clients write it.
    var label: StaticString {
        switch self {
        case .role: "role"
        case .content: "content"
        case .toolCalls: "tool_calls"
        case .toolCallID: "tool_call_id"
        case .name: "name"
        case .functionCall: "function_call"
        case .refusal: "refusal"
        case .reasoningContent: "reasoning_content"
        case .reasoning: "reasoning"
        case .thinking: "thinking"
        }
    }
}
