import NIOCore

/// A request of a client that speaks otherwise in the words of OpenAI's chat, or of its embeddings.
///
/// What the provider takes of it is then for ``OpenAIMembers`` to say, as of every request in these words.
struct OpenAIEncoder {
    private let prompt: Prompt
    private let source: ParameterSource
    private let quirks: OpenAIQuirks
    private var out = ByteBuffer()

    /// The request in OpenAI's words.
    ///
    /// - Throws: `RequestFault` for what they do not have, by its path in the client's body.
    static func request(for request: ClientRequest, of quirks: OpenAIQuirks) throws(RequestFault) -> ClientRequest {
        let body = try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var encoder = OpenAIEncoder(
                prompt: Prompt(bytes, of: request), source: ParameterSource(bytes, of: request), quirks: quirks)
            // Arguments get backslashes.
            encoder.out.reserveCapacity(bytes.count + bytes.count / 8 + 512)
            if request.work == .embedding {
                encoder.writeEmbeddings()
            } else {
                try encoder.write(isStream: request.stream)
            }
            return encoder.out
        }
        let front = request.work == .embedding ? Front.openAIEmbeddings : .openAIChat
        return try ClientRequest.scan(body, front: front).joiningStream(request.joinsStream)
    }

    private init(prompt: Prompt, source: ParameterSource, quirks: OpenAIQuirks) {
        self.prompt = prompt
        self.source = source
        self.quirks = quirks
    }

    /// Those that have OpenAI's values.
    private static let copied: [Parameter] = [
        .logprobs, .topLogprobs, .maxTokens, .temperature, .topP, .presencePenalty, .frequencyPenalty, .stop, .seed,
    ]

    private mutating func write(isStream: Bool) throws(RequestFault) {
        out.writeStaticString("{\"model\":")
        out.writeBytes(source.bytes[source.fields[.model]])
        out.writeStaticString(",\"messages\":")
        try OpenAIPromptWriter.write(prompt, into: &out)
        if isStream { out.writeStaticString(",\"stream\":true") }
        if source.hasTools { try writeTools() }
        writeFormat()
        if let effort = source.effort {
            open(Parameter.effort.openAIName)
            out.writeQuoted(effort.rawValue)
        }
        for parameter in Self.copied {
            guard let value = source[parameter] else { continue }
            open(parameter.openAIName)
            out.writeBytes(value.raw)
        }
        for (way, name) in quirks.sampling {
            guard let value = source.sampling(way) else { continue }
            open(name)
            out.writeBytes(value.raw)
        }
        out.writeStaticString("}")
    }

    private mutating func writeEmbeddings() {
        out.writeStaticString("{\"model\":")
        out.writeBytes(source.bytes[source.fields[.model]])
        for parameter in [Parameter.input, .dimensions] {
            guard let value = source[parameter] else { continue }
            open(parameter.openAIName)
            out.writeBytes(value.raw)
        }
        out.writeStaticString("}")
    }

    private mutating func open(_ name: StaticString) {
        out.writeStaticString(",\"")
        out.writeStaticString(name)
        out.writeStaticString("\":")
    }

    private mutating func writeTools() throws(RequestFault) {
        open(Parameter.tools.openAIName)
        let isOpenAIs = source.words.toolsAreOpenAIs
        var isFirst = true
        try source.forEachTool { tool in
            out.writeStaticString(isFirst ? "[" : ",")
            isFirst = false
            tool.writeFunction(isOpenAIs: isOpenAIs, into: &out)
        }
        out.writeStaticString(isFirst ? "[]" : "]")
        writeChoice()
    }

    private mutating func writeChoice() {
        switch source.toolChoice {
        case nil, .auto, .other: break
        case .never:
            open(Parameter.toolChoice.openAIName)
            out.writeStaticString("\"none\"")
        case .required:
            open(Parameter.toolChoice.openAIName)
            out.writeStaticString("\"required\"")
        case .function(let name):
            open(Parameter.toolChoice.openAIName)
            out.writeStaticString("{\"type\":\"function\",\"function\":{\"name\":")
            out.writeBytes(name.raw)
            out.writeStaticString("}}")
        }
        guard source.callsOneAtATime ?? false else { return }
        open(Parameter.parallelToolCalls.openAIName)
        out.writeStaticString("false")
    }

    private mutating func writeFormat() {
        switch source.answerFormat {
        case nil, .text: return
        case .json:
            open(Parameter.answerFormat.openAIName)
            out.writeStaticString("{\"type\":\"json_object\"}")
        case .schema(let schema, let name, let description, let isStrict):
            open(Parameter.answerFormat.openAIName)
            out.writeStaticString("{\"type\":\"json_schema\",\"json_schema\":{\"name\":")
            // It must have one, and other dialects' schemas have none.
            if let name { out.writeBytes(name.raw) } else { out.writeStaticString("\"answer\"") }
            if let description {
                out.writeStaticString(",\"description\":")
                out.writeBytes(description.raw)
            }
            out.writeStaticString(",\"schema\":")
            out.writeBytes(schema.raw)
            out.writeStaticString(isStrict ? ",\"strict\":true}}" : "}}")
        }
    }
}
