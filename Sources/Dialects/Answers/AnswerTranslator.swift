public import NIOCore

/// Turns one upstream answer into the client's bytes: a value, fed in pieces cut anywhere.
///
/// What the upstream wrote as JSON strings goes on as it stands; nothing is decoded and nothing allocated per line.
public struct AnswerTranslator: Sendable {
    /// What the bytes so far amount to.
    public enum Progress: Sendable, Equatable {
        /// The answer goes on.
        case more
        /// The client's answer is all in `out`; what follows is ignored.
        case complete
        /// The upstream failed; nothing of the fault is written, and what follows is ignored.
        case failed(UpstreamFault)
    }

    /// Whether the upstream has written a token yet; where it does not stream, known at the end.
    public var sawFirstToken: Bool { answer.sawFirstToken }
    /// What it counted; zero until the end, and where it does not say.
    public var usage: Usage { answer.usage }
    /// Where it says the time went; zero until the end.
    public var timings: UpstreamTimings { answer.timings }

    private var answer: any Answer
    private var result = Progress.more

    /// The upstream's body ended before the answer did.
    static let cut = Progress.failed(.cutAnswer)

    /// - Parameters:
    ///   - request: what the client asked.
    ///   - target: where it went.
    ///   - responseID: printed in hexadecimal in the answer's `id`.
    ///   - created: the answer's `created`, in seconds since 1970.
    ///   - model: the model's name as the answer says it; nil: as the client wrote it.
    public init(
        request: ClientRequest, target: UpstreamTarget, responseID: UInt64, created: Int, model: String? = nil
    ) {
        let model =
            model.map { ByteBuffer(bytes: JSONText.string($0).bytes.dropFirst().dropLast()) } ?? request.rawModel
        switch (request.front.dialect, target.form) {
        // An answer that was streamed to be joined has to be put together.
        case (.ollama, .ollama) where request.stream == request.streamsUpstream:
            answer = OllamaRelay(isStream: request.stream, model: model)
        case (.ollama, _):
            let head = OllamaHead(model: model, created: created, responseID: responseID)
            answer =
                request.stream
                ? Self.answer(to: request, from: target, writtenBy: OllamaLines(head))
                : Self.answer(to: request, from: target, writtenBy: OllamaWhole(head))
        case (_, .openAI):
            answer =
                request.front == .openAIResponses
                ? OpenAIRelay<ResponsesReader>(request: request, model: model) as any Answer
                : OpenAIRelay<ChunkReader>(request: request, model: model)
        case _ where request.stream:
            let chunks = model.withUnsafeReadableBytes {
                OpenAIChunks(
                    work: request.work, includeUsage: request.includeUsage, responseID: responseID,
                    created: created, model: $0)
            }
            answer = Self.answer(to: request, from: target, writtenBy: chunks)
        default:
            let whole = OpenAIWhole(
                work: request.work, responseID: responseID, created: created, model: model,
                asBase64: request.wantsBase64)
            answer = Self.answer(to: request, from: target, writtenBy: whole)
        }
    }

    /// An answer that has to be read and written anew.
    private static func answer<Sink: AnswerSink>(
        to request: ClientRequest, from target: UpstreamTarget, writtenBy sink: Sink
    ) -> any Answer {
        func read<Reader: AnswerReader, Framing: AnswerFraming>(
            _ reader: Reader.Type, _ framing: Framing.Type
        ) -> any Answer {
            EventAnswer(Reader(work: request.work), framing, to: sink, comesInEvents: request.streamsUpstream)
        }
        return switch target.form {
        case .ollama: read(OllamaReader.self, NDJSONFraming.self)
        case .openAI: read(OpenAIReader.self, OpenAIFraming.self)
        case .anthropic: read(AnthropicReader.self, SSEFraming.self)
        case .bedrock: read(BedrockReader.self, EventStreamFraming.self)
        case .gemini: read(GeminiReader.self, SSEFraming.self)
        }
    }

    /// Takes the next bytes of a 200's body.
    ///
    /// A client's stream: appends whole events as they complete. Otherwise nothing is written before the answer is
    /// whole, then all of the JSON body: here when the upstream streams, else by `end`.
    public mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> Progress {
        guard case .more = result else { return result }
        result = answer.feed(bytes, into: &out)
        return result
    }

    /// The upstream's body has ended.
    ///
    /// Where the upstream does not stream: appends the whole JSON body. Of a stream all has been written when the
    /// upstream said it was done, except for a dialect whose streams just end: then what closes it. One that stops
    /// before is `incomplete`.
    public mutating func end(into out: inout ByteBuffer) -> Progress {
        guard case .more = result else { return result }
        result = answer.end(into: &out)
        if case .more = result { result = Self.cut }
        return result
    }
}
