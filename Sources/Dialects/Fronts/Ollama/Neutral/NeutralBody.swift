import NIOCore

/// A request of Ollama's API in the words that every back but Ollama's reads: those of OpenAI's chat.
///
/// It is scanned again like a client's own, so that a back meets nothing in it which it would not meet there. Options
/// that tune a box (`keep_alive`, `num_ctx`, `truncate` …) stay here.
struct NeutralBody {
    private let bytes: UnsafeRawBufferPointer
    private let fields: RequestFields
    private let options: [ClientRequest.Extra]
    private var out: ByteBuffer

    /// The request in neutral words.
    ///
    /// - Parameter sampling: the ways of sampling beside OpenAI's that the back takes, and what it calls them.
    /// - Throws: `RequestFault` for what has no neutral words, by its path in the client's body.
    static func request(
        for request: ClientRequest, keeping sampling: [SamplingName]
    ) throws(RequestFault) -> ClientRequest {
        let body = try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var body = NeutralBody(bytes, request)
            try body.write(request, sampling)
            return body.out
        }
        var neutral = try ClientRequest.scan(body, front: .openAIChat)
        neutral.joinsStream = request.joinsStream
        return neutral
    }

    private init(_ bytes: UnsafeRawBufferPointer, _ request: ClientRequest) {
        self.bytes = bytes
        fields = request.fields
        options = request.options
        out = ByteBuffer()
        // Arguments get backslashes.
        out.reserveCapacity(bytes.count + bytes.count / 8 + 512)
    }

    private mutating func write(
        _ request: ClientRequest, _ sampling: [SamplingName]
    ) throws(RequestFault) {
        out.writeStaticString("{\"model\":")
        out.writeBytes(bytes[fields[.model]])
        out.writeStaticString(",\"messages\":")
        if fields.has(.messages) {
            var messages = NeutralMessages(bytes)
            try messages.write(fields[.messages], into: &out)
        } else {
            out.writeStaticString("[]")
        }
        if request.stream { out.writeStaticString(",\"stream\":true") }
        if fields.has(.tools), !bytes.isEmptyContainer(fields[.tools]) { try writeTools() }
        if fields.has(.format) { writeFormat() }
        if fields.has(.think) { writeEffort() }
        copy(.logprobs, "logprobs")
        copy(.topLogprobs, "top_logprobs")
        writeOptions(request, sampling)
        out.writeStaticString("}")
    }

    private mutating func writeTools() throws(RequestFault) {
        out.writeStaticString(",\"tools\":[")
        var number = 0
        var functions: [JSONSlice] = []
        try bytes.forEachElement(of: fields[.tools]) { tool throws(RequestFault) in
            guard let function = bytes.goMember("function", of: tool) else {
                throw .at("tools[\(number)].function", "is missing; only functions can be called")
            }
            functions.append(function)
            number += 1
        }
        for (index, function) in functions.enumerated() {
            out.writeStaticString(
                index > 0 ? ",{\"type\":\"function\",\"function\":" : "{\"type\":\"function\",\"function\":")
            out.writeBytes(bytes[function])
            out.writeStaticString("}")
        }
        out.writeStaticString("]")
    }

    private mutating func writeFormat() {
        let format = bytes[fields[.format]]
        if format[0] == 0x22 {
            out.writeStaticString(",\"response_format\":{\"type\":\"json_object\"}")
        } else {
            // Ollama's schemas have no name, and OpenAI's must.
            out.writeStaticString(
                ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"schema\":")
            out.writeBytes(format)
            out.writeStaticString("}}")
        }
    }

    private mutating func writeEffort() {
        let think = bytes[fields[.think]]
        out.writeStaticString(",\"reasoning_effort\":")
        switch think[0] {
        case 0x74: out.writeStaticString("\"medium\"")
        case 0x66: out.writeStaticString("\"none\"")
        default: out.writeBytes(think)
        }
    }

    private mutating func writeOptions(_ request: ClientRequest, _ sampling: [SamplingName]) {
        if let limit = request.maxTokens { writeNumber("max_tokens", limit) }
        for option in options {
            let value = bytes[option.value]
            switch JSONString.decode(bytes[option.name]) {
            case "temperature": write("temperature", value)
            case "top_p": write("top_p", value)
            case "presence_penalty": write("presence_penalty", value)
            case "frequency_penalty": write("frequency_penalty", value)
            case "stop": if !bytes.isEmptyContainer(option.value) { write("stop", value) }
            // Below zero it is drawn, as it is where nothing is said.
            case "seed": if let seed = OllamaOption.integer(value), seed >= 0 { writeNumber("seed", seed) }
            case "top_k":
                guard let name = Self.name("top_k", sampling) else { continue }
                // Zero and below is no limit.
                if let count = OllamaOption.integer(value), count > 0 { writeNumber(name, count) }
            case "min_p": if let name = Self.name("min_p", sampling) { write(name, value) }
            case "repeat_penalty": if let name = Self.name("repeat_penalty", sampling) { write(name, value) }
            default: continue
            }
        }
    }

    private static func name(_ option: StaticString, _ sampling: [SamplingName]) -> StaticString? {
        sampling.first { "\($0.option)" == "\(option)" }?.name
    }

    private mutating func copy(_ field: RequestField, _ name: StaticString) {
        if fields.has(field) { write(name, bytes[fields[field]]) }
    }

    private mutating func writeNumber(_ name: StaticString, _ value: Int) {
        writeName(name)
        out.writeDecimal(value)
    }

    private mutating func write(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        writeName(name)
        out.writeBytes(value)
    }

    private mutating func writeName(_ name: StaticString) {
        out.writeStaticString(",\"")
        out.writeStaticString(name)
        out.writeStaticString("\":")
    }
}
