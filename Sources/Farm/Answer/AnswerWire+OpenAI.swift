import NIOCore

/// The compatible dialect: server-sent events, or one object and a newline.
extension AnswerWire {
    private var isChat: Bool { route == .openAIChat }

    func writeOpenAILine(_ text: String, isThinking: Bool, now: Int64, into line: inout ByteBuffer) {
        writeChunkStart(now, into: &line)
        if isChat {
            line.writeStaticString("\"delta\":{")
            if isFirst { line.writeStaticString("\"role\":\"assistant\",") }
            line.writeStaticString("\"content\":")
            line.writeJSON(isThinking ? "" : text)
            if isThinking { line.writeField("reasoning", text) }
            line.writeStaticString("},\"finish_reason\":null")
        } else {
            line.writeStaticString("\"text\":")
            line.writeJSON(isThinking ? "" : text)
            line.writeStaticString(",\"finish_reason\":null")
        }
        if logprobs != nil, !isThinking, isChat {
            line.writeStaticString(",\"logprobs\":{\"content\":[")
            writeProbability(of: text, into: &line)
            line.writeStaticString("]}")
        }
        line.writeStaticString("}]")
        // Text completions carry a usage of zeros on every chunk but the last.
        if !isChat, includeUsage { writeUsage(AnswerFigures(), into: &line) }
        line.writeStaticString("}\n\n")
    }

    func openAILastLines(
        reason: String, calls: [AnswerScript.ToolCall], figures: AnswerFigures, now: Int64
    ) -> [ByteBuffer] {
        var lines: [ByteBuffer] = []
        if !calls.isEmpty, isChat {
            var line = ByteBuffer()
            writeChunkStart(now, into: &line)
            line.writeStaticString("\"delta\":{\"role\":\"assistant\",\"content\":\"\"")
            writeToolCalls(calls, into: &line)
            line.writeStaticString("},\"finish_reason\":null}]}\n\n")
            lines.append(line)
        }
        var line = ByteBuffer()
        writeChunkStart(now, into: &line)
        line.writeStaticString(isChat ? "\"delta\":{}" : "\"text\":\"\"")
        line.writeField("finish_reason", calls.isEmpty ? reason : "tool_calls")
        line.writeStaticString("}]}\n\n")
        lines.append(line)
        if includeUsage {
            line.clear()
            writeObjectStart(now, into: &line, chunk: true)
            line.writeStaticString(",\"choices\":[]")
            writeUsage(figures, into: &line)
            line.writeStaticString("}\n\n")
            lines.append(line)
        }
        lines.append(ByteBuffer(string: "data: [DONE]\n\n"))
        return lines
    }

    func openAIWhole(
        reason: String?, calls: [AnswerScript.ToolCall], figures: AnswerFigures, now: Int64
    ) -> ByteBuffer {
        var body = ByteBuffer()
        writeObjectStart(now, into: &body, chunk: false)
        body.writeStaticString(",\"choices\":[{")
        if isChat {
            body.writeStaticString("\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"")
            body.writeImmutableBuffer(content)
            body.writeStaticString("\"")
            if thinking.readableBytes > 0 {
                body.writeStaticString(",\"reasoning\":\"")
                body.writeImmutableBuffer(thinking)
                body.writeStaticString("\"")
            }
            writeToolCalls(calls, into: &body)
            body.writeStaticString("}")
        } else {
            body.writeStaticString("\"text\":\"")
            body.writeImmutableBuffer(content)
            body.writeStaticString("\",\"index\":0")
        }
        if let reason {
            body.writeField("finish_reason", calls.isEmpty ? reason : "tool_calls")
        } else {
            body.writeStaticString(",\"finish_reason\":null")
        }
        if probabilities.readableBytes > 0, isChat {
            body.writeStaticString(",\"logprobs\":{\"content\":[")
            body.writeImmutableBuffer(probabilities)
            body.writeStaticString("]}")
        }
        body.writeStaticString("}]")
        writeUsage(figures, into: &body)
        body.writeStaticString("}\n")
        return body
    }

    func writeOpenAIEmptyChunk(now: Int64, into line: inout ByteBuffer) {
        line.writeString("data: {\"id\":\"\(isChat ? "chatcmpl" : "cmpl")-\(number)\"")
        line.writeString(",\"object\":\"\(isChat ? "chat.completion.chunk" : "text_completion")\"")
        line.writeField("created", now / 1_000_000_000)
        line.writeStaticString(",\"model\":\"\",\"system_fingerprint\":\"fp_ollama\",\"choices\":[{\"index\":0,")
        line.writeStaticString(isChat ? "\"delta\":{\"role\":\"assistant\",\"content\":\"\"}" : "\"text\":\"\"")
        line.writeStaticString(",\"finish_reason\":null}]}\n\n")
    }

    private func writeChunkStart(_ now: Int64, into line: inout ByteBuffer) {
        writeObjectStart(now, into: &line, chunk: true)
        line.writeStaticString(",\"choices\":[{\"index\":0,")
    }

    /// The fields that every object begins with; a chunk is an event, too.
    private func writeObjectStart(_ now: Int64, into line: inout ByteBuffer, chunk: Bool) {
        if chunk { line.writeStaticString("data: ") }
        line.writeString("{\"id\":\"\(isChat ? "chatcmpl" : "cmpl")-\(number)\"")
        let object = isChat ? (chunk ? "chat.completion.chunk" : "chat.completion") : "text_completion"
        line.writeField("object", object)
        line.writeField("created", now / 1_000_000_000)
        line.writeStaticString(",\"model\":")
        line.writeImmutableBuffer(model)
        line.writeStaticString(",\"system_fingerprint\":\"fp_ollama\"")
    }

    private func writeUsage(_ figures: AnswerFigures, into line: inout ByteBuffer) {
        line.writeString(",\"usage\":{\"prompt_tokens\":\(figures.promptCount)")
        line.writeField("completion_tokens", figures.evalCount)
        line.writeField("total_tokens", figures.promptCount + figures.evalCount)
        line.writeStaticString("}")
    }

    private func writeToolCalls(_ calls: [AnswerScript.ToolCall], into line: inout ByteBuffer) {
        guard !calls.isEmpty else { return }
        line.writeStaticString(",\"tool_calls\":")
        line.writeList("[", calls.enumerated(), "]") { line, item in
            line.writeStaticString("{\"id\":")
            line.writeJSON(item.element.id)
            line.writeString(",\"index\":\(item.offset),\"type\":\"function\",\"function\":{\"name\":")
            line.writeJSON(item.element.name)
            line.writeField("arguments", item.element.written ?? item.element.arguments.text)
            line.writeStaticString("}}")
        }
    }
}
