import NIOCore

/// `/api/chat`.
enum OllamaChatFront: OllamaFront {
    static var route: OllamaRoute { .chat }
    static var work: Work { .chat }
    static var paths: [StaticString] { ["/api/chat"] }
    static var prompt: Parameter { .messages }

    /// A box alone can be told to load a model.
    static func checkTranslatable(_ request: ClientRequest, drops: Bool) throws(RequestFault) {
        if request.isLoad { throw .at("messages", "must not be empty") }
    }

    static func answerToLoad(_ request: ClientRequest, unixSeconds: Int) -> ByteBuffer? {
        OllamaLoadAnswer.write(request, .message, unixSeconds: unixSeconds)
    }

    static func endAtLimit(
        _ request: ClientRequest, as identity: AnswerIdentity, _ usage: Usage, into out: inout ByteBuffer
    ) {
        var lines = OllamaLines(OllamaHead(.message, identity))
        lines.finish(AnswerEnd(reason: .length, usage: usage), into: &out)
    }

    static func answer(to request: ClientRequest, from back: BackForm, as identity: AnswerIdentity) -> any Answer {
        let head = OllamaHead(.message, identity)
        return request.stream
            ? back.answer(to: request, writtenBy: OllamaLines(head))
            : back.answer(to: request, writtenBy: OllamaWhole(head))
    }

    static func joined(_ stream: ByteBuffer, counting usage: Usage, as identity: AnswerIdentity) -> ByteBuffer? {
        EventAnswer<OllamaReader, NDJSONFraming, OllamaWhole>
            .whole(of: stream, work, writtenBy: OllamaWhole(OllamaHead(.message, identity)))
    }
}
