import NIOCore

/// Pieces that the events and the whole answers of `/v1/messages` share.
extension ByteWriter {
    /// Room that `writeAnthropicHead` takes at most, the model apart, and `writeAnthropicUsage`.
    static let anthropicHeadRoom = 128
    static let anthropicUsageRoom = 200

    /// `"id":…,"type":"message","role":"assistant","model":…`
    mutating func writeAnthropicHead(_ identity: AnswerIdentity) {
        write("\"id\":\"msg_")
        write(hex: identity.responseID)
        write("\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"")
        identity.model.withUnsafeReadableBytes { write($0) }
        write("\"")
    }

    /// `"stop_reason":…,"stop_sequence":…`
    mutating func writeAnthropicReason(_ end: AnswerEnd, afterCalls: Bool) {
        write("\"stop_reason\":\"")
        write(end.reason.anthropic(afterCalls: afterCalls))
        if let sequence = end.stopSequence {
            write("\",\"stop_sequence\":\"")
            write(sequence)
            write("\"")
        } else {
            write("\",\"stop_sequence\":null")
        }
    }

    /// `"usage":{…}`: Anthropic counts what a cache read or wrote apart from the input.
    mutating func writeAnthropicUsage(_ usage: Usage) {
        write("\"usage\":{\"input_tokens\":")
        write(decimal: max(0, usage.promptTokens - usage.cachedTokens - usage.cacheWriteTokens))
        write(",\"cache_creation_input_tokens\":")
        write(decimal: usage.cacheWriteTokens)
        write(",\"cache_read_input_tokens\":")
        write(decimal: usage.cachedTokens)
        write(",\"output_tokens\":")
        write(decimal: usage.completionTokens)
        write("}")
    }
}

extension FinishReason {
    /// Anthropic's word for it. A call cut off by the limit stays `max_tokens`.
    func anthropic(afterCalls calls: Bool) -> StaticString {
        switch self {
        case .length: "max_tokens"
        case .contentFilter: "refusal"
        case .stopSequence: calls ? "tool_use" : "stop_sequence"
        // A back's own call, of which the answer's text was made, is none of the client's.
        case .stop, .toolCalls: calls ? "tool_use" : "end_turn"
        }
    }
}
