import NIOCore

/// Writes one request's body behind the target's head (which ends with the model) and before the closing brace.
struct OllamaEncoder {
    let bytes: UnsafeRawBufferPointer
    let fields: RequestFields
    let extras: [ClientRequest.Extra]
    let options: [ClientRequest.Extra]
    let target: OllamaTarget
    let isStream: Bool
    let hasPlainMessages: Bool
    /// Whether what this upstream cannot do is left out silently.
    let drops: Bool

    @inline(__always)
    init(bytes: UnsafeRawBufferPointer, request: borrowing ClientRequest, target: borrowing UpstreamTarget) {
        self.bytes = bytes
        fields = request.fields
        extras = request.extras
        options = request.options
        self.target = target.ollama
        isStream = request.stream
        hasPlainMessages = request.hasPlainMessages
        drops = request.dropParams ?? target.dropParams
    }

    private static let unsupportedInChat = bits([
        .n, .logitBias, .modalities, .audio, .webSearchOptions, .functions, .functionCall,
    ])
    private static let unsupportedInGenerate = bits([.n, .bestOf, .echo, .logitBias])

    private static func bits(_ fields: [RequestField]) -> UInt64 { fields.reduce(0) { $0 | $1.bit } }

    func writeChat(into out: inout ByteBuffer) throws(RequestFault) {
        try refuse(Self.unsupportedInChat)
        out.writeStaticString(",\"messages\":")
        if hasPlainMessages {
            write(fields[.messages], into: &out)
        } else {
            try OllamaMessages.write(fields[.messages], of: bytes, into: &out)
        }
        writeStream(into: &out)
        if fields.has(.tools) { try writeTools(into: &out) }
        writeShared(into: &out)
        copy(.logprobs, "logprobs", into: &out)
        copy(.topLogprobs, "top_logprobs", into: &out)
        writeOptions(into: &out)
    }

    func writeGenerate(into out: inout ByteBuffer) throws(RequestFault) {
        try refuse(Self.unsupportedInGenerate)
        copy(.prompt, "prompt", into: &out)
        copy(.suffix, "suffix", into: &out)
        writeStream(into: &out)
        copy(.raw, "raw", into: &out)
        copy(.system, "system", into: &out)
        copy(.template, "template", into: &out)
        writeShared(into: &out)
        if fields.has(.logprobs) {
            let value = bytes[fields[.logprobs]]
            if value[0] == 0x74 || value[0] == 0x66 {
                copy(.logprobs, "logprobs", into: &out)
            } else {
                // OpenAI's old form: the number of alternatives.
                out.writeStaticString(",\"logprobs\":true")
                copy(.logprobs, "top_logprobs", into: &out)
            }
        }
        writeOptions(into: &out)
    }

    func writeEmbed(into out: inout ByteBuffer) throws(RequestFault) {
        copy(.input, "input", into: &out)
        copy(.dimensions, "dimensions", into: &out)
        copy(.truncate, "truncate", into: &out)
        copy(.keepAlive, "keep_alive", into: &out)
        writeTopDefaults(into: &out)
        writeOptions(into: &out)
    }

    // Ollama streams unless told not to, so it is always said.
    private func writeStream(into out: inout ByteBuffer) {
        if isStream {
            out.writeStaticString(",\"stream\":true")
        } else {
            out.writeStaticString(",\"stream\":false")
        }
    }

    /// What chat and generate have alike beside `options`.
    private func writeShared(into out: inout ByteBuffer) {
        if fields.has(.format) {
            copy(.format, "format", into: &out)
        } else if fields.has(.responseFormat) {
            writeFormat(into: &out)
        }
        if fields.present & OllamaParameter.thinkFields != 0 { writeThink(into: &out) }
        copy(.keepAlive, "keep_alive", into: &out)
        copy(.truncate, "truncate", into: &out)
        copy(.shift, "shift", into: &out)
        writeTopDefaults(into: &out)
    }

    private func writeTopDefaults(into out: inout ByteBuffer) {
        for parameter in target.top where fields.present & parameter.overriddenBy == 0 {
            out.writeInteger(0x2c as UInt8)
            out.writeBytes(parameter.member)
        }
    }

    private func writeFormat(into out: inout ByteBuffer) {
        let format = fields[.responseFormat]
        if let schema = bytes.member("json_schema", of: format).flatMap({ bytes.member("schema", of: $0) }) {
            out.writeStaticString(",\"format\":")
            write(schema, into: &out)
        } else if let type = bytes.member("type", of: format), bytes[type].equals("\"json_object\"") {
            out.writeStaticString(",\"format\":\"json\"")
        }
    }

    private func writeThink(into out: inout ByteBuffer) {
        if fields.has(.think) { return copy(.think, "think", into: &out) }
        let effort =
            fields.has(.reasoningEffort)
            ? ReasoningEffort(bytes[fields[.reasoningEffort]])
            : bytes.member("effort", of: fields[.reasoning]).flatMap { ReasoningEffort(bytes[$0]) }
        guard let effort else { return }
        out.writeStaticString(",\"think\":")
        out.writeStaticString(effort.ollama(inWords: target.thinksInWords))
    }

    /// Copies a field's value, if there is one, under a name.
    @inline(__always)
    private func copy(_ field: RequestField, _ name: StaticString, into out: inout ByteBuffer) {
        guard fields.has(field) else { return }
        out.writeStaticString(",\"")
        out.writeStaticString(name)
        out.writeStaticString("\":")
        write(fields[field], into: &out)
    }

    @inline(__always)
    func write(_ slice: JSONSlice, into out: inout ByteBuffer) { out.writeBytes(bytes[slice]) }

    /// Refuses those of the fields that are given, ask for something, and cannot be had from Ollama.
    private func refuse(_ unsupported: UInt64) throws(RequestFault) {
        guard fields.present & unsupported != 0, !drops else { return }
        for field in RequestField.allCases where unsupported & field.bit != 0 && fields.has(field) {
            let value = bytes[fields[field]]
            let asksNothing =
                switch field {
                case .n, .bestOf: value.equals("1")
                case .echo: value.equals("false")
                case .logitBias, .audio: bytes.isEmptyContainer(fields[field])
                case .functions: bytes.isEmptyContainer(fields[field])
                case .functionCall: value.equals("\"none\"") || value.equals("\"auto\"")
                case .modalities: !bytes.hasElement("\"audio\"", in: fields[field])
                default: false
                }
            if !asksNothing { throw refusal(field, advice(field)) }
        }
    }

    /// A 400 that says how to have the field ignored instead.
    func refusal(_ field: RequestField, _ advice: String) -> RequestFault {
        RequestFault(
            "Ollama does not support `\(field.name)`: \(advice), or set `drop_params: true` to have it ignored",
            param: "\(field.name)")
    }

    private func advice(_ field: RequestField) -> String {
        switch field {
        case .n, .bestOf: "send one request for each answer"
        case .functions, .functionCall: "use `tools` and `tool_choice`"
        case .audio, .modalities: "ask for text"
        default: "leave it out"
        }
    }
}
