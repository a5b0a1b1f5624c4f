import NIOCore

/// Reads Anthropic's messages, whole or as the events of a stream.
///
/// The work of the provider's own tools (searches and the like) is passed over, since their outcome is in the text.
struct AnthropicReader: AnswerReader {
    /// The tool that stands for an answer in JSON where a model has no other way to it: its input is the answer's text.
    /// LiteLLM's name for it; a client's own tool may not have it.
    static let answerTool: StaticString = "json_tool_call"

    /// The block of a stream's content that is open.
    private enum Block {
        case text, thinking, call
        /// The input of ``answerTool``.
        case answer
        /// Nothing, or nothing that a client of OpenAI's knows.
        case passedOver
    }

    private(set) var sawFirstToken = false
    var usage: Usage { counts.usage }

    private var block = Block.passedOver
    /// A stream has begun its message.
    private var hasBegun = false
    private var counts = AnthropicUsage()
    private var reason = FinishReason.stop
    /// The stop sequence that the model met: a stream says it before it ends.
    private var stopSequence: [UInt8]?
    /// The seal of the thinking that is open: told when the block ends, so that one block has one.
    private var signature: [UInt8] = []

    init(work: Work) {}

    mutating func readEvent<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome {
        guard let event = AnthropicEvent(data), !event.type.isAbsent, data[event.type][0] == 0x22 else {
            return malformed("has an event that is none of Anthropic's")
        }
        let type = data[event.type]
        if type.equals("\"content_block_delta\"") {
            return takeDelta(event.delta, in: data, to: &sink, into: &out)
        } else if type.equals("\"content_block_start\"") {
            return begin(event.block, in: data, to: &sink, into: &out)
        } else if type.equals("\"content_block_stop\"") {
            end(to: &sink, into: &out)
        } else if type.equals("\"message_start\"") {
            guard !event.message.isAbsent, data[event.message][0] == 0x7b else {
                return malformed("begins without a message")
            }
            hasBegun = true
            if let usage = data.member("usage", of: event.message) { counts.take(usage, in: data) }
        } else if type.equals("\"message_delta\"") {
            counts.take(event.usage, in: data)
            if let stop = data.member("stop_reason", of: event.delta) { reason = Self.reason(data[stop]) }
            stopSequence = string("stop_sequence", of: event.delta, in: data).map { Array($0) }
        } else if type.equals("\"message_stop\"") {
            return hasBegun ? finish(to: &sink, into: &out) : malformed("ends without a message")
        } else if type.equals("\"error\"") {
            return .failed(AnthropicFault.inAnswer(data, event.error))
        }
        // `ping`, and what is not known yet.
        return .more
    }

    mutating func readWhole<Sink: AnswerSink>(
        _ body: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        guard JSONScanner.isValid(body) else { return malformed("is not valid JSON") }
        guard let message = AnthropicEvent(body) else { return malformed("is not a message") }
        if !message.error.isAbsent { return .failed(AnthropicFault.inAnswer(body, message.error)) }
        guard !message.content.isAbsent, body[message.content][0] == 0x5b else {
            return malformed("is not a message")
        }
        var isSound = true
        body.forEachElement(of: message.content) { block in
            if isSound { isSound = takeWhole(block, in: body, to: &sink, into: &out) }
        }
        guard isSound else { return malformed("has a block that is not as its type says") }
        counts.take(message.usage, in: body)
        if !message.stopReason.isAbsent { reason = Self.reason(body[message.stopReason]) }
        if !message.stopSequence.isAbsent, body[message.stopSequence][0] == 0x22 {
            stopSequence = Array(body[message.stopSequence.unquoted])
        }
        return finish(to: &sink, into: &out)
    }

    private mutating func finish<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) -> ReadOutcome {
        end(to: &sink, into: &out)
        sawFirstToken = true
        (stopSequence ?? []).withUnsafeBytes { sequence in
            let met = stopSequence == nil ? nil : sequence
            sink.finish(AnswerEnd(reason: reason, stopSequence: met, usage: usage), into: &out)
        }
        return .done
    }

    /// `pause_turn` is a turn that a client of OpenAI's cannot take up again: for it, it is over.
    private static func reason(_ value: UnsafeRawBufferPointer) -> FinishReason {
        if value.equals("\"max_tokens\"") || value.equals("\"model_context_window_exceeded\"") { return .length }
        if value.equals("\"tool_use\"") { return .toolCalls }
        if value.equals("\"stop_sequence\"") { return .stopSequence }
        return value.equals("\"refusal\"") ? .contentFilter : .stop
    }

    private func malformed(_ how: String) -> ReadOutcome {
        .failed(UpstreamFault(kind: .malformed, status: 200, message: "the provider's answer \(how)"))
    }

    /// The inside of a member that is a string.
    private func string(
        _ name: StaticString, of slice: JSONSlice, in bytes: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard let value = bytes.member(name, of: slice), bytes[value][0] == 0x22 else { return nil }
        return bytes[value.unquoted]
    }
}

