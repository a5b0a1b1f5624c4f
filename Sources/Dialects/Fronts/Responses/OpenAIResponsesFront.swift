import NIOCore

/// `/v1/responses`: passed on to a back that has the route, and read and written here for every other.
enum OpenAIResponsesFront: OpenAIFront {
    static var work: Work { .chat }
    /// The last two are Azure's, where no path names the deployment: the body does.
    static var paths: [StaticString] { ["/v1/responses", "/responses", "/openai/responses", "/openai/v1/responses"] }
    static var prompt: Parameter { .input }

    static func limitingAnswer(of request: ClientRequest, to tokens: Int) -> ByteBuffer {
        request.body.withUnsafeReadableBytes {
            BodyRewrite.setting(
                "max_output_tokens", to: tokens, without: ["max_tokens", "max_completion_tokens"], in: $0)
        }
    }

    static var words: any RequestWords.Type { ResponsesWords.self }

    static var relaysForeignTools: Bool { true }

    static func checkTranslatable(_ request: ClientRequest, drops: Bool) throws(RequestFault) {
        try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            try ResponsesCheck(bytes, of: request, drops: drops).check()
        }
    }

    /// Other backs have to be told apart from how many log probabilities that there are to be any.
    static func inOtherWords(_ request: ClientRequest, drops: Bool) throws(RequestFault) -> ClientRequest? {
        guard request.wantsLogprobs, !request.fields.has(.logprobs) else { return nil }
        let body = request.body.withUnsafeReadableBytes { BodyRewrite.adding("\"logprobs\":true", to: $0) }
        return try ClientRequest.scan(body, front: request.front).joiningStream(request.joinsStream)
    }

    static func inOwnWords(_ fault: RequestFault) -> RequestFault { ResponsesWords.inOwnWords(fault) }

    static func relay(_ request: ClientRequest, as identity: AnswerIdentity) -> (any Answer)? {
        OpenAIRelay<ResponsesReader>(request: request, as: identity)
    }

    static func answer(to request: ClientRequest, from back: BackForm, as identity: AnswerIdentity) -> any Answer {
        let form = ResponsesForm(identity, of: request)
        return request.stream
            ? back.answer(to: request, writtenBy: ResponsesEvents(form))
            : back.answer(to: request, writtenBy: ResponsesWhole(form))
    }

    /// The last event has all of it; what it does not say, since the stream was ended from here, the events before it have said.
    static func joined(_ stream: ByteBuffer, counting usage: Usage, as identity: AnswerIdentity) -> ByteBuffer? {
        var (framing, whole, said) = (SSEFraming(), ByteBuffer?.none, SaidOutput())
        _ = framing.feed(stream) { name, data in
            // Some providers name their events within alone.
            let type = JSONValue(data.object, of: data)["type"]?.text ?? name
            guard type.equals("response.completed") || type.equals("response.incomplete"),
                let response = data.member("response", of: data.object)
            else {
                said.take(type, data)
                return true
            }
            var edits = JSONEdits()
            if let output = data.member("output", of: response), JSONValue(output, of: data).isEmpty {
                edits.replace(output, with: .bytes([0x5b] + said.takeAll() + [0x5d]))
            }
            let (start, end) = (Int(response.start), Int(response.start) + Int(response.count))
            var out = ByteBuffer()
            out.compose(atMost: end - start + edits.added) { edits.write(data, from: start, to: end, to: &$0) }
            whole = out
            return false
        }
        return whole
    }

    static var keepsAnswers: Bool { true }

    static func writeInStream(_ error: ClientError, behind events: Int, into out: inout ByteBuffer) {
        ResponsesError.writeEvent(error, behind: events, into: &out)
    }

    static func endAtLimit(
        _ request: ClientRequest, as identity: AnswerIdentity, _ usage: Usage, into out: inout ByteBuffer
    ) {
        ResponsesEvents.endAtLimit(ResponsesForm(identity, of: request), usage, behind: identity.events, into: &out)
    }
}
