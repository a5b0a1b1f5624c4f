import NIOCore

/// Pieces that OpenAI's whole answers and chunks share.
extension ByteBuffer {
    /// `"id":…,"object":…,"created":…,"model":…`
    mutating func writeIdentity(
        _ endpoint: Endpoint, isChunk: Bool, responseID: UInt64, created: Int, model: UnsafeRawBufferPointer
    ) {
        if endpoint == .chat {
            writeStaticString("\"id\":\"chatcmpl-")
            writeHex(responseID)
            writeStaticString(isChunk ? "\",\"object\":\"chat.completion.chunk\"" : "\",\"object\":\"chat.completion\"")
        } else {
            writeStaticString("\"id\":\"cmpl-")
            writeHex(responseID)
            writeStaticString("\",\"object\":\"text_completion\"")
        }
        writeStaticString(",\"created\":")
        writeDecimal(created)
        writeStaticString(",\"model\":\"")
        writeBytes(model)
        writeStaticString("\"")
    }

    /// `"usage":{…}`
    mutating func writeUsage(_ usage: Usage, _ endpoint: Endpoint) {
        writeStaticString("\"usage\":{\"prompt_tokens\":")
        writeDecimal(usage.promptTokens)
        if endpoint != .embeddings {
            writeStaticString(",\"completion_tokens\":")
            writeDecimal(usage.completionTokens)
        }
        writeStaticString(",\"total_tokens\":")
        writeDecimal(usage.promptTokens + usage.completionTokens)
        writeStaticString("}")
    }

    /// A tool call behind its opening brace, with the closing one: arguments as a string. An id is made where the
    /// upstream gave none.
    mutating func writeToolCall(_ call: AnswerToolCall, number: Int, responseID: UInt64) {
        writeStaticString("\"id\":\"")
        if let id = call.id {
            writeBytes(id)
        } else {
            writeStaticString("call_")
            writeHex(responseID)
            writeStaticString("_")
            writeDecimal(number)
        }
        writeStaticString("\",\"type\":\"function\",\"function\":{\"name\":\"")
        writeBytes(call.name)
        writeStaticString("\",\"arguments\":")
        if call.arguments.first == 0x22 {
            writeBytes(call.arguments)
        } else {
            writeStaticString("\"")
            writeEscaped(call.arguments)
            writeStaticString("\"")
        }
        writeStaticString("}}")
    }

    /// The inside of a JSON string, with quotes around it.
    mutating func writeQuotedRaw(_ text: [UInt8]) {
        writeInteger(0x22 as UInt8)
        writeBytes(text)
        writeInteger(0x22 as UInt8)
    }
}

extension FinishReason {
    /// OpenAI's word for it. A call cut off by the limit stays `length`.
    func openAI(afterCalls calls: Bool) -> StaticString {
        switch self {
        case .length: "length"
        case .stop: calls ? "tool_calls" : "stop"
        }
    }
}
