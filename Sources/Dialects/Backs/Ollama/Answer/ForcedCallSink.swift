import NIOCore

/// Holds back the text of an answer that has to be a call (``ForcedCall``), and hands it on as one once it is whole.
///
/// What is no such call stays text, as the model wrote it: a box may be too old to be held to a schema. Calls that the box itself
/// has found in the text are handed on as they come, and so is all thinking.
struct ForcedCallSink<Sink: AnswerSink>: AnswerSink {
    /// A text that is longer is no call.
    private static var mostHeld: Int { 1 << 20 }

    private let forced: ForcedCall
    private var sink: Sink
    /// The inside of a JSON string.
    private var held: [UInt8] = []
    private var logprobs = GatheredLogprobs()
    /// Bytes of them: many for each of the text.
    private var heldLogprobs = 0
    /// Text goes on as it comes: there has been a call, or too much of it.
    private var isOpen = false
    var kept: KeptResponse? { sink.kept }
    var events: Int { sink.events }
    var mendedCalls: Int { sink.mendedCalls }
    var brokenCall: [UInt8]? { sink.brokenCall }

    init(_ forced: ForcedCall, _ sink: consuming Sink) {
        self.forced = forced
        self.sink = sink
    }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        guard !isOpen else { return sink.content(text, logprobs: logprobs, into: &out) }
        held.append(contentsOf: text)
        self.logprobs.add(logprobs)
        heldLogprobs += logprobs?.count ?? 0
        if held.count + heldLogprobs > Self.mostHeld { open(into: &out) }
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        open(into: &out)
        sink.toolCall(call, into: &out)
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        open(into: &out)
        sink.beginToolCall(id: id, name: name, into: &out)
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        sink.toolCallArguments(text, into: &out)
    }

    mutating func endToolCall(into out: inout ByteBuffer) { sink.endToolCall(into: &out) }

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        let isCut = !end.reason.isOwnEnd || forced.hasStops
        if !isOpen, let call = forced.call(in: held, isCut: isCut) {
            call.name.withUnsafeBytes { name in
                call.arguments.withUnsafeBytes { arguments in
                    sink.toolCall(AnswerToolCall(id: nil, name: name, arguments: arguments), into: &out)
                }
            }
        } else {
            open(into: &out)
        }
        sink.finish(end, into: &out)
    }

    /// What was held back is text after all.
    private mutating func open(into out: inout ByteBuffer) {
        guard !isOpen else { return }
        isOpen = true
        let list = logprobs.take()
        guard !held.isEmpty || list != nil else { return }
        held.withUnsafeBytes { text in
            guard let list else { return sink.content(text, logprobs: nil, into: &out) }
            list.withUnsafeReadableBytes { sink.content(text, logprobs: $0, into: &out) }
        }
        held = []
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        sink.reasoning(text, into: &out)
    }

    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        sink.signature(text, into: &out)
    }

    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        sink.redactedThinking(data, into: &out)
    }

    mutating func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        sink.textSignature(text, into: &out)
    }

    mutating func image(
        _ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        sink.image(type, base64, into: &out)
    }

    mutating func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        sink.embeddings(rows, into: &out)
    }
}
