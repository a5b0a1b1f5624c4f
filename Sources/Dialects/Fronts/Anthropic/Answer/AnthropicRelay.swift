import NIOCore

/// An answer of Anthropic's on its way to a client that speaks its dialect too: event by event, or whole, as the provider wrote it,
/// under the model's name as the client knows it.
///
/// All is read before it goes on: counts and the first token are seen, and an error is a fault and not passed on.
struct AnthropicRelay: Answer {
    private var reader = AnthropicReader(work: .chat)
    private var framing = SSEFraming()
    /// The body so far, where it is no stream.
    private var body = GatheredBody()
    private let isStream: Bool
    /// The new value of `model`, with quotes.
    private let model: [UInt8]

    /// - Parameter model: the inside of the JSON string of the client's own name for the model.
    init(isStream: Bool, model: ByteBuffer) {
        self.isStream = isStream
        self.model = [0x22] + Array(model.readableBytesView) + [0x22]
    }

    var sawFirstToken: Bool { reader.sawFirstToken }
    var usage: Usage { reader.usage }

    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        guard isStream else { return body.add(bytes) ? .more : Self.endless }
        var outcome = ReadOutcome.more
        // Taken out while it calls back.
        var framing = SSEFraming()
        swap(&framing, &self.framing)
        defer { self.framing = framing }
        let isSound = framing.feed(bytes) { name, data in
            outcome = relay(name, data, into: &out)
            if case .more = outcome { return true }
            return false
        }
        if case .more = outcome, !isSound { return Self.endless }
        return AnswerTranslator.Progress(outcome)
    }

    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        guard !isStream else { return endStream(into: &out) }
        var silence = SilentSink()
        let outcome = body.take().withUnsafeReadableBytes { bytes in
            let outcome = reader.readWhole(bytes, to: &silence, into: &out)
            guard case .done = outcome else { return outcome }
            let (object, edits) = (bytes.object, renaming(bytes.object, of: bytes))
            let end = Int(object.start) + Int(object.count)
            out.compose(atMost: Int(object.count) + edits.added) { writer in
                edits.write(bytes, from: Int(object.start), to: end, to: &writer)
            }
            return outcome
        }
        return AnswerTranslator.Progress(outcome)
    }

    /// The last event may lack its blank line.
    private mutating func endStream(into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        var outcome = ReadOutcome.more
        var framing = SSEFraming()
        swap(&framing, &self.framing)
        framing.finish { name, data in if JSONScanner.isValid(data) { outcome = relay(name, data, into: &out) } }
        if case .more = outcome { return AnswerTranslator.cut }
        return AnswerTranslator.Progress(outcome)
    }

    private static let endless = AnswerTranslator.Progress.failed(
        UpstreamFault(kind: .malformed, status: 200, message: "\(AnthropicReader.subject) has no end"))

    private mutating func relay(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) -> ReadOutcome {
        var silence = SilentSink()
        let outcome = reader.readEvent(name, data, to: &silence, into: &out)
        if case .failed = outcome { return outcome }
        // Anthropic's libraries go by the name, which some servers that speak like it leave out.
        let name = name.isEmpty ? data.member("type").map { JSONValue($0).text ?? name } ?? name : name
        let message = name.equals("message_start") ? data.member("message", of: data.whole) : nil
        out.writeEvent(data, message.map { renaming($0, of: data) } ?? JSONEdits(), name: name)
        return outcome
    }

    /// Puts the client's name for the model in the place of the provider's.
    private func renaming(_ object: JSONSlice, of bytes: UnsafeRawBufferPointer) -> JSONEdits {
        var edits = JSONEdits()
        bytes.forEachMember(of: object) { name, value in
            if bytes[name].equals("model") { edits.replace(value, with: .bytes(model)) }
        }
        return edits
    }
}
