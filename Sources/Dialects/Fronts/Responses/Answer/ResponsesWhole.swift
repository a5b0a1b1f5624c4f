import NIOCore

/// Gathers an answer and writes it as the one JSON object of an unstreamed `/v1/responses`.
///
/// A response has no place for a seal on its text: that is left out.
struct ResponsesWhole: AnswerSink {
    private let form: ResponsesForm
    private var output: ResponsesOutput
    private(set) var kept: KeptResponse?

    init(_ form: ResponsesForm) {
        self.form = form
        output = ResponsesOutput(responseID: form.identity.responseID)
    }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        guard !text.isEmpty || logprobs != nil else { return }
        open(.message)
        output.add(text)
        if let logprobs { output.add(logprobs: logprobs) }
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard !text.isEmpty else { return }
        open(.reasoning)
        output.add(text)
    }

    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        open(.reasoning)
        output.close(isWhole: true, seal: text)
    }

    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        output.close(isWhole: true)
        _ = output.addRedacted(data)
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        output.close(isWhole: true)
        output.beginCall(id: call.id, name: call.name, signature: call.signature)
        call.withArguments { output.add($0) }
        endToolCall(into: &out)
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        output.close(isWhole: true)
        output.beginCall(id: id, name: name, signature: nil)
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) { output.add(text) }

    mutating func endToolCall(into out: inout ByteBuffer) {
        if output.text.isEmpty { AnswerToolCall.withNone { output.add($0) } }
        output.close(isWhole: output.callIsWhole)
    }

    func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func image(
        _ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        output.close(isWhole: true)
        _ = output.addPicture(base64)
    }

    // No request for vectors comes by this front.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        let status = end.reason.ofResponse
        output.close(isWhole: status.isWhole)
        // An answer without a word is an empty message: clients look for one.
        if status.isWhole, !output.hasSaid {
            output.begin(.message)
            output.close(isWhole: true)
        }
        out.compose(atMost: form.room + output.items.count) { writer in
            form.write(status, output: output.items, usage: end.usage, to: &writer)
        }
        kept = form.kept(status, output: output.items, usage: end.usage)
    }

    private mutating func open(_ kind: ResponsesOutput.Kind) {
        guard output.open != kind else { return }
        output.close(isWhole: true)
        output.begin(kind)
    }
}

extension ResponsesForm.Status {
    /// Whether all has been said.
    var isWhole: Bool { if case .completed = self { true } else { false } }
}

extension AnswerToolCall {
    /// Lends the arguments as the inside of a JSON string.
    func withArguments(_ body: (UnsafeRawBufferPointer) -> Void) {
        if arguments.first == 0x22 {
            body(UnsafeRawBufferPointer(rebasing: arguments.dropFirst().dropLast()))
        } else if !arguments.isEmpty {
            var text = ByteBuffer()
            text.writeEscaped(arguments)
            text.withUnsafeReadableBytes(body)
        }
    }

    /// Lends the arguments of a call that has none.
    static func withNone(_ body: (UnsafeRawBufferPointer) -> Void) {
        let none: StaticString = "{}"
        body(UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount))
    }
}
