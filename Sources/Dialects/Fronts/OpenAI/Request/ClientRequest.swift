public import NIOCore

/// A client's request, scanned once and validated; keeps the body and where its fields stand in it.
///
/// Rules of the reading: a field that Drover acts on may come once (twice is a fault, in messages and their parts too);
/// `null` means absent; fields nobody knows are kept as extras for the upstream (`top_k`, `num_ctx` …).
public final class ClientRequest: Sendable {
    /// The API by which it came.
    public let front: Front
    /// What it asks for.
    public var work: Work { front.work }
    /// The name the client asks for.
    public let model: String
    /// Whether it wants the answer as it is written; always false for embeddings.
    public let stream: Bool
    /// Whether the upstream is asked for a stream although the client gets one whole answer, so that its first token
    /// is seen when it comes; without effect on embeddings.
    public let joinsStream: Bool
    /// Whether sequences of its own may end the answer.
    var hasStops: Bool {
        fields.has(.stop)
            || body.withUnsafeReadableBytes { bytes in options.contains { bytes[$0.name].spells("stop") } }
    }
    /// Whether the upstream's answer is a stream.
    public var streamsUpstream: Bool { stream || joinsStream && work != .embedding && !isLoad }
    /// Whether a stream is to end with a chunk of token counts.
    public let includeUsage: Bool
    /// About how many tokens the prompt has: a quarter of the bytes of its text and tools, images left out; at least 1.
    public let promptTokenEstimate: Int
    /// The most tokens the answer may have.
    public let maxTokens: Int?
    /// Tokens of context it asks for (`num_ctx`, or in `options`); at least 1.
    public let context: Int?
    /// LiteLLM's `timeout`, in seconds; above zero.
    public let timeoutSeconds: Double?
    /// LiteLLM's `num_retries`; zero or more.
    public let numRetries: Int?
    /// LiteLLM's `drop_params`.
    public let dropParams: Bool?
    /// What it says about where it may go.
    public let wishes: RoutingWishes

    /// A field of the body that Drover does not know, or a member of Ollama's `options`.
    struct Extra: Sendable {
        /// Without quotes.
        let name: JSONSlice
        let value: JSONSlice
    }

    let body: ByteBuffer
    let fields: Parameters
    let extras: [Extra]
    let options: [Extra]
    /// Whether every message has just a role that Ollama knows and a string as content, so that they go as they are.
    let hasPlainMessages: Bool
    /// Whether a call among its messages comes without arguments, or with a string that says nothing in their place.
    let hasBlankArguments: Bool
    /// Whether tools are among its own that are neither functions nor OpenAI's `custom`, which nobody is sent.
    let hasForeignTools: Bool
    /// Whether tools are among its own whose input is text and not JSON (`custom`), which OpenAI's models alone are sent.
    let hasCustomTools: Bool
    /// Whether it says in so many words that the answer has no limit (`max_tokens: -1`).
    let asksNoLimit: Bool
    /// Whether it has no messages, no prompt, or no input, and so only asks a box to load, or unload, the model.
    public let isLoad: Bool

    /// Reads and validates a body.
    ///
    /// - Parameters:
    ///   - body: the whole body; kept, not copied.
    ///   - front: the API by which it came.
    /// - Throws: `RequestFault` naming the field.
    public static func scan(_ body: ByteBuffer, front: Front) throws(RequestFault) -> ClientRequest {
        try front.api.scan(body, as: front)
    }

    /// The same for a model that is named beside the body, and counts before one that the body names.
    public static func scan(_ body: ByteBuffer, front: Front, model: String?) throws(RequestFault) -> ClientRequest {
        guard let model else { return try scan(body, front: front) }
        let named: ClientRequest
        do {
            named = try scan(body, front: front)
        } catch {
            guard error.param == "model", let whole = body.naming(model) else { throw error }
            return try scan(whole, front: front)
        }
        guard named.model != model else { return named }
        return try scan(named.renamed(model), front: front)
    }

