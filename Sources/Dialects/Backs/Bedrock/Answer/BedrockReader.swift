import NIOCore

/// Reads the answers of Bedrock's Converse and the events of its ConverseStream.
///
/// A stream is done at `metadata`, which holds the counts and comes last, behind `messageStop`. Bedrock always sends it: a
/// stream that stops before is one that was cut, whatever it said about its end.
///
/// Calls of the two tools that ``BedrockTools`` adds on its own are undone: the input of the one is the answer's text, and
/// the other stands for nothing.
struct BedrockReader: AnswerReader {
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()
    private var reason: FinishReason?
    private var open = Block.other

    /// The block whose pieces come.
    private enum Block {
        /// Text or reasoning: its pieces say which.
        case other
        case call
        /// The answer as a tool's input; whether any of it has come.
        case answer(hasBegun: Bool)
        case nothing
    }

    init(work: Work) {}

    mutating func readEvent<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome {
        if name.first == 0x21 {
            return .failed(BedrockFault.inStream(UnsafeRawBufferPointer(rebasing: name.dropFirst()), data))
        }
        guard let event = Self.object(data) else { return Self.malformed("an event is no JSON object") }
        if name.equals("contentBlockDelta") {
            guard let delta = data.member("delta", of: event) else { return Self.malformed("a piece has no delta") }
            readDelta(delta, data, to: &sink, into: &out)
        } else if name.equals("contentBlockStart") {
            closeBlock(to: &sink, into: &out)
            let call = data.member("start", of: event).flatMap { data.member("toolUse", of: $0) }
            if let call, let name = data.string("name", of: call) {
                openCall(data.string("toolUseId", of: call), data[name], data, to: &sink, into: &out)
            }
        } else if name.equals("contentBlockStop") {
            closeBlock(to: &sink, into: &out)
        } else if name.equals("messageStop") {
            closeBlock(to: &sink, into: &out)
            readExtras(data, event)
            if let fault = readReason(data, event) { return .failed(fault) }
        } else if name.equals("metadata") {
            guard let reason else { return Self.malformed("it ends without a reason") }
            // One may have begun behind the `messageStop` that should have been the last of them.
            closeBlock(to: &sink, into: &out)
            readUsage(data, event)
            sawFirstToken = true
            sink.finish(AnswerEnd(reason: reason, usage: usage), into: &out)
            return .done
        }
        return .more
    }

    mutating func readWhole<Sink: AnswerSink>(
        _ body: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        guard JSONScanner.isValid(body) else { return .failed(.malformedAnswer("is not valid JSON")) }
        guard let answer = Self.object(body),
            let message = body.member("output", of: answer).flatMap({ body.member("message", of: $0) }),
            let content = body.member("content", of: message), body[content][0] == 0x5b
        else { return Self.malformed("it has no message") }
        body.forEachElement(of: content) { readBlock($0, body, to: &sink, into: &out) }
        readExtras(body, answer)
        if let fault = readReason(body, answer) { return .failed(fault) }
        readUsage(body, answer)
        sawFirstToken = true
        sink.finish(AnswerEnd(reason: reason ?? .stop, usage: usage), into: &out)
        return .done
    }

    private mutating func openCall<Sink: AnswerSink>(
        _ id: JSONSlice?, _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) {
        sawFirstToken = true
        if name.spells(BedrockTools.answerName) {
            open = .answer(hasBegun: false)
        } else if name.spells(BedrockTools.placeholderName) {
            open = .nothing
        } else {
            open = .call
            sink.beginToolCall(id: id.map { data[$0] }, name: name, into: &out)
        }
    }

