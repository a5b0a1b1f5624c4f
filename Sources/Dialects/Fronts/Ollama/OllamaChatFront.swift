import NIOCore

/// `/api/chat` as Ollama has it.
enum OllamaChatFront: FrontAPI {
    static var work: Work { .chat }
    static var dialect: Dialect { .ollama }
    static var paths: [StaticString] { ["/api/chat"] }
    static var prompt: Parameter { .messages }

    static func contentType(isStream: Bool) -> StaticString {
        isStream ? "application/x-ndjson" : "application/json; charset=utf-8"
    }

    static func scan(_ body: ByteBuffer, as front: Front) throws(RequestFault) -> ClientRequest {
        try body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var scan = OllamaScan(bytes)
            try scan.readBody()
            return ClientRequest(
                scan, front: front, body: body, model: JSONString.decode(bytes[scan.fields[.model].unquoted]))
        }
    }

    static func limitingAnswer(of request: ClientRequest, to tokens: Int) -> ByteBuffer {
        request.body.withUnsafeReadableBytes {
            BodyRewrite.setting("num_predict", to: tokens, inside: "options", of: $0)
        }
    }

    static var words: any RequestWords.Type { OllamaWords.self }

    /// A box alone can be told to load a model.
    static func checkTranslatable(_ request: ClientRequest) throws(RequestFault) {
        if request.isLoad { throw .at("messages", "must not be empty") }
    }

    /// An answer that was streamed to be joined has to be put together.
    static func relay(_ request: ClientRequest, as identity: AnswerIdentity) -> (any Answer)? {
        request.stream == request.streamsUpstream
            ? OllamaRelay(isStream: request.stream, model: identity.model) : nil
    }

    static var relaysForeignTools: Bool { true }

    static func isFunction(_ tool: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.goMember("function", of: tool) != nil
    }

    private static func head(_ identity: AnswerIdentity) -> OllamaHead {
        OllamaHead(model: identity.model, created: identity.created, responseID: identity.responseID)
    }

    /// A line has no place for a reason in words.
    static func endAtLimit(
        _ request: ClientRequest, as identity: AnswerIdentity, _ usage: Usage, because reason: StaticString,
        into out: inout ByteBuffer
    ) {
        var lines = OllamaLines(head(identity))
        lines.finish(AnswerEnd(reason: .length, usage: usage), into: &out)
    }

    static var pieceEnd: StaticString { "\n" }

    static func answer(to request: ClientRequest, from back: BackForm, as identity: AnswerIdentity) -> any Answer {
        let head = head(identity)
        return request.stream
            ? back.answer(to: request, writtenBy: OllamaLines(head))
            : back.answer(to: request, writtenBy: OllamaWhole(head))
    }

    static func write(_ error: ClientError, into out: inout ByteBuffer) { OllamaError.write(error, into: &out) }

    static func writeInStream(_ error: ClientError, into out: inout ByteBuffer) {
        OllamaError.writeLine(error, into: &out)
    }

    /// Each line is an object of the answer.
    static var keepAlive: StaticString? { nil }

    /// Clients of Ollama look for these words, and pull the model when they find them.
    static func unknownModel(_ name: Substring) -> String { "model '\(name)' not found" }
}