    /// Its body, asking for another model.
    private func renamed(_ model: String) -> ByteBuffer {
        body.withUnsafeReadableBytes { bytes in
            var edits = JSONEdits()
            edits.replace(fields[.model], with: .bytes(JSONText.string(model).bytes))
            var out = ByteBuffer()
            out.compose(atMost: bytes.count + edits.added) { edits.write(bytes, from: 0, to: bytes.count, to: &$0) }
            return out
        }
    }

    /// Of OpenAI's APIs.
    init(_ scan: borrowing RequestScan, body: ByteBuffer, model: String) {
        front = scan.front
        self.model = model
        stream = scan.stream && scan.front.work != .embedding
        includeUsage = scan.includeUsage
        promptTokenEstimate = max(1, scan.promptBytes / 4)
        let limit = scan.maxCompletionTokens ?? scan.maxTokens
        maxTokens = limit == -1 ? nil : limit
        asksNoLimit = limit == -1
        context = scan.context
        timeoutSeconds = scan.timeoutSeconds
        numRetries = scan.numRetries
        dropParams = scan.dropParams
        // Most have none of these, and a look is cheaper than a copy.
        wishes = scan.wishes.saysNothing ? RoutingWishes() : scan.wishes
        self.body = body
        fields = scan.fields
        extras = scan.extras.isEmpty ? [] : scan.extras
        options = scan.options.isEmpty ? [] : scan.options
        hasPlainMessages = scan.hasPlainMessages
        hasBlankArguments = scan.hasBlankArguments
        hasForeignTools = scan.hasForeignTools
        hasCustomTools = scan.hasCustomTools
        isLoad = false
        joinsStream = false
    }

    /// Of Ollama's own API, which has no fields for routing.
    init(_ scan: borrowing OllamaScan, front: Front, body: ByteBuffer, model: String) {
        self.front = front
        self.model = model
        stream = scan.stream
        includeUsage = false
        promptTokenEstimate = max(1, scan.promptBytes / 4)
        maxTokens = scan.maxTokens
        asksNoLimit = false
        hasForeignTools = scan.hasForeignTools
        hasCustomTools = false
        context = scan.context
        timeoutSeconds = nil
        numRetries = nil
        dropParams = nil
        wishes = .none
        self.body = body
        fields = scan.fields
        extras = []
        options = scan.options
        hasPlainMessages = false
        hasBlankArguments = false
        isLoad = scan.isLoad
        joinsStream = false
    }

    /// Of Anthropic's API, whose clients cannot know what stands behind it: what a back has no words for is left out.
    init(_ scan: borrowing AnthropicScan, front: Front, body: ByteBuffer, model: String) {
        self.front = front
        self.model = model
        stream = scan.stream
        includeUsage = false
        promptTokenEstimate = scan.promptTokenEstimate
        maxTokens = scan.maxTokens
        asksNoLimit = false
        hasForeignTools = scan.hasForeignTools
        hasCustomTools = false
        context = nil
        timeoutSeconds = nil
        numRetries = nil
        dropParams = true
        wishes = .none
        self.body = body
        fields = scan.fields
        extras = scan.extras
        options = []
        hasPlainMessages = false
        hasBlankArguments = false
        isLoad = false
        joinsStream = false
    }

    /// Another request, but for `joinsStream`.
    private init(_ other: ClientRequest, joinsStream: Bool) {
        front = other.front
        model = other.model
        stream = other.stream
        includeUsage = other.includeUsage
        promptTokenEstimate = other.promptTokenEstimate
        maxTokens = other.maxTokens
        context = other.context
        timeoutSeconds = other.timeoutSeconds
        numRetries = other.numRetries
        dropParams = other.dropParams
        wishes = other.wishes
        body = other.body
        fields = other.fields
        extras = other.extras
        options = other.options
        hasPlainMessages = other.hasPlainMessages
        hasBlankArguments = other.hasBlankArguments
        hasForeignTools = other.hasForeignTools
        hasCustomTools = other.hasCustomTools
        asksNoLimit = other.asksNoLimit
        isLoad = other.isLoad
        self.joinsStream = joinsStream
    }