extension AnthropicReader {
    private mutating func begin<Sink: AnswerSink>(
        _ slice: JSONSlice, in data: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        end(to: &sink, into: &out)
        guard let type = data.member("type", of: slice).map({ data[$0] }) else {
            return malformed("has a block without a type")
        }
        if type.equals("\"text\"") {
            block = .text
            // Anthropic's own blocks begin empty; some servers that speak like it put the first words here.
            if let text = string("text", of: slice, in: data), !text.isEmpty { say(text, to: &sink, into: &out) }
        } else if type.equals("\"thinking\"") {
            block = .thinking
            if let text = string("thinking", of: slice, in: data), !text.isEmpty { think(text, to: &sink, into: &out) }
            if let seal = string("signature", of: slice, in: data) { signature.append(contentsOf: seal) }
        } else if type.equals("\"redacted_thinking\"") {
            sawFirstToken = true
            if let sealed = string("data", of: slice, in: data) { sink.redactedThinking(sealed, into: &out) }
        } else if type.equals("\"tool_use\"") {
            guard let name = string("name", of: slice, in: data) else { return malformed("has a call without a name") }
            // The input comes in pieces. Where it is here already, none follow.
            if let input = data.member("input", of: slice), !data.isEmptyContainer(input) {
                return takeWhole(slice, in: data, to: &sink, into: &out)
                    ? .more : malformed("has a call that is not as its type says")
            }
            sawFirstToken = true
            if name.equals(Self.answerTool) {
                block = .answer
            } else {
                block = .call
                sink.beginToolCall(id: string("id", of: slice, in: data), name: name, into: &out)
            }
        }
        return .more
    }

    private mutating func takeDelta<Sink: AnswerSink>(
        _ delta: JSONSlice, in data: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        switch block {
        case .text:
            if let text = string("text", of: delta, in: data) { say(text, to: &sink, into: &out) }
        case .thinking:
            if let text = string("thinking", of: delta, in: data) { think(text, to: &sink, into: &out) }
            if let seal = string("signature", of: delta, in: data) { signature.append(contentsOf: seal) }
        case .answer:
            if let json = string("partial_json", of: delta, in: data) { say(json, to: &sink, into: &out) }
        case .call:
            if let json = string("partial_json", of: delta, in: data) { sink.toolCallArguments(json, into: &out) }
        case .passedOver: break
        }
        return data.member("type", of: delta) == nil ? malformed("has a delta without a type") : .more
    }

    private mutating func end<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) {
        if case .call = block { sink.endToolCall(into: &out) }
        if !signature.isEmpty {
            signature.withUnsafeBytes { sink.signature($0, into: &out) }
            signature.removeAll(keepingCapacity: true)
        }
        block = .passedOver
    }

    private mutating func say<Sink: AnswerSink>(
        _ text: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) {
        guard !text.isEmpty else { return }
        sawFirstToken = true
        sink.content(text, logprobs: nil, into: &out)
    }

    private mutating func think<Sink: AnswerSink>(
        _ text: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) {
        guard !text.isEmpty else { return }
        sawFirstToken = true
        sink.reasoning(text, into: &out)
    }
}

extension AnthropicReader {
    /// Takes a block that is complete; false where it is not as its type says.
    private mutating func takeWhole<Sink: AnswerSink>(
        _ slice: JSONSlice, in body: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> Bool {
        guard let type = body.member("type", of: slice).map({ body[$0] }) else { return false }
        if type.equals("\"text\"") {
            guard let text = string("text", of: slice, in: body) else { return false }
            say(text, to: &sink, into: &out)
        } else if type.equals("\"thinking\"") {
            guard let text = string("thinking", of: slice, in: body) else { return false }
            think(text, to: &sink, into: &out)
            if let seal = string("signature", of: slice, in: body), !seal.isEmpty { sink.signature(seal, into: &out) }
        } else if type.equals("\"redacted_thinking\"") {
            guard let sealed = string("data", of: slice, in: body) else { return false }
            sink.redactedThinking(sealed, into: &out)
        } else if type.equals("\"tool_use\"") {
            guard let name = string("name", of: slice, in: body), let input = body.member("input", of: slice),
                body[input][0] == 0x7b
            else { return false }
            sawFirstToken = true
            if name.equals(Self.answerTool) {
                var text = ByteBuffer()
                text.writeEscaped(body[input])
                text.withUnsafeReadableBytes { sink.content($0, logprobs: nil, into: &out) }
            } else {
                let id = string("id", of: slice, in: body)
                sink.toolCall(AnswerToolCall(id: id, name: name, arguments: body[input]), into: &out)
            }
        }
        return true
    }
}
