import NIOCore

/// An answer that is read in one dialect and written in another: framed, read into events, and written by a sink.
///
/// Calls through `any Answer` reach code that knows none of the three types, which costs a look-up for everything it
/// does: the pairs that most answers take are compiled for themselves.
struct EventAnswer<Reader: AnswerReader, Framing: AnswerFraming, Sink: AnswerSink>: Answer {
    private var reader: Reader
    private var framing = Framing()
    private var sink: Sink
    /// The body so far, where the upstream does not stream.
    private var body = GatheredBody()
    private let comesInEvents: Bool

    init(_ reader: consuming Reader, _ framing: Framing.Type, to sink: consuming Sink, comesInEvents: Bool) {
        self.reader = reader
        self.sink = sink
        self.comesInEvents = comesInEvents
    }

    var sawFirstToken: Bool { reader.sawFirstToken }
    var usage: Usage { reader.usage }
    var timings: UpstreamTimings { reader.timings }
    var kept: KeptResponse? { sink.kept }
    var mendedCalls: Int { reader.mendedCalls + sink.mendedCalls }
    var brokenCall: [UInt8]? { reader.brokenCall ?? sink.brokenCall }
    var events: Int { sink.events }

    @_specialize(where Reader == OllamaReader, Framing == NDJSONFraming, Sink == OpenAIChatChunks)
    @_specialize(where Reader == OllamaReader, Framing == NDJSONFraming, Sink == OpenAIChatWhole)
    @_specialize(where Reader == OllamaReader, Framing == NDJSONFraming, Sink == OpenAICompletionChunks)
    @_specialize(where Reader == OllamaReader, Framing == NDJSONFraming, Sink == OpenAICompletionWhole)
    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        guard comesInEvents else { return body.add(bytes) ? .more : Self.broken("has no end") }
        var bytes = bytes
        if framing.isBetweenEvents {
            let read = bytes.withUnsafeReadableBytes { reader.readRun($0, to: &sink, into: &out) }
            bytes.moveReaderIndex(forwardBy: read)
            if bytes.readableBytes == 0 { return .more }
        }
        var outcome = ReadOutcome.more
        // Taken out while it calls back.
        var framing = Framing()
        swap(&framing, &self.framing)
        defer { self.framing = framing }
        let isSound = framing.feed(bytes) { name, data in
            outcome = reader.readEvent(name, data, to: &sink, into: &out)
            if case .more = outcome { return true }
            return false
        }
        if case .more = outcome, !isSound { return Self.broken("is not framed as its dialect says") }
        return AnswerTranslator.Progress(outcome)
    }

    @_specialize(where Reader == OllamaReader, Framing == NDJSONFraming, Sink == OpenAIChatChunks)
    @_specialize(where Reader == OllamaReader, Framing == NDJSONFraming, Sink == OpenAIChatWhole)
    @_specialize(where Reader == OllamaReader, Framing == NDJSONFraming, Sink == OpenAICompletionChunks)
    @_specialize(where Reader == OllamaReader, Framing == NDJSONFraming, Sink == OpenAICompletionWhole)
    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        var outcome = ReadOutcome.more
        if comesInEvents {
            framing.finish { name, data in outcome = reader.readRest(name, data, to: &sink, into: &out) }
            if case .more = outcome { outcome = reader.readEnd(to: &sink, into: &out) }
        } else {
            outcome = body.take().withUnsafeReadableBytes { reader.readWhole($0, to: &sink, into: &out) }
        }
        if case .more = outcome { return AnswerTranslator.cut }
        return AnswerTranslator.Progress(outcome)
    }

    /// All that a whole stream is, where it has an end.
    static func whole(of stream: ByteBuffer, _ work: Work, writtenBy sink: consuming Sink) -> ByteBuffer? {
        var (answer, out) = (Self(Reader(work: work), Framing.self, to: sink, comesInEvents: true), ByteBuffer())
        var progress = answer.feed(stream, into: &out)
        if case .more = progress { progress = answer.end(into: &out) }
        guard case .complete = progress else { return nil }
        return out
    }

    private static func broken(_ how: String) -> AnswerTranslator.Progress {
        .failed(UpstreamFault(kind: .malformed, status: 200, message: "\(Reader.subject) \(how)"))
    }
}
