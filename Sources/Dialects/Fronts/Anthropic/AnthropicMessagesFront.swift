import NIOCore

/// `/v1/messages` as Anthropic has it.
enum AnthropicMessagesFront: FrontAPI {
    static var work: Work { .chat }
    static var dialect: Dialect { .anthropic }
    /// The second is LiteLLM's, for clients whose base URL ends in `/anthropic`.
    static var paths: [StaticString] { ["/v1/messages", "/anthropic/v1/messages"] }
    static var prompt: Parameter { .messages }

    static func contentType(isStream: Bool) -> StaticString {
        isStream ? "text/event-stream; charset=utf-8" : "application/json"
    }

    static func scan(_ body: ByteBuffer, as front: Front) throws(RequestFault) -> ClientRequest {
        try body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var scan = AnthropicScan(bytes)
            try scan.readBody()
            guard scan.maxTokens != nil else {
                throw .at("max_tokens", "is missing: it says how many tokens the answer may have at most")
            }
            return ClientRequest(
                scan, front: front, body: body, model: JSONString.decode(bytes[scan.fields[.model].unquoted]))
        }
    }

    /// Anthropic takes no budget for thinking that is not below the limit, nor one under 1,024 tokens.
    static func limitingAnswer(of request: ClientRequest, to tokens: Int) -> ByteBuffer {
        request.body.withUnsafeReadableBytes { bytes in
            let budget = JSONValue(bytes.object, of: bytes)["thinking"]?["budget_tokens"]
            let isTooLarge = budget.flatMap { JSONNumber.integer($0.raw) }.map { $0 >= tokens } ?? false
            let canThink = tokens > 1_024
            let left = isTooLarge && !canThink ? ["max_tokens", "thinking"] : ["max_tokens"]
            let limited = BodyRewrite.setting("max_tokens", to: tokens, without: left, in: bytes)
            guard isTooLarge, canThink else { return limited }
            return limited.withUnsafeReadableBytes {
                BodyRewrite.setting("budget_tokens", to: tokens - 1, inside: "thinking", of: $0)
            }
        }
    }

    static var words: any RequestWords.Type { AnthropicWords.self }

    static func checkTranslatable(_ request: ClientRequest, drops: Bool) throws(RequestFault) {}

    /// A back names a choice in OpenAI's words.
    static func inOwnWords(_ fault: RequestFault) -> RequestFault {
        guard let path = fault.param, path == "tool_choice.function.name" else { return fault }
        return RequestFault(fault.message.replacing("`\(path)`", with: "`tool_choice.name`"), param: "tool_choice.name")
    }

    static var relaysForeignTools: Bool { true }

    /// Anthropic's own tools bear the name of a version, which a client's have not. A choice is none of either, and stays where it names
    /// no tool.
    static func isFunction(_ tool: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Bool {
        guard let type = bytes.member("type", of: tool), bytes[type][0] == 0x22 else { return true }
        let word = bytes[type.unquoted]
        return ["custom", "auto", "any", "none"].contains { (name: StaticString) in word.spells(name) }
    }

    /// The source says what it is.
    static func put(
        _ picture: FetchedPicture, at address: JSONSlice, in bytes: UnsafeRawBufferPointer, _ edits: inout JSONEdits
    ) {
        guard let source = bytes.object(around: address) else { return }
        let start = "{\"type\":\"base64\",\"media_type\":\"\(picture.type.mediaType)\",\"data\":\""
        edits.replace(source, with: .bytes(Array(start.utf8) + picture.base64 + Array("\"}".utf8)))
    }

    /// An answer that was streamed to be joined has to be put together.
    static func relay(_ request: ClientRequest, as identity: AnswerIdentity) -> (any Answer)? {
        request.stream == request.streamsUpstream
            ? AnthropicRelay(isStream: request.stream, model: identity.model) : nil
    }

    static func answer(to request: ClientRequest, from back: BackForm, as identity: AnswerIdentity) -> any Answer {
        request.stream
            ? back.answer(
                to: request, writtenBy: AnthropicEvents(identity, promptEstimate: request.promptTokenEstimate))
            : back.answer(to: request, writtenBy: AnthropicWhole(identity))
    }

    static func joined(_ stream: ByteBuffer, counting usage: Usage, as identity: AnswerIdentity) -> ByteBuffer? {
        EventAnswer<AnthropicReader, SSEFraming, AnthropicWhole>
            .whole(of: stream, work, writtenBy: AnthropicWhole(identity))
    }

    static func write(_ error: ClientError, into out: inout ByteBuffer) { AnthropicError.write(error, into: &out) }

    static func writeInStream(_ error: ClientError, behind events: Int, into out: inout ByteBuffer) {
        AnthropicError.writeEvent(error, into: &out)
    }

    static func endAtLimit(
        _ request: ClientRequest, as identity: AnswerIdentity, _ usage: Usage, into out: inout ByteBuffer
    ) {
        AnthropicEvents.endAtLimit(usage, into: &out)
    }

    static func comment(_ words: StaticString, into out: inout ByteBuffer) { out.writeComment(words) }

    static var pieceEnd: StaticString { "\n\n" }

    static func status(of error: ClientError, usually status: Int) -> Int {
        AnthropicError.status(of: error, usually: status)
    }

    /// An event that its clients know and pass over.
    static var keepAlive: StaticString? { AnthropicEvents.ping }

    static func unknownModel(_ name: Substring) -> String { "model: \(name)" }
}
