import NIOCore

/// Writes what stands behind the messages: tools, `generationConfig`, and what the API takes beside them.
struct GeminiEncoder {
    let parameters: LayeredParameters
    let target: GeminiTarget
    let work: Work
    /// Whether what this upstream cannot do is left out silently.
    let drops: Bool
    /// Members of `generationConfig` that have been written: the first one of a name wins.
    private var config: Set<String> = []
    /// The same for the members beside `contents`.
    private var top: Set<String> = []

    init(parameters: LayeredParameters, target: GeminiTarget, work: Work, drops: Bool) {
        self.parameters = parameters
        self.target = target
        self.work = work
        self.drops = drops
    }

    /// Everything but contents and tools.
    mutating func writeParameters(into out: inout ByteBuffer) throws(RequestFault) {
        writeSampling(into: &out)
        writeFormat(into: &out)
        writeLogprobs(into: &out)
        if let modalities = parameters[.modalities]?.raw { writeModalities(modalities, into: &out) }
        if target.model.thinks, let thinking = parameters.first({ GeminiThinking($0, for: target.model) }) {
            put("thinkingConfig", into: &out) { thinking.write(into: &$0) }
        }
        writeGenerationExtras(into: &out)
        if !config.isEmpty { out.writeInteger(0x7d as UInt8) }
        writeTopExtras(into: &out)
    }

    private mutating func writeSampling(into out: inout ByteBuffer) {
        copy(parameters[.temperature], "temperature", into: &out)
        copy(parameters[.topP], "topP", into: &out)
        let limit = parameters.first {
            $0[.maxTokens] ?? $0.extra("max_output_tokens", "maxOutputTokens")
        }
        copy(limit, "maxOutputTokens", into: &out)
        if let stop = parameters[.stop]?.raw {
            put("stopSequences", into: &out) { out in
                // It takes only an array where OpenAI takes a string too.
                out.writeStaticString("[")
                if stop.first == 0x22 { out.writeBytes(stop) }
                var count = 0
                JSONValue(stop).forEachElement { sequence in
                    if count > 0, count < Self.mostStops { out.writeStaticString(",") }
                    if count < Self.mostStops { out.writeBytes(sequence.raw) }
                    count += 1
                }
                out.writeStaticString("]")
            }
        }
        copy(parameters[.seed], "seed", into: &out)
        guard !target.model.isThirdGeneration else { return }
        copy(parameters[.presencePenalty], "presencePenalty", into: &out)
        copy(parameters[.frequencyPenalty], "frequencyPenalty", into: &out)
    }

    /// The schema goes as JSON Schema, byte for byte: `responseSchema`, OpenAPI's subset, would refuse half of it.
    private mutating func writeFormat(into out: inout ByteBuffer) {
        let format = parameters.answerFormat
        switch format {
        case nil, .text: return
        case .json, .schema: put("responseMimeType", into: &out) { $0.writeStaticString("\"application/json\"") }
        }
        copy(format?.schema, "responseJsonSchema", into: &out)
    }

    private mutating func writeLogprobs(into out: inout ByteBuffer) {
        guard let wanted = parameters[.logprobs], !wanted.isFalse else { return }
        put("responseLogprobs", into: &out) { $0.writeStaticString("true") }
        // Completions have the number of alternatives here, chats beside it.
        let alternatives = wanted.isTrue ? parameters[.topLogprobs] : wanted
        guard let alternatives, !alternatives.raw.equals("0") else { return }
        copy(alternatives, "logprobs", into: &out)
    }

    private mutating func writeModalities(_ list: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard list.first == 0x5b, list.hasElement("\"image\"", in: list.whole) else { return }
        let hasText = list.hasElement("\"text\"", in: list.whole)
        put("responseModalities", into: &out) {
            $0.writeStaticString(hasText ? "[\"TEXT\",\"IMAGE\"]" : "[\"IMAGE\"]")
        }
    }

    private mutating func writeGenerationExtras(into out: inout ByteBuffer) {
        var own: [(name: String, value: JSONValue)] = []
        if let count = parameters.request.sampling(.topK) { own.append(("topK", count)) }
        parameters.forEachExtra { name, value in
            switch GeminiExtra(name) {
            case .generation(let known): own.append(("\(known)", value))
            case .generationConfig: value.forEachMember { own.append((JSONString.decode($0), $1)) }
            default: break
            }
        }
        for (name, value) in own { put(name, into: &out) { $0.writeBytes(value.raw) } }
    }

    private mutating func writeTopExtras(into out: inout ByteBuffer) {
        var own: [(name: String, value: JSONValue)] = []
        parameters.forEachExtra { name, value in
            switch GeminiExtra(name) {
            case .top(let known): own.append(("\(known)", value))
            case .other: own.append((JSONString.decode(name), value))
            default: break
            }
        }
        for (name, value) in own where claim(name) {
            out.writeStaticString(",")
            out.writeQuoted(name)
            out.writeStaticString(":")
            out.writeBytes(value.raw)
        }
    }

    /// Whether nothing of this name stands beside `contents` yet.
    mutating func claim(_ name: String) -> Bool {
        top.insert(name).inserted
    }

    private mutating func copy(_ value: JSONValue?, _ name: String, into out: inout ByteBuffer) {
        guard let value else { return }
        put(name, into: &out) { $0.writeBytes(value.raw) }
    }

    /// A member of `generationConfig`, which is opened by its first one.
    private mutating func put(_ name: String, into out: inout ByteBuffer, _ write: (inout ByteBuffer) -> Void) {
        guard !config.contains(name) else { return }
        out.writeStaticString(config.isEmpty ? ",\"generationConfig\":{" : ",")
        config.insert(name)
        out.writeQuoted(name)
        out.writeStaticString(":")
        write(&out)
    }

    /// One request for each text, all with the same parameters.
    mutating func writeEmbeddings(of input: JSONSlice, into out: inout ByteBuffer) {
        var rest = ByteBuffer()
        if let dimensions = parameters[.dimensions], claim("outputDimensionality") {
            rest.writeStaticString(",\"outputDimensionality\":")
            rest.writeBytes(dimensions.raw)
        }
        writeTopExtras(into: &rest)
        let bytes = parameters.request.bytes
        var isFirst = true
        func write(_ text: JSONSlice) {
            out.writeStaticString(isFirst ? "{\"model\":" : ",{\"model\":")
            isFirst = false
            out.writeBytes(target.quotedModel)
            out.writeStaticString(",\"content\":{\"parts\":[{\"text\":")
            out.writeBytes(bytes[text])
            out.writeStaticString("}]}")
            out.writeImmutableBuffer(rest)
            out.writeStaticString("}")
        }
        if bytes[input][0] == 0x5b { bytes.forEachElement(of: input, write) } else { write(input) }
        out.writeStaticString("]")
    }
}
