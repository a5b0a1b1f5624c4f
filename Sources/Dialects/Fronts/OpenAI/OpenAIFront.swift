import NIOCore

/// What OpenAI's APIs have in common.
protocol OpenAIFront: FrontAPI {}

extension OpenAIFront {
    static var dialect: Dialect { .openAI }

    static func contentType(isStream: Bool) -> StaticString {
        isStream ? "text/event-stream; charset=utf-8" : "application/json"
    }

    static func scan(_ body: ByteBuffer, as front: Front) throws(RequestFault) -> ClientRequest {
        try body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var scan = RequestScan(bytes, front: front)
            try scan.readBody()
            guard scan.extraBody.isAbsent else {
                // The new one has none.
                return try Self.scan(BodyRewrite.spreading(scan.extraBody, over: bytes), as: front)
            }
            let model = JSONString.decode(bytes[scan.fields[.model].unquoted])
            return ClientRequest(scan, body: body, model: model)
        }
    }

    static func limitingAnswer(of request: ClientRequest, to tokens: Int) -> ByteBuffer {
        let (older, newer) = (Parameter.maxTokens.openAIName, Parameter.maxCompletionTokens.openAIName)
        return request.body.withUnsafeReadableBytes {
            BodyRewrite.setting(
                request.fields.has(.maxCompletionTokens) ? newer : older, to: tokens,
                without: ["\(older)", "\(newer)"], in: $0)
        }
    }

    static var words: any RequestWords.Type { OpenAIWords.self }

    static func checkTranslatable(_ request: ClientRequest, drops: Bool) throws(RequestFault) {}

    static var relaysForeignTools: Bool { false }

    static func isFunction(_ tool: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.member("type", of: tool).map { bytes[$0].equals("\"function\"") } ?? false
    }

    static func relay(_ request: ClientRequest, as identity: AnswerIdentity) -> (any Answer)? {
        OpenAIRelay<ChunkReader>(request: request, as: identity)
    }

    /// A stream with a chunk that counts its tokens before all others: the stream's own, where it has one, comes later and counts.
    fileprivate static func counted(_ stream: ByteBuffer, _ usage: Usage) -> ByteBuffer {
        var counted = ByteBuffer()
        counted.compose(atMost: ByteWriter.usageRoom + 40) { writer in
            writer.write("data: {\"choices\":[],")
            writer.writeUsage(usage)
            writer.write("}\n\n")
        }
        counted.writeImmutableBuffer(stream)
        return counted
    }

    static func write(_ error: ClientError, into out: inout ByteBuffer) { OpenAIError.write(error, into: &out) }

    static func writeInStream(_ error: ClientError, behind events: Int, into out: inout ByteBuffer) {
        OpenAIError.writeEvent(error, into: &out)
    }

    static var pieceEnd: StaticString { "\n\n" }

    /// A comment of server-sent events.
    static var keepAlive: StaticString? { ": ping\n\n" }

    static func comment(_ words: StaticString, into out: inout ByteBuffer) { out.writeComment(words) }

    static func unknownModel(_ name: Substring) -> String { "no model named `\(name)`" }
}

/// `/v1/chat/completions`.
enum OpenAIChatFront: OpenAIFront {
    static var work: Work { .chat }
    static var paths: [StaticString] { ["/v1/chat/completions", "/chat/completions", "/openai/v1/chat/completions"] }
    static var pathsOfModels: [StaticString] {
        [
            "/openai/deployments/**/chat/completions", "/engines/**/chat/completions",
            "/v1/engines/**/chat/completions",
        ]
    }
    static var prompt: Parameter { .messages }
    static var partsForm: PartsForm? { .choices }

    static func answer(
        to request: ClientRequest, from back: BackForm, as identity: consuming AnswerIdentity
    ) -> any Answer {
        request.stream
            ? back.answer(
                to: request, writtenBy: OpenAIChatChunks(identity, includeUsage: request.includeUsage))
            : back.answer(to: request, writtenBy: OpenAIChatWhole(identity))
    }

    static func joined(_ stream: ByteBuffer, counting usage: Usage, as identity: AnswerIdentity) -> ByteBuffer? {
        EventAnswer<OpenAIReader, OpenAIFraming, OpenAIChatWhole>
            .whole(of: counted(stream, usage), work, writtenBy: OpenAIChatWhole(identity))
    }

    static func endAtLimit(
        _ request: ClientRequest, as identity: AnswerIdentity, _ usage: Usage, into out: inout ByteBuffer
    ) {
        var chunks = OpenAIChatChunks(identity, includeUsage: request.includeUsage)
        chunks.finish(AnswerEnd(reason: .length, usage: usage), into: &out)
    }
}

/// `/v1/completions`.
enum OpenAICompletionsFront: OpenAIFront {
    static var work: Work { .completion }
    static var paths: [StaticString] { ["/v1/completions", "/completions", "/openai/v1/completions"] }
    static var pathsOfModels: [StaticString] {
        ["/openai/deployments/**/completions", "/engines/**/completions", "/v1/engines/**/completions"]
    }
    static var prompt: Parameter { .prompt }
    static var partsForm: PartsForm? { .choices }

    static func answer(
        to request: ClientRequest, from back: BackForm, as identity: consuming AnswerIdentity
    ) -> any Answer {
        request.stream
            ? back.answer(
                to: request, writtenBy: OpenAICompletionChunks(identity, includeUsage: request.includeUsage))
            : back.answer(to: request, writtenBy: OpenAICompletionWhole(identity))
    }

    static func joined(_ stream: ByteBuffer, counting usage: Usage, as identity: AnswerIdentity) -> ByteBuffer? {
        CompletionJoin.join(counted(stream, usage), writtenBy: OpenAICompletionWhole(identity))
    }

    static func endAtLimit(
        _ request: ClientRequest, as identity: AnswerIdentity, _ usage: Usage, into out: inout ByteBuffer
    ) {
        var chunks = OpenAICompletionChunks(identity, includeUsage: request.includeUsage)
        chunks.finish(AnswerEnd(reason: .length, usage: usage), into: &out)
    }
}

/// `/v1/embeddings`, whose answers are never streamed.
enum OpenAIEmbeddingsFront: OpenAIFront {
    static var work: Work { .embedding }
    static var paths: [StaticString] { ["/v1/embeddings", "/embeddings", "/openai/v1/embeddings"] }
    static var pathsOfModels: [StaticString] {
        ["/openai/deployments/**/embeddings", "/engines/**/embeddings", "/v1/engines/**/embeddings"]
    }
    static var prompt: Parameter { .input }
    static var partsForm: PartsForm? { .numberedVectors }

    static func answer(to request: ClientRequest, from back: BackForm, as identity: AnswerIdentity) -> any Answer {
        back.answer(
            to: request, writtenBy: OpenAIEmbeddingsWhole(model: identity.model, asBase64: request.wantsBase64))
    }
}
