import NIOCore

/// The native dialect: a JSON object per line.
extension AnswerWire {
    func writeNativeLine(_ text: String, isThinking: Bool, now: Int64, into line: inout ByteBuffer) {
        writeStart(now, into: &line)
        if route == .chat {
            line.writeStaticString(",\"message\":{\"role\":\"assistant\",\"content\":")
            line.writeJSON(isThinking ? "" : text)
            if isThinking { line.writeField("thinking", text) }
            line.writeStaticString("},\"done\":false")
        } else {
            line.writeField("response", isThinking ? "" : text)
            if isThinking { line.writeField("thinking", text) }
            line.writeStaticString(",\"done\":false")
        }
        if logprobs != nil, !isThinking {
            line.writeStaticString(",\"logprobs\":[")
            writeProbability(of: text, into: &line)
            line.writeStaticString("]")
        }
        line.writeStaticString("}\n")
    }

    func nativeLastLines(
        reason: String, calls: [AnswerScript.ToolCall], figures: AnswerFigures, now: Int64
    ) -> [ByteBuffer] {
        var lines: [ByteBuffer] = []
        let ownLine = !calls.isEmpty && toolCallStyle == .ownLine
        if ownLine {
            var line = ByteBuffer()
            writeStart(now, into: &line)
            line.writeStaticString(",\"message\":{\"role\":\"assistant\",\"content\":\"\"")
            writeToolCalls(calls, into: &line)
            line.writeStaticString("},\"done\":false}\n")
            lines.append(line)
        }
        var line = ByteBuffer()
        writeStart(now, into: &line)
        if route == .chat {
            line.writeStaticString(",\"message\":{\"role\":\"assistant\",\"content\":\"\"")
            if !ownLine { writeToolCalls(calls, into: &line) }
            line.writeStaticString("}")
        } else {
            line.writeStaticString(",\"response\":\"\"")
        }
        writeEnd(reason, figures, into: &line)
        line.writeStaticString("}\n")
        lines.append(line)
        return lines
    }

    func nativeWhole(
        reason: String?, calls: [AnswerScript.ToolCall], figures: AnswerFigures, now: Int64
    ) -> ByteBuffer {
        var body = ByteBuffer()
        writeStart(now, into: &body)
        body.writeStaticString(
            route == .chat ? ",\"message\":{\"role\":\"assistant\",\"content\":\"" : ",\"response\":\"")
        body.writeImmutableBuffer(content)
        body.writeStaticString("\"")
        if thinking.readableBytes > 0 {
            body.writeStaticString(",\"thinking\":\"")
            body.writeImmutableBuffer(thinking)
            body.writeStaticString("\"")
        }
        if route == .chat {
            writeToolCalls(calls, into: &body)
            body.writeStaticString("}")
        }
        if let reason {
            writeEnd(reason, figures, into: &body)
        } else {
            body.writeStaticString(",\"done\":false")
        }
        if probabilities.readableBytes > 0 {
            body.writeStaticString(",\"logprobs\":[")
            body.writeImmutableBuffer(probabilities)
            body.writeStaticString("]")
        }
        body.writeStaticString("}")
        return body
    }

    /// The answer to a request that only loads or unloads a model: never a stream, no figures.
    func nativeEmpty(reason: String, now: Int64) -> ByteBuffer {
        var body = ByteBuffer()
        writeStart(now, into: &body)
        body.writeStaticString(
            route == .chat ? ",\"message\":{\"role\":\"assistant\",\"content\":\"\"}" : ",\"response\":\"\"")
        body.writeString(",\"done\":true,\"done_reason\":\"\(reason)\"}")
        return body
    }

    private func writeStart(_ now: Int64, into line: inout ByteBuffer) {
        line.writeStaticString("{\"model\":")
        line.writeImmutableBuffer(model)
        line.writeStaticString(",\"created_at\":")
        line.writeUTC(now)
    }

    /// Figures that are zero are left out.
    private func writeEnd(_ reason: String, _ figures: AnswerFigures, into line: inout ByteBuffer) {
        line.writeString(",\"done\":true,\"done_reason\":\"\(reason)\"")
        if route == .generate, hasContext { line.writeStaticString(",\"context\":[128006,882,128007]") }
        line.writeField("total_duration", figures.total)
        line.writeField("load_duration", figures.load)
        line.writeField("prompt_eval_count", figures.promptCount)
        line.writeField("prompt_eval_duration", figures.promptSpan)
        guard figures.evalCount > 0 else { return }
        line.writeField("eval_count", figures.evalCount)
        line.writeField("eval_duration", figures.evalSpan)
    }

    private func writeToolCalls(_ calls: [AnswerScript.ToolCall], into line: inout ByteBuffer) {
        guard !calls.isEmpty else { return }
        line.writeStaticString(",\"tool_calls\":")
        line.writeList("[", calls.enumerated(), "]") { line, item in
            line.writeStaticString("{\"id\":")
            line.writeJSON(item.element.id)
            line.writeString(",\"function\":{\"index\":\(item.offset)")
            line.writeField("name", item.element.name)
            line.writeStaticString(",\"arguments\":")
            line.writeJSON(item.element.arguments)
            line.writeStaticString("}}")
        }
    }
}
