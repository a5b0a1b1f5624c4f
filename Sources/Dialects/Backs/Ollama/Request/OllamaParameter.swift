import NIOCore

/// Where a deployment's parameter goes in Ollama's request. Cold: once per deployment.
enum OllamaParameter {
    struct Place {
        /// The name Ollama knows it by.
        let name: String
        /// Whether it stands in `options`; else beside `model`.
        let isOption: Bool
        /// The request's fields any of which wins over it.
        let fields: UInt64
    }

    /// The place of the parameter a deployment calls `key`; nil when it is nothing that Ollama could be told.
    static func place(of key: String) -> Place? {
        let over = fields(over: key)
        let parameter = parameter(key)
        switch parameter {
        case nil:
            if let name = OllamaOptionName.named(key) { return Place(name: "\(name)", isOption: true, fields: over) }
            return OllamaOptionName.isTaken(key) ? nil : Place(name: key, isOption: false, fields: 0)
        case .keepAlive?, .truncate?, .shift?, .dimensions?:
            return Place(name: key, isOption: false, fields: parameter?.bit ?? 0)
        case .think?, .effort?: return Place(name: "think", isOption: false, fields: thinkFields)
        case .format?, .answerFormat?: return Place(name: "format", isOption: false, fields: formatFields)
        case .maxTokens?, .maxCompletionTokens?:
            return Place(name: "num_predict", isOption: true, fields: fields(over: "num_predict"))
        default: return over == 0 ? nil : Place(name: key, isOption: true, fields: over)
        }
    }

    private static func parameter(_ key: String) -> Parameter? {
        var key = key
        return key.withUTF8 { Parameter.named(UnsafeRawBufferPointer($0)) }
    }

    /// The request's fields that win over an option of Ollama's.
    static func fields(over option: String) -> UInt64 {
        var option = option
        return option.withUTF8 { fields(over: UnsafeRawBufferPointer($0)) }
    }

    /// The same, for the raw name.
    @inline(__always)
    static func fields(over option: UnsafeRawBufferPointer) -> UInt64 {
        if option.equals("temperature") { return Parameter.temperature.bit }
        if option.equals("top_p") { return Parameter.topP.bit }
        if option.equals("seed") { return Parameter.seed.bit }
        if option.equals("stop") { return Parameter.stop.bit }
        if option.equals("presence_penalty") { return Parameter.presencePenalty.bit }
        if option.equals("frequency_penalty") { return Parameter.frequencyPenalty.bit }
        if option.equals("num_predict") { return Parameter.maxTokens.bit }
        return 0
    }

    static let thinkFields =
        Parameter.think.bit | Parameter.effort.bit | Parameter.reasoning.bit
    static let formatFields = Parameter.format.bit | Parameter.answerFormat.bit

    /// The value as Ollama wants it.
    static func value(of key: String, _ value: JSONText, thinksInWords: Bool) -> JSONText {
        value.bytes.withUnsafeBytes { bytes in
            switch parameter(key) {
            case .stop: return bytes[0] == 0x22 ? .array([value]) : value
            case .effort:
                return ReasoningEffort(bytes).flatMap { JSONText("\($0.ollama(inWords: thinksInWords))") } ?? value
            case .answerFormat:
                switch AnswerFormat(openAI: JSONValue(bytes)) {
                case .json: return .string("json")
                case .schema(let schema, _, _, _):
                    return JSONText(String(decoding: schema.raw, as: UTF8.self)) ?? .string("")
                case nil, .text: return .string("")
                }
            default: return value
            }
        }
    }
}

extension ReasoningEffort {
    /// What Ollama's `think` takes for it: gpt-oss models a word of three, all others true or false.
    func ollama(inWords: Bool) -> StaticString {
        switch self {
        case .none, .minimal: "false"
        case .low: inWords ? "\"low\"" : "true"
        case .medium: inWords ? "\"medium\"" : "true"
        case .high, .xhigh, .max: inWords ? "\"high\"" : "true"
        }
    }
}
