import NIOCore

/// `/api/generate`.
enum OllamaGenerateFront: OllamaFront {
    static var route: OllamaRoute { .generate }
    static var work: Work { .completion }
    static var paths: [StaticString] { ["/api/generate"] }
    static var prompt: Parameter { .prompt }

    /// A box alone can be told to load a model.
    static func checkTranslatable(_ request: ClientRequest, drops: Bool) throws(RequestFault) {
        if request.isLoad { throw .at("prompt", "must not be empty") }
    }

    /// A box puts the prompt into the model's template, as others do with the message of a user.
    static func inOtherWords(_ request: ClientRequest, drops: Bool) throws(RequestFault) -> ClientRequest? {
        try OllamaPromptAsChat.request(for: request, drops: drops)
    }

    static func inOwnWords(_ fault: RequestFault) -> RequestFault { OllamaPromptAsChat.inOwnWords(fault) }

    static func answerToLoad(_ request: ClientRequest, unixSeconds: Int) -> ByteBuffer? {
        OllamaLoadAnswer.write(request, .response, unixSeconds: unixSeconds)
    }

    static func endAtLimit(
        _ request: ClientRequest, as identity: AnswerIdentity, _ usage: Usage, into out: inout ByteBuffer
    ) {
        let lines = OllamaResponseLines(OllamaHead(.response, identity))
        lines.finish(AnswerEnd(reason: .length, usage: usage), into: &out)
    }

    static func answer(to request: ClientRequest, from back: BackForm, as identity: AnswerIdentity) -> any Answer {
        let head = OllamaHead(.response, identity)
        return request.stream
            ? back.answer(to: request, writtenBy: OllamaResponseLines(head))
            : back.answer(to: request, writtenBy: OllamaResponseWhole(head))
    }

    static func joined(_ stream: ByteBuffer, counting usage: Usage, as identity: AnswerIdentity) -> ByteBuffer? {
        EventAnswer<OllamaReader, NDJSONFraming, OllamaResponseWhole>
            .whole(of: stream, work, writtenBy: OllamaResponseWhole(OllamaHead(.response, identity)))
    }
}