    /// The same request, its answer streamed by the upstream and joined here, or not.
    public func joiningStream(_ joins: Bool) -> ClientRequest {
        joins == joinsStream ? self : ClientRequest(self, joinsStream: joins)
    }

    /// The answer to a load of a model that nobody loads; nil where this is none.
    public func answerToLoad(unixSeconds: Int) -> ByteBuffer? {
        isLoad ? front.api.answerToLoad(self, unixSeconds: unixSeconds) : nil
    }

    /// Bytes of its body.
    public var bodyBytes: Int { body.readableBytes }

    /// The inside of the JSON string that holds the model's name, as the client wrote it: a slice that shares the body's
    /// memory.
    var rawModel: ByteBuffer {
        guard fields.has(.model) else { return ByteBuffer() }
        let name = fields[.model].unquoted
        return body.getSlice(at: body.readerIndex + Int(name.start), length: Int(name.count)) ?? ByteBuffer()
    }

    /// Whether the model may call tools.
    public var mayCallTools: Bool { fields.has(.tools) }

    /// Whether it says that the model is to think.
    public var asksToThink: Bool {
        let said = fields.present & Parameter.bits([.effort, .reasoning, .think])
        guard said != 0 else { return false }
        return body.withUnsafeReadableBytes { bytes in
            [Parameter.effort, .reasoning, .think].contains { parameter in
                fields.has(parameter) && !bytes[fields[parameter]].equals("false")
                    && !parameter.asksNothing(bytes[fields[parameter]])
            }
        }
    }

    /// Whether it may say how much the model is to think.
    var mayAskToThink: Bool {
        fields.present & Parameter.bits([.effort, .reasoning, .think]) != 0 || !extras.isEmpty
    }

    /// The names of fields that the gateway does not act on, as the client wrote them: they go on where an upstream may know
    /// them.
    public var unknownFields: [String] {
        // Those of other routes are for the upstream to know.
        guard front.dialect == .openAI, front != .openAIResponses else { return [] }
        return body.withUnsafeReadableBytes { bytes in
            var names: [String] = []
            bytes.forEachMember(of: bytes.object) { name, _ in
                let raw = bytes[name]
                let parameter = Parameter.named(raw)
                let isRead =
                    parameter == .ignored ? Parameter.isWish(raw) : parameter != nil || BoxOption.isKnown(raw)
                if !isRead { names.append(JSONString.decode(raw)) }
            }
            return names
        }
    }

    /// Whether vectors are wanted as base64.
    var wantsBase64: Bool {
        guard fields.has(.encodingFormat) else { return false }
        return body.withUnsafeReadableBytes { $0[fields[.encodingFormat]].equals("\"base64\"") }
    }
}

extension ByteBuffer {
    /// An object with the model's name before its members, of which one that is null goes; nil for what is no object.
    fileprivate func naming(_ model: String) -> ByteBuffer? {
        withUnsafeReadableBytes { bytes in
            var scanner = JSONScanner(bytes)
            guard scanner.skipSpace(), scanner.byte == 0x7b, let whole = scanner.takeValue(depth: 0), scanner.atEnd()
            else { return nil }
            var edits = JSONEdits()
            let kept = edits.editMembers(of: whole, in: bytes) { _, name, value in
                !(bytes[name].equals("model") && bytes[value].equals("null"))
            }
            var out = ByteBuffer(string: "{\"model\":")
            out.writeBytes(JSONText.string(model).bytes)
            if kept > 0 { out.writeStaticString(",") }
            out.compose(atMost: bytes.count) {
                edits.write(bytes, from: Int(whole.start) + 1, to: bytes.count, to: &$0)
            }
            return out
        }
    }
}
