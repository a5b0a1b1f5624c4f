import NIOCore

/// An answer in OpenAI's own words on its way to a client that speaks them too: chunk by chunk, or whole, as the provider
/// wrote it, under the model's name as the client knows it.
///
/// A stream ends with `[DONE]`, or, since not every provider writes that, behind the last choice's `finish_reason`.
struct OpenAIRelay: CloudAnswer {
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()

    /// With quotes.
    private let model: [UInt8]
    private let isStream: Bool
    /// Whether the client wants to hear how many tokens it were.
    private let wantsUsage: Bool
    private var framing = SSEFraming()
    private var edits = JSONEdits()
    /// A whole answer so far, or what came where events were due.
    private var body: ByteBuffer?
    private var hasBegun = false
    private var met: UInt128 = 0
    private var finished: UInt128 = 0

    init(request: ClientRequest, model: ByteBuffer) {
        self.model = [0x22] + Array(model.readableBytesView) + [0x22]
        isStream = request.stream
        wantsUsage = request.includeUsage
    }

    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        guard isStream else { return gather(bytes) }
        if body != nil { return gather(bytes) }
        if !hasBegun, let first = bytes.readableBytesView.first(where: { $0 > 0x20 }) {
            hasBegun = true
            // An error may come without events around it.
            if first == 0x7b { return gather(bytes) }
        }
        return feedEvents(bytes, into: &out)
    }

    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        if var body = body.take() {
            return body.withUnsafeMutableReadableBytes { finishWhole(UnsafeRawBufferPointer($0), into: &out) }
        }
        guard isStream else { return AnswerTranslator.cut }
        // The last event may lack its blank line.
        let last = feedEvents(ByteBuffer(string: "\n\n"), into: &out)
        switch last {
        case .complete: return last
        case .failed(let fault):
            // Half an event is the end of a connection.
            return fault.kind == .malformed ? AnswerTranslator.cut : last
        case .more:
            guard finished != 0, met & ~finished == 0 else { return AnswerTranslator.cut }
            out.writeStaticString("data: [DONE]\n\n")
            return .complete
        }
    }

    // MARK: Streams

    private mutating func feedEvents(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress {
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

    private mutating func relay(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) -> AnswerTranslator.Progress {
        if data.first == 0x5b, data.starts(with: "[DONE]") {
            sawFirstToken = true
            out.writeStaticString("data: [DONE]\n\n")
            return .complete
        }
        edits.removeAll()
        guard let chunk = OpenAIChunk(data, model: model, edits: &edits) else {
            if name.equals("error") { return .failed(OpenAIFault.inAnswer(data)) }
            // Some keep a connection alive with an event of blanks.
            return data.allSatisfy { $0 <= 0x20 } ? .more : Self.malformed("has an event that is not valid JSON")
        }
        if !chunk.error.isAbsent || chunk.isError || name.equals("error") {
            return .failed(OpenAIFault.inAnswer(data))
        }
        met |= chunk.met
        finished |= chunk.finished
        if chunk.hasToken { sawFirstToken = true }
        if !chunk.usage.isAbsent {
            usage = OpenAIUsage.read(data, chunk.usage)
            if chunk.hasAnswer, !chunk.hasChoice, !wantsUsage { return .more }
        }
        out.writeEvent(data, edits)
        return .more
    }

    // MARK: Whole answers

    private mutating func gather(_ bytes: ByteBuffer) -> AnswerTranslator.Progress {
        // The first piece is as a rule all of it: kept, not copied.
        guard body != nil else {
            body = bytes
            return .more
        }
        body?.writeImmutableBuffer(bytes)
        let isTooLong = body.map { $0.readableBytes > AnswerTranslator.bodyLimit } ?? false
        return isTooLong ? Self.malformed("has no end") : .more
    }

    private mutating func finishWhole(
        _ bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) -> AnswerTranslator.Progress {
        guard bytes.contains(where: { $0 > 0x20 }) else { return AnswerTranslator.cut }
        edits.removeAll()
        guard let answer = OpenAIChunk(bytes, model: model, edits: &edits) else {
            var scanner = JSONScanner(bytes)
            _ = scanner.skipSpace() && scanner.skipValue(depth: 0)
            return scanner.fault?.reason == .endsEarly ? AnswerTranslator.cut : Self.malformed("is not valid JSON")
        }
        if !answer.error.isAbsent || answer.isError { return .failed(OpenAIFault.inAnswer(bytes)) }
        guard !isStream else { return Self.malformed("is no stream, although one was asked for") }
        guard answer.hasAnswer else { return Self.malformed("is not one of OpenAI's") }
        if !answer.usage.isAbsent { usage = OpenAIUsage.read(bytes, answer.usage) }
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
