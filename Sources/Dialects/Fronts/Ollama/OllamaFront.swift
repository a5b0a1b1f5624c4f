import NIOCore

/// What Ollama's routes have in common.
protocol OllamaFront: FrontAPI {
    static var route: OllamaRoute { get }
}

extension OllamaFront {
    static var dialect: Dialect { .ollama }

    static func contentType(isStream: Bool) -> StaticString {
        isStream ? "application/x-ndjson" : "application/json; charset=utf-8"
    }

    static func scan(_ body: ByteBuffer, as front: Front) throws(RequestFault) -> ClientRequest {
        try body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var scan = OllamaScan(bytes, of: route)
            try scan.readBody()
            let model = scan.fields.has(.model) ? JSONString.decode(bytes[scan.fields[.model].unquoted]) : ""
            return ClientRequest(scan, front: front, body: body, model: model)
        }
    }

    static func limitingAnswer(of request: ClientRequest, to tokens: Int) -> ByteBuffer {
        request.body.withUnsafeReadableBytes {
            BodyRewrite.setting("num_predict", to: tokens, inside: "options", of: $0)
        }
    }

    static var words: any RequestWords.Type { OllamaWords.self }

    /// An answer that was streamed to be joined has to be put together.
    static func relay(_ request: ClientRequest, as identity: AnswerIdentity) -> (any Answer)? {
        request.stream == request.streamsUpstream
            ? OllamaRelay(isStream: request.stream, model: identity.model, of: request.work) : nil
    }

    static var relaysForeignTools: Bool { true }

    static func isFunction(_ tool: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.goMember("function", of: tool) != nil
    }

    static func write(_ error: ClientError, into out: inout ByteBuffer) { OllamaError.write(error, into: &out) }

    static func writeInStream(_ error: ClientError, behind events: Int, into out: inout ByteBuffer) {
        OllamaError.writeLine(error, into: &out)
    }

    static var pieceEnd: StaticString { "\n" }

    /// Each line is an object of the answer.
    static var keepAlive: StaticString? { nil }

    /// Clients of Ollama look for these words, and pull the model when they find them.
    static func unknownModel(_ name: Substring) -> String { "model '\(name)' not found" }
}
