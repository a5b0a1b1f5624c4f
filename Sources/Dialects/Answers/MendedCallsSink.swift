import NIOCore

/// Has the arguments of calls mended on their way to a sink (``ArgumentsRepair``).
///
/// What a call whose arguments came in pieces still lacks is written with the next event: only the answer's end tells whether the call was
/// cut off.
struct MendedCallsSink<Sink: AnswerSink>: AnswerSink {
    private var sink: Sink
    private var repair = ArgumentsRepair()
    /// A call whose pieces have come is not ended yet.
    private var isOpen = false
    private(set) var mendedCalls = 0
    private(set) var brokenCall: [UInt8]?
    /// The same, while it is not known yet whether the answer was cut: then it is no fault of the model's.
    private var suspect: [UInt8]?
    /// The beginning of the arguments of the call that is open.
    private var begun: [UInt8] = []
    var kept: KeptResponse? { sink.kept }
    var events: Int { sink.events }

    init(_ sink: consuming Sink) { self.sink = sink }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        close(into: &out)
        let inside = UnsafeRawBufferPointer(rebasing: call.arguments.dropFirst().dropLast())
        guard call.arguments.first == 0x22, ArgumentsRepair.mended(inside) != nil else {
            if call.arguments.first == 0x22 { suspect = suspect ?? ArgumentsRepair.unreadable(inside) }
            return sink.toolCall(call, into: &out)
        }
        if call.signature == nil {
            // As if it came in pieces: whether it was cut off is told behind it.
            beginToolCall(id: call.id, name: call.name, into: &out)
            toolCallArguments(inside, into: &out)
            return endToolCall(into: &out)
        }
        guard let mended = ArgumentsRepair.mended(inside, isCut: true) else {
            suspect = suspect ?? ArgumentsRepair.unreadable(inside)
            return sink.toolCall(call, into: &out)
        }
        mendedCalls += 1
        ([0x22] + mended + [0x22]).withUnsafeBytes {
            sink.toolCall(
                AnswerToolCall(id: call.id, name: call.name, arguments: $0, signature: call.signature), into: &out)
        }
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        close(into: &out)
        begun = []
        sink.beginToolCall(id: id, name: name, into: &out)
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        // Taken out while it calls back.
        var repair = ArgumentsRepair()
        swap(&repair, &self.repair)
        repair.add(text) { sink.toolCallArguments($0, into: &out) }
        self.repair = repair
        if begun.count < ArgumentsRepair.mostTold { begun += text.prefix(ArgumentsRepair.mostTold - begun.count) }
    }

    mutating func endToolCall(into out: inout ByteBuffer) { isOpen = true }

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        close(isCut: !end.reason.isOwnEnd, into: &out)
        if end.reason.isOwnEnd { brokenCall = suspect }
        sink.finish(end, into: &out)
    }

    private mutating func close(isCut: Bool = false, into out: inout ByteBuffer) {
        guard isOpen else { return }
        isOpen = false
        var repair = ArgumentsRepair()
        swap(&repair, &self.repair)
        switch repair.end(isCut: isCut, { sink.toolCallArguments($0, into: &out) }) {
        case .mended: mendedCalls += 1
        case .broken: if !isCut { suspect = suspect ?? begun }
        case .untouched: break
        }
        sink.endToolCall(into: &out)
    }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        close(into: &out)
        sink.content(text, logprobs: logprobs, into: &out)
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        close(into: &out)
        sink.reasoning(text, into: &out)
    }

    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        close(into: &out)
        sink.signature(text, into: &out)
    }

    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        close(into: &out)
        sink.redactedThinking(data, into: &out)
    }

    mutating func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        close(into: &out)
        sink.textSignature(text, into: &out)
    }

    mutating func image(
        _ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        close(into: &out)
        sink.image(type, base64, into: &out)
    }

    mutating func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        sink.embeddings(rows, into: &out)
    }
}
