import NIOCore

/// An answer in OpenAI's own words on its way to a client that speaks them too: event by event, or whole, as the provider
/// wrote it, under the model's name as the client knows it.
struct OpenAIRelay<Reader: RelayReader>: Answer {
    private var reader: Reader
    private let isStream: Bool
    private var framing = SSEFraming()
    private var edits = JSONEdits()
    /// A whole answer so far, or what came where events were due.
    private var body = GatheredBody()
    private var hasBegun = false

    init(request: ClientRequest, as identity: AnswerIdentity) {
        reader = Reader(
            request: request, model: [0x22] + Array(identity.model.readableBytesView) + [0x22], cost: identity.cost)
        if identity.mendsCalls { reader.mendCalls() }
        isStream = request.stream
    }

    var sawFirstToken: Bool { reader.sawFirstToken }
    var usage: Usage { reader.usage }
    var mendedCalls: Int { reader.mendedCalls }
    var brokenCall: [UInt8]? { reader.brokenCall }
    var events: Int { reader.events }

    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        guard isStream, body.isEmpty else { return gather(bytes) }
        if !hasBegun, let first = bytes.readableBytesView.first(where: { $0 > 0x20 }) {
            hasBegun = true
            // An error may come without events around it.
            if first == 0x7b { return gather(bytes) }
        }
        return feedEvents(bytes, into: &out)
    }

    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        if !body.isEmpty { return body.take().withUnsafeReadableBytes { finishWhole($0, into: &out) } }
        guard isStream else { return AnswerTranslator.cut }
        // The last event may lack its blank line.
        let last = feedEvents(ByteBuffer(string: "\n\n"), into: &out)
        switch last {
        case .complete: return last
        // Half an event is the end of a connection.
        case .failed(let fault): return fault.kind == .malformed ? AnswerTranslator.cut : last
        case .more: return reader.endStream(into: &out)
        }
    }

    private mutating func feedEvents(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        var progress = AnswerTranslator.Progress.more
        // Taken out while it calls back.
        var framing = SSEFraming()
        swap(&framing, &self.framing)
        defer { self.framing = framing }
        let isSound = framing.feed(bytes) { name, data in
            edits.removeAll()
            progress = reader.relay(name, data, &edits, into: &out)
            if case .more = progress { return true }
            return false
        }
        if case .more = progress, !isSound { return Self.malformed("has an event without end") }
        return progress
    }

    private mutating func gather(_ bytes: ByteBuffer) -> AnswerTranslator.Progress {
        body.add(bytes) ? .more : Self.malformed("has no end")
    }

    private mutating func finishWhole(
        _ bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) -> AnswerTranslator.Progress {
        guard bytes.contains(where: { $0 > 0x20 }) else { return AnswerTranslator.cut }
        edits.removeAll()
        let whole = reader.readWhole(bytes, &edits)
        switch whole {
        case .notJSON:
            var scanner = JSONScanner(bytes)
            _ = scanner.skipSpace() && scanner.skipValue(depth: 0)
            return scanner.fault?.reason == .endsEarly ? AnswerTranslator.cut : Self.malformed("is not valid JSON")
        case .failed(let fault): return .failed(fault)
        case .answer, .foreign: break
        }
        guard !isStream else { return Self.malformed("is no stream, although one was asked for") }
        guard case .answer = whole else { return Self.malformed("is not one of OpenAI's") }
        out.compose(atMost: bytes.count + edits.added) { writer in
            edits.write(bytes, from: 0, to: bytes.count, to: &writer)
        }
        return .complete
    }

    private static func malformed(_ how: String) -> AnswerTranslator.Progress { .failed(.malformedAnswer(how)) }
}

extension UpstreamFault {
    /// The provider's answer is not what its API says.
    static func malformedAnswer(_ how: String) -> UpstreamFault {
        UpstreamFault(kind: .malformed, status: 200, message: "the provider's answer \(how)")
    }
}
