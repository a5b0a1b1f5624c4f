import NIOCore

/// Writes an answer as the events of `/v1/responses`: one item open at a time, each event under its number.
///
/// A response has no place for a seal on its text: that is left out.
struct ResponsesEvents: AnswerSink {
    private let form: ResponsesForm
    private var output: ResponsesOutput
    /// The number of the next event.
    private var sequence = 0
    /// `,"output_index":…,"item_id":…` of the item that is open.
    private var place: [UInt8] = []
    private(set) var kept: KeptResponse?
    /// Of the texts so far, where the response is kept.
    private var pieces = PieceSizes()
    var events: Int { sequence }

    init(_ form: ResponsesForm) {
        self.form = form
        output = ResponsesOutput(responseID: form.identity.responseID)
    }

    @inline(__always)
    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        guard !text.isEmpty || logprobs != nil else { return }
        if output.open != .message { openMessage(into: &out) }
        output.add(text)
        if let logprobs {
            measured(text, logprobs, into: &out)
        } else {
            delta("response.output_text.delta", ",\"content_index\":0", text, ",\"logprobs\":[]", into: &out)
        }
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard !text.isEmpty else { return }
        openReasoning(into: &out)
        if output.text.isEmpty {
            event("response.reasoning_summary_part.added", into: &out) { writer, _ in
                writer.write(",\"summary_index\":0,\"part\":{\"type\":\"summary_text\",\"text\":\"\"}")
            }
        }
        output.add(text)
        delta("response.reasoning_summary_text.delta", ",\"summary_index\":0", text, "", into: &out)
    }

    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        openReasoning(into: &out)
        close(isWhole: true, seal: text, into: &out)
    }

    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        close(isWhole: true, into: &out)
        begin(into: &out)
        tell(output.addRedacted(data), into: &out)
    }

    mutating func image(
        _ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        close(isWhole: true, into: &out)
        begin(into: &out)
        tell(output.addPicture(base64), into: &out)
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        openCall(id: call.id, name: call.name, signature: call.signature, into: &out)
        call.withArguments { toolCallArguments($0, into: &out) }
        endToolCall(into: &out)
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        openCall(id: id, name: name, signature: nil, into: &out)
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard !text.isEmpty else { return }
        output.add(text)
        delta("response.function_call_arguments.delta", "", text, "", into: &out)
    }

    mutating func endToolCall(into out: inout ByteBuffer) {
        if output.text.isEmpty { AnswerToolCall.withNone { toolCallArguments($0, into: &out) } }
        close(isWhole: output.callIsWhole, into: &out)
    }

    func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    // Vectors are never streamed.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        let status = end.reason.ofResponse
        close(isWhole: status.isWhole, into: &out)
        begin(into: &out)
        // An answer without a word is an empty message: clients look for one.
        if status.isWhole, !output.hasSaid {
            openMessage(into: &out)
            close(isWhole: true, into: &out)
        }
        Self.end(form, status, output.items, end.usage, sequence, into: &out)
        kept = form.kept(status, output: output.items, usage: end.usage, pieces: pieces)
    }

    // MARK: Items

    @inline(never)
    private mutating func openMessage(into out: inout ByteBuffer) {
        close(isWhole: true, into: &out)
        output.begin(.message)
        announce(into: &out) { writer, output in
            writer.write("{\"type\":\"message\",\"id\":")
            writer.writeQuoted(output.id)
            writer.write(",\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}")
        }
        event("response.content_part.added", into: &out) { writer, _ in
            writer.write(
                ",\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[],\"logprobs\":[]}"
            )
        }
    }

    private mutating func openReasoning(into out: inout ByteBuffer) {
        guard output.open != .reasoning else { return }
        close(isWhole: true, into: &out)
        output.begin(.reasoning)
        announce(into: &out) { writer, output in
            writer.write("{\"type\":\"reasoning\",\"id\":")
            writer.writeQuoted(output.id)
            writer.write(",\"summary\":[]}")
        }
    }

    private mutating func openCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, signature: UnsafeRawBufferPointer?,
        into out: inout ByteBuffer
    ) {
        close(isWhole: true, into: &out)
        output.beginCall(id: id, name: name, signature: signature)
        announce(into: &out) { writer, output in
            writer.write("{\"type\":\"function_call\",\"id\":")
            writer.writeQuoted(output.id)
            writer.write(",\"status\":\"in_progress\",")
            writer.write(output.call)
            writer.write(",\"arguments\":\"\"}")
        }
    }

    /// Announces the item that is open now.
    private mutating func announce(
        into out: inout ByteBuffer, _ item: (inout ByteWriter, ResponsesOutput) -> Void
    ) {
        begin(into: &out)
        place = Array(",\"output_index\":\(output.count)".utf8)
        event("response.output_item.added", room: output.call.count, into: &out) { writer, output in
            writer.write(",\"item\":")
            item(&writer, output)
        }
        place += Array(",\"item_id\":\"".utf8) + output.id + [0x22]
    }

    /// Ends the item that is open: its text as a whole, its part, itself.
    private mutating func close(isWhole: Bool, seal: UnsafeRawBufferPointer? = nil, into out: inout ByteBuffer) {
        guard let kind = output.open else { return }
        switch kind {
        // Thinking may have a seal and no words.
        case .reasoning where output.text.isEmpty: break
        case .reasoning:
            done("response.reasoning_summary_text.done", ",\"summary_index\":0,\"text\":", into: &out)
            part("response.reasoning_summary_part.done", ",\"summary_index\":0,\"part\":", into: &out)
        case .message:
            done("response.output_text.done", ",\"content_index\":0,\"text\":", into: &out)
            part("response.content_part.done", ",\"content_index\":0,\"part\":", into: &out)
        case .call: done("response.function_call_arguments.done", ",\"arguments\":", into: &out)
        }
        place = Array(",\"output_index\":\(output.count)".utf8)
        tellItem("response.output_item.done", output.close(isWhole: isWhole, seal: seal), into: &out)
    }

    private mutating func done(_ name: StaticString, _ start: StaticString, into out: inout ByteBuffer) {
        event(name, room: output.text.count + output.logprobs.count, into: &out) { writer, output in
            writer.write(start)
            writer.writeQuoted(output.text)
            guard output.open == .message else { return }
            writer.write(",\"logprobs\":[")
            writer.write(output.logprobs)
            writer.write("]")
        }
    }

    private mutating func part(_ name: StaticString, _ start: StaticString, into out: inout ByteBuffer) {
        let part = output.part
        event(name, room: part.count, into: &out) { writer, _ in
            writer.write(start)
            writer.write(part)
        }
    }

    /// An item that is whole at once.
    private mutating func tell(_ item: Range<Int>, into out: inout ByteBuffer) {
        place = Array(",\"output_index\":\(output.count - 1)".utf8)
        tellItem("response.output_item.added", item, into: &out)
        tellItem("response.output_item.done", item, into: &out)
    }

    private mutating func tellItem(_ name: StaticString, _ item: Range<Int>, into out: inout ByteBuffer) {
        event(name, room: item.count, into: &out) { writer, output in
            writer.write(",\"item\":")
            output.items.withUnsafeBytes { writer.write(UnsafeRawBufferPointer(rebasing: $0[item])) }
        }
    }

    // MARK: Events

    /// A piece of the item that is open, in one go.
    @inline(__always)
    private mutating func delta(
        _ name: StaticString, _ index: StaticString, _ text: UnsafeRawBufferPointer, _ end: StaticString,
        into out: inout ByteBuffer
    ) {
        if form.isKept { pieces.add(text.count) }
        event(name, room: text.count, into: &out) { writer, _ in
            writer.write(index)
            writer.write(",\"delta\":\"")
            writer.write(text)
            writer.write("\"")
            writer.write(end)
        }
    }

    private mutating func measured(
        _ text: UnsafeRawBufferPointer, _ logprobs: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        if form.isKept { pieces.add(text.count) }
        output.add(logprobs: logprobs)
        var list = ByteBuffer()
        ChatLogprobs.writeElements(logprobs, withoutBytes: "[]", into: &list)
        event("response.output_text.delta", room: text.count + list.readableBytes, into: &out) { writer, _ in
            writer.write(",\"content_index\":0,\"delta\":\"")
            writer.write(text)
            writer.write("\",\"logprobs\":[")
            list.withUnsafeReadableBytes { writer.write($0) }
            writer.write("]")
        }
    }

    /// An event of the item at ``place``.
    @inline(__always)
    private mutating func event(
        _ name: StaticString, room: Int = 0, into out: inout ByteBuffer,
        _ members: (inout ByteWriter, ResponsesOutput) -> Void
    ) {
        Self.event(name, sequence, room: room + place.count, into: &out) { writer in
            writer.write(place)
            members(&writer, output)
        }
        sequence += 1
    }

    private mutating func begin(into out: inout ByteBuffer) {
        guard sequence == 0 else { return }
        let names: [StaticString] = ["response.created", "response.in_progress"]
        for name in names {
            Self.event(name, sequence, room: form.room, into: &out) { writer in
                writer.write(",\"response\":")
                form.write(.inProgress, output: [], usage: nil, to: &writer)
            }
            sequence += 1
        }
    }
}
