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
    public var sawFirstToken: Bool { cloud == nil ? reader.sawFirstToken : cloud!.sawFirstToken }
    /// What it counted; zero until the end, and where it does not say.
    public var usage: Usage { cloud == nil ? reader.usage : cloud!.usage }
    /// Where it says the time went; zero until the end.
    public var timings: UpstreamTimings { reader.timings }

    /// The upstream's answer comes line by line.
    private let comesInLines: Bool
    /// Set for every dialect but Ollama's, which is read here.
    private var cloud: (any CloudAnswer)?
    var reader: OllamaReader
    private var chunks: OpenAIChunks?
    private var whole: OpenAIWhole?
    /// Lines: one so far. Otherwise: the body so far.
    private var pending: ByteBuffer?
    private var result = Progress.more

    /// Bytes of a line nobody would write; more is a fault.
    private static let lineLimit = 16 << 20
    /// Bytes of a body that is not a stream (a large batch of embeddings has some 100 MB); more is a fault.
    static let bodyLimit = 256 << 20
    /// The upstream's body ended before the answer did.
    static let cut = Progress.failed(
        UpstreamFault(kind: .incomplete, status: 200, message: "the instance's answer stopped before it was done"))

    /// - Parameters:
    ///   - request: what the client asked.
    ///   - target: where it went.
    ///   - responseID: printed in hexadecimal in the answer's `id`.
    ///   - created: the answer's `created`, in seconds since 1970.
    ///   - model: the model's name as the answer says it; nil: as the client wrote it.
    public init(
        request: ClientRequest, target: UpstreamTarget, responseID: UInt64, created: Int, model: String? = nil
    ) {
        comesInLines = request.streamsUpstream
        reader = OllamaReader(work: request.work)
        let model =
            model.map { ByteBuffer(bytes: JSONText.string($0).bytes.dropFirst().dropLast()) } ?? request.rawModel
        if case .openAI = target.form {
            cloud =
                request.front == .openAIResponses
                ? OpenAIRelay<ResponsesReader>(request: request, model: model) as any CloudAnswer
                : OpenAIRelay<ChunkReader>(request: request, model: model)
            return
        }
        if request.stream {
            chunks = model.withUnsafeReadableBytes {
                OpenAIChunks(
                    work: request.work, includeUsage: request.includeUsage, responseID: responseID,
                    created: created, model: $0)
            }
        } else {
            whole = OpenAIWhole(
                work: request.work, responseID: responseID, created: created, model: model,
                asBase64: request.wantsBase64)
        }
        switch target.form {
        case .ollama, .openAI: break
        case .anthropic: cloud = events(AnthropicReader.self, SSEFraming.self, request)
        case .bedrock: cloud = events(BedrockReader.self, EventStreamFraming.self, request)
        case .gemini: cloud = events(GeminiReader.self, SSEFraming.self, request)
        }
    }

    /// The sinks move into it: here nothing is left to write.
    private mutating func events<Reader: AnswerReader, Framing: AnswerFraming>(
        _ reader: Reader.Type, _ framing: Framing.Type, _ request: ClientRequest
    ) -> any CloudAnswer {
        defer {
            chunks = nil
            whole = nil
        }
        return EventAnswer<Reader, Framing>(
            comesInEvents: request.streamsUpstream, work: request.work, chunks: chunks, whole: whole)
    }

    /// Takes the next bytes of a 200's body.
    ///
    /// A client's stream: appends whole SSE events as they complete. Otherwise nothing is written before the answer is
    /// whole, then all of the JSON body: here when the upstream streams, else by `end`.
    public mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> Progress {
        guard case .more = result else { return result }
        if cloud != nil {
            result = cloud!.feed(bytes, into: &out)
        } else {
            result = comesInLines ? feedLines(bytes, into: &out) : feedWhole(bytes)
        }
        return result
    }

    /// The upstream's body has ended.
    ///
    /// Where the upstream does not stream: appends the whole JSON body. Of a stream all has been written when the
    /// upstream said it was done, but for a dialect whose streams just end: then what closes it. One that stops before
    /// is `incomplete`.
    public mutating func end(into out: inout ByteBuffer) -> Progress {
        guard case .more = result else { return result }
        result = cloud == nil ? readPending(isCut: true, into: &out) : cloud!.end(into: &out)
        if case .more = result { result = Self.cut }
        return result
    }

    private mutating func feedWhole(_ bytes: ByteBuffer) -> Progress {
        // The first piece is as a rule all of it: kept, not copied.
        guard pending != nil else {
            pending = bytes
            return .more
        }
        pending?.writeImmutableBuffer(bytes)
        return isTooLong(Self.bodyLimit) ? tooLong() : .more
    }

    @inline(__always)
    private mutating func feedLines(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> Progress {
        bytes.withUnsafeReadableBytes { piece in
            guard let address = piece.baseAddress else { return .more }
            let p = address.assumingMemoryBound(to: UInt8.self)
            var start = 0
            if let kept = pending?.readableBytes, kept > 0 {
                let newline = JSONScanner.firstOffset(of: 0x0a, p, 0, piece.count)
                keep(UnsafeRawBufferPointer(start: address, count: newline))
                guard newline < piece.count else { return isTooLong(Self.lineLimit) ? tooLong() : .more }
                let progress = readPending(isCut: false, into: &out)
                guard case .more = progress else { return progress }
                start = newline + 1
            }
            while start < piece.count {
                let newline = JSONScanner.firstOffset(of: 0x0a, p, start, piece.count)
                let line = UnsafeRawBufferPointer(start: address + start, count: newline - start)
                guard newline < piece.count else {
                    keep(line)
                    return isTooLong(Self.lineLimit) ? tooLong() : .more
                }
                let progress = read(line, isCut: false, into: &out)
                guard case .more = progress else { return progress }
                start = newline + 1
            }
            return .more
        }
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        if pending == nil { pending = ByteBufferAllocator().buffer(capacity: max(bytes.count, 512)) }
        pending?.writeBytes(bytes)
    }

    private func isTooLong(_ limit: Int) -> Bool { pending.map { $0.readableBytes > limit } ?? false }

    /// Reads what is kept: a line put together, or at the end values one behind the other, as a rule just one.
    private mutating func readPending(isCut: Bool, into out: inout ByteBuffer) -> Progress {
        // Taken out while it is read, put back for its memory.
        guard var kept = pending.take() else { return .more }
        let progress = kept.withUnsafeReadableBytes { read($0, isCut: isCut, into: &out) }
        kept.clear()
        pending = kept
        return progress
    }

    /// Reads a line, or all of a body. Blank ones are nothing.
    ///
    /// - Parameter isCut: whether nothing said that the bytes end here, so that half a value is the upstream's end.
    @inline(__always)
    private mutating func read(
        _ bytes: UnsafeRawBufferPointer, isCut: Bool, into out: inout ByteBuffer
    ) -> Progress {
        var scanner = JSONScanner(bytes)
        while scanner.hasMore() {
            let outcome =
                chunks != nil
                ? reader.read(bytes, from: &scanner, isCut: isCut, to: &chunks!, into: &out)
                : reader.read(bytes, from: &scanner, isCut: isCut, to: &whole!, into: &out)
            switch outcome {
            case .more: continue
            case .done: return .complete
            case .failed(let fault): return .failed(fault)
            }
        }
        return .more
    }

    private func tooLong() -> Progress {
        .failed(UpstreamFault(kind: .malformed, status: 200, message: "the instance's answer has no end"))
    }
}
