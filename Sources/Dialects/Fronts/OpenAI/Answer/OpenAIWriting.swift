import NIOCore

/// Pieces that OpenAI's whole answers and chunks share.
extension ByteWriter {
    /// Room that `writeIdentity` and `writeUsage` take at most, the model apart.
    static let identityRoom = 160
    static let usageRoom = 320

    /// `"id":…,"object":…,"created":…,"model":…`
    mutating func writeIdentity(
        _ work: Work, isChunk: Bool, responseID: UInt64, created: Int, model: UnsafeRawBufferPointer
    ) {
        if work == .chat {
            write("\"id\":\"chatcmpl-")
            write(hex: responseID)
            write(isChunk ? "\",\"object\":\"chat.completion.chunk\"" : "\",\"object\":\"chat.completion\"")
        } else {
            write("\"id\":\"cmpl-")
            write(hex: responseID)
            write("\",\"object\":\"text_completion\"")
        }
        write(",\"created\":")
        write(decimal: created)
        write(",\"model\":\"")
        write(model)
        write("\"")
    }

    /// `"usage":{…}`
    mutating func writeUsage(_ usage: Usage, _ work: Work) {
        write("\"usage\":{\"prompt_tokens\":")
        write(decimal: usage.promptTokens)
        if work != .embedding {
            write(",\"completion_tokens\":")
            write(decimal: usage.completionTokens)
        }
        write(",\"total_tokens\":")
        // A sum no upstream means, but no trap either.
        write(decimal: usage.promptTokens &+ usage.completionTokens)
        if usage.cachedTokens > 0 || usage.cacheWriteTokens > 0 {
            write(",\"prompt_tokens_details\":{\"cached_tokens\":")
            write(decimal: usage.cachedTokens)
            if usage.cacheWriteTokens > 0 {
                write(",\"cache_creation_tokens\":")
                write(decimal: usage.cacheWriteTokens)
            }
            write("}")
        }
        if usage.reasoningTokens > 0 {
            write(",\"completion_tokens_details\":{\"reasoning_tokens\":")
            write(decimal: usage.reasoningTokens)
            write("}")
        }
        write("}")
    }

    /// The inside of a JSON string, with quotes around it.
    @inline(__always)
    mutating func writeQuoted(_ text: [UInt8]) {
        write(byte: 0x22)
        write(text)
        write(byte: 0x22)
    }
}

extension ByteBuffer {
    /// A tool call behind its opening brace, up to the inside of the string of its arguments.
    mutating func writeToolCallStart(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, number: Int, responseID: UInt64,
        signature: UnsafeRawBufferPointer? = nil
    ) {
        writeStaticString("\"id\":\"")
        writeCallID(id, number: number, responseID: responseID, signature: signature)
        writeStaticString("\",\"type\":\"function\",\"function\":{\"name\":\"")
        writeBytes(name)
        writeStaticString("\",\"arguments\":\"")
    }

    /// A tool call behind its opening brace, with the closing one: arguments as a string.
    mutating func writeToolCall(_ call: AnswerToolCall, number: Int, responseID: UInt64) {
        writeToolCallStart(
            id: call.id, name: call.name, number: number, responseID: responseID, signature: call.signature)
        if call.arguments.first == 0x22 {
            writeBytes(UnsafeRawBufferPointer(rebasing: call.arguments.dropFirst().dropLast()))
        } else {
            writeEscaped(call.arguments)
        }
        writeStaticString("\"}")
        if let signature = call.signature {
            writeStaticString(",\"provider_specific_fields\":{\"thought_signature\":\"")
            writeBytes(signature)
            writeStaticString("\"}")
        }
        writeStaticString("}")
    }

    /// A picture as LiteLLM gives it: an `image_url` part with a data URI.
    mutating func writeImage(_ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, number: Int) {
        writeStaticString("{\"type\":\"image_url\",\"index\":")
        writeDecimal(number)
        writeStaticString(",\"image_url\":{\"url\":\"data:")
        writeBytes(type)
        writeStaticString(";base64,")
        writeBytes(base64)
        writeStaticString("\",\"detail\":\"auto\"}}")
    }
}

extension FinishReason {
    /// OpenAI's word for it. A call cut off by the limit stays `length`.
    func openAI(afterCalls calls: Bool) -> StaticString {
        switch self {
        case .length: "length"
        case .contentFilter: "content_filter"
        case .stop, .stopSequence, .toolCalls: calls ? "tool_calls" : "stop"
        }
    }
}
