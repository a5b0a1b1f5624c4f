import NIOCore

/// Pieces that OpenAI's whole answers and chunks share.
extension ByteWriter {
    /// Room that `writeIdentity` and `writeUsage` take at most, the model apart.
    static let identityRoom = 160
    static let usageRoom = 320

    /// `"id":…,"object":…,"created":…,"model":…`
    mutating func writeIdentity(_ work: Work, _ identity: AnswerIdentity, isChunk: Bool) {
        if work == .chat {
            write("\"id\":\"chatcmpl-")
            write(hex: identity.responseID)
            write(isChunk ? "\",\"object\":\"chat.completion.chunk\"" : "\",\"object\":\"chat.completion\"")
        } else {
            write("\"id\":\"cmpl-")
            write(hex: identity.responseID)
            write("\",\"object\":\"text_completion\"")
        }
        write(",\"created\":")
        write(decimal: identity.created)
        write(",\"model\":\"")
        identity.model.withUnsafeReadableBytes { write($0) }
        write("\"")
    }

    /// `"usage":{…}`
    ///
    /// - Parameters:
    ///   - ofEmbeddings: there is no answer whose tokens could be counted.
    ///   - cost: in dollars, as a number.
    mutating func writeUsage(_ usage: Usage, ofEmbeddings: Bool = false, cost: String? = nil) {
        write("\"usage\":{\"prompt_tokens\":")
        write(decimal: usage.promptTokens)
        if !ofEmbeddings {
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
        if var cost {
            write(",\"cost\":")
            cost.withUTF8 { write(UnsafeRawBufferPointer($0)) }
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

extension AnswerIdentity {
    /// Room that `writeIdentity` takes at most.
    var room: Int { ByteWriter.identityRoom + model.readableBytes }
}

extension ByteBuffer {
    /// Behind the last member of the one choice: why it ended, and the counts.
    mutating func writeEnd(_ end: AnswerEnd, afterCalls: Bool) {
        compose(atMost: ByteWriter.usageRoom + 60) { writer in
            writer.write(",\"finish_reason\":\"")
            writer.write(end.reason.openAI(afterCalls: afterCalls))
            writer.write("\"}],")
            writer.writeUsage(end.usage)
            writer.write("}")
        }
    }

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