    private mutating func closeBlock<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) {
        switch open {
        case .call: sink.endToolCall(into: &out)
        case .answer(hasBegun: false):
            let none: StaticString = "{}"
            sink.content(
                UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount), logprobs: nil, into: &out)
        case .answer, .nothing, .other: break
        }
        open = .other
    }

    /// A call that nobody ended is over when something else comes.
    private mutating func leaveCall<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) {
        if case .call = open { closeBlock(to: &sink, into: &out) }
    }

    private mutating func readDelta<Sink: AnswerSink>(
        _ delta: JSONSlice, _ data: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) {
        if let text = data.string("text", of: delta) {
            sawFirstToken = true
            leaveCall(to: &sink, into: &out)
            sink.content(data[text], logprobs: nil, into: &out)
        } else if let call = data.member("toolUse", of: delta), let input = data.string("input", of: call) {
            switch open {
            case .call: sink.toolCallArguments(data[input], into: &out)
            case .answer:
                open = .answer(hasBegun: true)
                sink.content(data[input], logprobs: nil, into: &out)
            case .nothing, .other: break
            }
        } else if let thought = data.member("reasoningContent", of: delta) {
            leaveCall(to: &sink, into: &out)
            readReasoning(thought, data, to: &sink, into: &out)
        }
    }

    private mutating func readReasoning<Sink: AnswerSink>(
        _ thought: JSONSlice, _ data: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) {
        if let text = data.string("text", of: thought) {
            sawFirstToken = true
            sink.reasoning(data[text], into: &out)
        }
        if let signature = data.string("signature", of: thought) { sink.signature(data[signature], into: &out) }
        readRedacted(thought, data, to: &sink, into: &out)
    }

    /// Thinking that Bedrock shows nobody, in base64. It wants it back with the conversation: see ``BedrockMessages``.
    private mutating func readRedacted<Sink: AnswerSink>(
        _ thought: JSONSlice, _ data: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) {
        guard let sealed = data.string("redactedContent", of: thought) else { return }
        sawFirstToken = true
        sink.redactedThinking(data[sealed], into: &out)
    }

    /// A block of a whole answer. A client has no place for pictures, which are passed over.
    private mutating func readBlock<Sink: AnswerSink>(
        _ block: JSONSlice, _ body: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) {
        if let text = body.string("text", of: block) {
            sink.content(body[text], logprobs: nil, into: &out)
        } else if let cited = body.member("citationsContent", of: block).flatMap({ body.member("content", of: $0) }),
            body[cited][0] == 0x5b
        {
            body.forEachElement(of: cited) { piece in
                if let text = body.string("text", of: piece) { sink.content(body[text], logprobs: nil, into: &out) }
            }
        } else if let thought = body.member("reasoningContent", of: block) {
            readReasoning(body.member("reasoningText", of: thought) ?? thought, body, to: &sink, into: &out)
        } else if let call = body.member("toolUse", of: block), let name = body.string("name", of: call) {
            let input = body.member("input", of: call).map { body[$0] }
            let none: StaticString = "{}"
            let arguments =
                input ?? UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount)
            if body[name].spells(BedrockTools.answerName) {
                var text = ByteBuffer()
                text.writeEscaped(arguments)
                text.withUnsafeReadableBytes { sink.content($0, logprobs: nil, into: &out) }
            } else if !body[name].spells(BedrockTools.placeholderName) {
                let id = body.string("toolUseId", of: call).map { body[$0] }
                sink.toolCall(AnswerToolCall(id: id, name: body[name], arguments: arguments), into: &out)
            }
        }
    }

    private mutating func readReason(_ data: UnsafeRawBufferPointer, _ event: JSONSlice) -> UpstreamFault? {
        guard let found = data.string("stopReason", of: event).map({ data[$0] }) else {
            reason = .stop
            return nil
        }
        if found.starts(with: "malformed_") {
            let words = "the model's output is no answer (\(String(decoding: found.prefix(100), as: UTF8.self)))"
            return UpstreamFault(kind: .server, status: 200, message: words)
        }
        if found.equals("max_tokens") || found.equals("model_context_window_exceeded") {
            reason = .length
        } else if found.equals("guardrail_intervened") || found.equals("content_filtered") {
            reason = .contentFilter
        } else if found.equals("tool_use") {
            reason = .toolCalls
        } else if found.equals("stop_sequence") {
            reason = .stopSequence
        } else {
            reason = .stop
        }
        return nil
    }

    /// Bedrock counts tokens from a cache and those written to one apart from the others.
    private mutating func readUsage(_ data: UnsafeRawBufferPointer, _ event: JSONSlice) {
        guard let counts = data.member("usage", of: event) else { return }
        usage.cachedTokens = data.count("cacheReadInputTokens", of: counts)
        usage.cacheWriteTokens = data.count("cacheWriteInputTokens", of: counts)
        usage.promptTokens = data.count("inputTokens", of: counts) + usage.cachedTokens + usage.cacheWriteTokens
        usage.completionTokens = data.count("outputTokens", of: counts)
        usage.reasoningTokens = min(usage.reasoningTokens, usage.completionTokens)
    }

    /// Claude's own count of its thinking, which ``BedrockThinking`` asks for.
    private mutating func readExtras(_ data: UnsafeRawBufferPointer, _ event: JSONSlice) {
        let details = data.member("additionalModelResponseFields", of: event)
            .flatMap { data.member("usage", of: $0) }
            .flatMap { data.member("output_tokens_details", of: $0) }
        if let details { usage.reasoningTokens = data.count("thinking_tokens", of: details) }
    }

    private static func object(_ bytes: UnsafeRawBufferPointer) -> JSONSlice? {
        guard JSONScanner.isValid(bytes) else { return nil }
        let object = bytes.object
        return bytes[object][0] == 0x7b ? object : nil
    }

    private static func malformed(_ how: String) -> ReadOutcome {
        .failed(
            UpstreamFault(
                kind: .malformed, status: 200, message: "the provider's answer is not one of Bedrock's: \(how)"))
    }
}

extension UnsafeRawBufferPointer {
    /// The inside of the string that an object has under this name; nil for other values and for an empty one.
    fileprivate func string(_ name: StaticString, of object: JSONSlice) -> JSONSlice? {
        guard let value = member(name, of: object), self[value][0] == 0x22, value.count > 2 else { return nil }
        return value.unquoted
    }

    /// A count; anything but a whole number of zero or more is zero, and no count is so large that sums overflow.
    fileprivate func count(_ name: StaticString, of object: JSONSlice) -> Int {
        guard let value = member(name, of: object) else { return 0 }
        return Swift.min(1 << 40, Swift.max(0, JSONNumber.integer(self[value]) ?? 0))
    }
}
