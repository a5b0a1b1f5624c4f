import NIOCore

/// An answer whose dialect has a reader: framed, read, and written in OpenAI's words.
struct EventAnswer<Reader: AnswerReader, Framing: AnswerFraming>: CloudAnswer {
    private var reader: Reader
    private var framing = Framing()
    private var chunks: OpenAIChunks?
    private var whole: OpenAIWhole?
    /// The body so far, where the upstream does not stream.
    private var body = ByteBuffer()
    private let comesInEvents: Bool

    init(comesInEvents: Bool, work: Work, chunks: OpenAIChunks?, whole: OpenAIWhole?) {
        reader = Reader(work: work)
        self.comesInEvents = comesInEvents
        self.chunks = chunks
        self.whole = whole
    }

    var sawFirstToken: Bool { reader.sawFirstToken }
    var usage: Usage { reader.usage }

    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        guard comesInEvents else {
            body.writeImmutableBuffer(bytes)
            return body.readableBytes > AnswerTranslator.bodyLimit ? Self.broken("has no end") : .more
        }
        var outcome = ReadOutcome.more
        // Taken out while it calls back.
        var framing = Framing()
        swap(&framing, &self.framing)
        defer { self.framing = framing }
        let isSound = framing.feed(bytes) { name, data in
            outcome =
                chunks != nil
                ? reader.readEvent(name, data, to: &chunks!, into: &out)
                : reader.readEvent(name, data, to: &whole!, into: &out)
            if case .more = outcome { return true }
            return false
        }
        if case .more = outcome, !isSound { return Self.broken("is not framed as its dialect says") }
        return Self.progress(outcome)
    }

    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        guard !comesInEvents else {
            let outcome =
                chunks != nil
                ? reader.readEnd(to: &chunks!, into: &out) : reader.readEnd(to: &whole!, into: &out)
            if case .more = outcome { return AnswerTranslator.cut }
            return Self.progress(outcome)
        }
        let outcome = body.withUnsafeReadableBytes { bytes -> ReadOutcome in
            guard JSONScanner.isValid(bytes) else {
                return .failed(
                    UpstreamFault(kind: .malformed, status: 200, message: "the provider's answer is not valid JSON"))
            }
            return chunks != nil
                ? reader.readWhole(bytes, to: &chunks!, into: &out)
                : reader.readWhole(bytes, to: &whole!, into: &out)
        }
        if case .more = outcome { return AnswerTranslator.cut }
        return Self.progress(outcome)
    }

    private static func progress(_ outcome: ReadOutcome) -> AnswerTranslator.Progress {
        switch outcome {
        case .more: .more
        case .done: .complete
        case .failed(let fault): .failed(fault)
        }
    }

    private static func broken(_ how: String) -> AnswerTranslator.Progress {
        .failed(UpstreamFault(kind: .malformed, status: 200, message: "the provider's answer \(how)"))
    }
}
