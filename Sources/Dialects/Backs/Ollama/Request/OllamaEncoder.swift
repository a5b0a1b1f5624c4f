/// Writes one request's body behind the target's head (which ends with the model) and before the closing brace.
///
/// What it writes beside the messages is never longer than those parts of the client's body, the target's defaults and
/// `keysRoom` together.
struct OllamaEncoder {
    let bytes: UnsafeRawBufferPointer
    private let words: any RequestWords.Type
    let fields: Parameters
    let extras: [ClientRequest.Extra]
    let options: [ClientRequest.Extra]
    let target: OllamaTarget
    let isStream: Bool
    /// Whether what this upstream cannot do is left out silently.
    let drops: Bool
    /// Whether the model is known not to think.
    private let lacksThinking: Bool
    /// Whether then the client's wish that it does is left out.
    private var dropsThinking: Bool { drops && lacksThinking }
    let load: LoadTerms
    /// Whether the client's load-time options are left out.
    let holdsLoad: Bool

    @inline(__always)
    init(
        bytes: UnsafeRawBufferPointer, request: ClientRequest, target: OllamaTarget,
        _ terms: EncodingTerms
    ) {
        self.bytes = bytes
        words = request.front.api.words
        fields = target.fields(of: request, in: bytes)
        extras = request.extras
        options = request.options
        self.target = target
        isStream = request.streamsUpstream
        drops = terms.drops
        lacksThinking = terms.listing.lacksThinking
        load = terms.load
        holdsLoad = load != .asRequested
    }

    /// For what is rare.
    var source: ParameterSource {
        ParameterSource(bytes, in: words, fields: fields, extras: extras, options: options)
    }

    /// Names and brackets that the client's body has in a shorter form, or not at all.
    static let keysRoom = 1024

    private static let unsupportedInChat = Parameter.bits([
        .n, .logitBias, .modalities, .audio, .webSearch, .functions, .functionCall,
    ])
    private static let unsupportedInGenerate = Parameter.bits([.n, .bestOf, .echo, .logitBias])

    /// Everything behind the messages.
    ///
    /// - Parameter schema: the answer's, where it has to be a call; nil: the request's own word counts.
    func writeChat(heldTo schema: [UInt8]?, to out: inout ByteWriter) throws(RequestFault) {
        writeStream(to: &out)
        if fields.has(.tools) { try writeTools(to: &out) }
        writeShared(heldTo: schema, to: &out)
        copy(.logprobs, "logprobs", to: &out)
        copy(.topLogprobs, "top_logprobs", to: &out)
        writeOptions(to: &out)
    }

    func refuseInChat() throws(RequestFault) { try refuse(Self.unsupportedInChat) }

    func refuseInGenerate() throws(RequestFault) { try refuse(Self.unsupportedInGenerate) }

    func writeGenerate(to out: inout ByteWriter) {
        copy(.prompt, "prompt", to: &out)
        copy(.suffix, "suffix", to: &out)
        writeStream(to: &out)
        copy(.raw, "raw", to: &out)
        copy(.system, "system", to: &out)
        copy(.template, "template", to: &out)
        writeShared(heldTo: nil, to: &out)
        if fields.has(.logprobs) {
            let value = bytes[fields[.logprobs]]
            if value[0] == 0x74 || value[0] == 0x66 {
                copy(.logprobs, "logprobs", to: &out)
            } else {
                // OpenAI's old form: the number of alternatives.
                out.write(",\"logprobs\":true")
                copy(.logprobs, "top_logprobs", to: &out)
            }
        }
        writeOptions(to: &out)
    }

    func writeEmbed(isLoad: Bool, to out: inout ByteWriter) {
        if isLoad { copy(.input, "input", to: &out) } else { writeInput(to: &out) }
        copy(.dimensions, "dimensions", to: &out)
        copy(.truncate, "truncate", to: &out)
        copy(.keepAlive, "keep_alive", to: &out)
        writeTopExtras(to: &out)
        writeTopDefaults(to: &out)
        writeOptions(to: &out)
    }

    // Ollama streams unless told not to, so it is always said.
    private func writeStream(to out: inout ByteWriter) {
        if isStream {
            out.write(",\"stream\":true")
        } else {
            out.write(",\"stream\":false")
        }
    }

