import NIOCore

/// A response of `/v1/responses` on its way to the client as the provider wrote it, under the model's name as the client
/// knows it. A stream keeps its events' names, and ends with the event that says so.
struct ResponsesRelay: CloudAnswer {
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()

    /// With quotes.
    private let model: [UInt8]
    private let isStream: Bool
    private var framing = SSEFraming()
    private var edits = JSONEdits()
    /// A whole response so far, or what came where events were due.
    private var body: ByteBuffer?
    private var hasBegun = false

    init(request: ClientRequest, model: ByteBuffer) {
        self.model = [0x22] + Array(model.readableBytesView) + [0x22]
        isStream = request.stream
    }

    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        if isStream, !hasBegun, let first = bytes.readableBytesView.first(where: { $0 > 0x20 }) {
            hasBegun = true
            // An error may come without events around it.
            if first == 0x7b { body = ByteBuffer() }
        }
        guard isStream, body == nil else {
            if body == nil || body?.readableBytes == 0 { body = bytes } else { body?.writeImmutableBuffer(bytes) }
            let isTooLong = body.map { $0.readableBytes > AnswerTranslator.bodyLimit } ?? false
            return isTooLong ? Self.malformed("has no end") : .more
        }
        var progress = AnswerTranslator.Progress.more
        // Taken out while it calls back.
        var framing = SSEFraming()
        swap(&framing, &self.framing)
        defer { self.framing = framing }
        let isSound = framing.feed(bytes) { name, data in
            progress = relay(name, data, into: &out)
            if case .more = progress { return true }
            return false
        }
        if case .more = progress, !isSound { return Self.malformed("has an event without end") }
        return progress
    }

    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        if let body = body.take() { return body.withUnsafeReadableBytes { finishWhole($0, into: &out) } }
        guard isStream else { return AnswerTranslator.cut }
        // The last event may lack its blank line.
        let last = feed(ByteBuffer(string: "\n\n"), into: &out)
        switch last {
        case .complete: return last
        // Half an event is the end of a connection.
        case .failed(let fault): return fault.kind == .malformed ? AnswerTranslator.cut : last
        case .more: return AnswerTranslator.cut
        }
    }

    private mutating func relay(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) -> AnswerTranslator.Progress {
        edits.removeAll()
        guard let event = ResponsesEvent(data, model: model, edits: &edits) else {
            if name.equals("error") { return .failed(OpenAIFault.inAnswer(data)) }
            // A `[DONE]` says nothing here, and some keep a connection alive with blanks.
            let isNothing = data.starts(with: "[DONE]") || data.allSatisfy { $0 <= 0x20 }
            return isNothing ? .more : Self.malformed("has an event that is not valid JSON")
        }
        if !event.usage.isAbsent { usage = OpenAIUsage.read(data, event.usage) }
        switch event.kind {
        case .failure: return .failed(OpenAIFault.inAnswer(data))
        case .token, .end: sawFirstToken = true
        case .other: break
        }
        out.writeEvent(data, edits, name: name)
        if case .end = event.kind { return .complete }
        return .more
    }

    private mutating func finishWhole(
        _ bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) -> AnswerTranslator.Progress {
        guard bytes.contains(where: { $0 > 0x20 }) else { return AnswerTranslator.cut }
        edits.removeAll()
        guard let response = ResponsesEvent(bytes, model: model, edits: &edits) else {
            var scanner = JSONScanner(bytes)
            _ = scanner.skipSpace() && scanner.skipValue(depth: 0)
            return scanner.fault?.reason == .endsEarly ? AnswerTranslator.cut : Self.malformed("is not valid JSON")
        }
        if case .failure = response.kind { return .failed(OpenAIFault.inAnswer(bytes)) }
        guard !isStream else { return Self.malformed("is no stream, although one was asked for") }
        guard response.isResponse else { return Self.malformed("is no response of OpenAI's") }
        if !response.usage.isAbsent { usage = OpenAIUsage.read(bytes, response.usage) }
        sawFirstToken = true
        out.compose(atMost: bytes.count + edits.added) { writer in
            edits.write(bytes, from: 0, to: bytes.count, to: &writer)
        }
        return .complete
    }

    private static func malformed(_ how: String) -> AnswerTranslator.Progress {
        .failed(UpstreamFault(kind: .malformed, status: 200, message: "the provider's answer \(how)"))
    }
}