    /// What chat and generate have alike beside `options`.
    private func writeShared(heldTo schema: [UInt8]?, to out: inout ByteWriter) {
        if let schema {
            out.write(",\"format\":")
            out.write(schema)
        } else if fields.has(.format) {
            copy(.format, "format", to: &out)
        } else if fields.has(.answerFormat) {
            writeFormat(to: &out)
        }
        if saysHowToThink { writeThink(to: &out) }
        copy(.keepAlive, "keep_alive", to: &out)
        copy(.truncate, "truncate", to: &out)
        if !holdsLoad { copy(.shift, "shift", to: &out) }
        writeTopExtras(to: &out)
        writeTopDefaults(isHeld: schema != nil, to: &out)
    }

    private func writeTopDefaults(isHeld: Bool = false, to out: inout ByteWriter) {
        guard !target.top.isEmpty else { return }
        var present = holdsLoad ? fields.present & ~Parameter.shift.bit : fields.present
        if isHeld { present |= Parameter.format.bit }
        if saysHowToThink {
            present |= OllamaParameter.thinkFields
        } else {
            present &= ~OllamaParameter.thinkFields
        }
        for parameter in target.top where present & parameter.overriddenBy == 0 {
            // Of a deployment's parameters those are left out that its model does not have.
            if lacksThinking, parameter.asksToThink { continue }
            let isGiven = parameter.name.withUnsafeBytes { name in extras.contains { bytes[$0.name].equals(name) } }
            if isGiven { continue }
            out.write(byte: 0x2c)
            out.write(parameter.member)
        }
    }

    /// Unknown fields that are no options go as they stand: a younger box may know them, and an older one passes them over.
    private func writeTopExtras(to out: inout ByteWriter) {
        for extra in extras {
            let name = bytes[extra.name]
            guard OllamaOptionName.named(name) == nil, !OllamaOptionName.isTaken(name) else { continue }
            out.write(",\"")
            out.write(name)
            out.write("\":")
            write(extra.value, to: &out)
        }
    }

    /// A text with nothing in it has a vector like any other, and Ollama takes it for no input at all where it stands alone.
    private func writeInput(to out: inout ByteWriter) {
        guard bytes[fields[.input]].equals("\"\"") else { return copy(.input, "input", to: &out) }
        out.write(",\"input\":[\"\"]")
    }

    /// Whether the request says how much to think, in any of the ways there are.
    private var saysHowToThink: Bool {
        if fields.has(.think) { return true }
        guard fields.present & OllamaParameter.thinkFields != 0 || !extras.isEmpty else { return false }
        return source.effort != nil
    }

    private func writeFormat(to out: inout ByteWriter) {
        switch source.answerFormat {
        case nil, .text: return
        case .json: out.write(",\"format\":\"json\"")
        case .schema(let schema, _, _, _):
            out.write(",\"format\":")
            out.write(schema.raw)
        }
    }

    private func writeThink(to out: inout ByteWriter) {
        if fields.has(.think) {
            // Not to think can be asked of every model.
            guard !dropsThinking || bytes[fields[.think]].equals("false") else { return }
            return copy(.think, "think", to: &out)
        }
        guard let effort = source.effort, !dropsThinking || effort.isOff else { return }
        out.write(",\"think\":")
        out.write(effort.ollama(inWords: target.thinksInWords))
    }

    /// Copies a field's value, if there is one, under a name.
    @inline(__always)
    private func copy(_ field: Parameter, _ name: StaticString, to out: inout ByteWriter) {
        guard fields.has(field) else { return }
        out.write(",\"")
        out.write(name)
        out.write("\":")
        write(fields[field], to: &out)
    }

    @inline(__always)
    func write(_ slice: JSONSlice, to out: inout ByteWriter) { out.write(bytes[slice]) }

    /// Refuses those of the parameters that are given, ask for something, and cannot be had from Ollama.
    private func refuse(_ unsupported: UInt64) throws(RequestFault) {
        guard fields.present & unsupported != 0, !drops else { return }
        for field in Parameter.allCases where unsupported & field.bit != 0 && fields.has(field) {
            if !field.asksNothing(bytes[fields[field]]) { throw refusal(field) }
        }
    }

    func refusal(_ parameter: Parameter, _ advice: String? = nil) -> RequestFault {
        source.refusal(of: parameter, by: "Ollama", "", advice)
    }
}
