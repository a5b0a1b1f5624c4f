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
        switch key {
        case "keep_alive": return Place(name: key, isOption: false, fields: RequestField.keepAlive.bit)
        case "truncate": return Place(name: key, isOption: false, fields: RequestField.truncate.bit)
        case "shift": return Place(name: key, isOption: false, fields: RequestField.shift.bit)
        case "dimensions": return Place(name: key, isOption: false, fields: RequestField.dimensions.bit)
        case "think", "reasoning_effort": return Place(name: "think", isOption: false, fields: thinkFields)
        case "format", "response_format": return Place(name: "format", isOption: false, fields: formatFields)
        case "max_tokens", "max_completion_tokens":
            return Place(name: "num_predict", isOption: true, fields: fields(over: "num_predict"))
        default:
            let isOption = fields(over: key) != 0 || isUnknown(key)
            return isOption ? Place(name: key, isOption: true, fields: fields(over: key)) : nil
        }
    }

    /// The request's fields that win over an option of Ollama's.
    static func fields(over option: String) -> UInt64 {
        var option = option
        return option.withUTF8 { fields(over: UnsafeRawBufferPointer($0)) }
    }

    /// The same, for the raw name.
    @inline(__always)
    static func fields(over option: UnsafeRawBufferPointer) -> UInt64 {
        if option.equals("temperature") { return RequestField.temperature.bit }
        if option.equals("top_p") { return RequestField.topP.bit }
        if option.equals("seed") { return RequestField.seed.bit }
        if option.equals("stop") { return RequestField.stop.bit }
        if option.equals("presence_penalty") { return RequestField.presencePenalty.bit }
        if option.equals("frequency_penalty") { return RequestField.frequencyPenalty.bit }
        if option.equals("num_predict") { return RequestField.maxTokens.bit | RequestField.maxCompletionTokens.bit }
        return 0
    }

    /// Whether a model is loaded with this option, so that another value means another load.
    static func isLoadTime(_ option: UnsafeRawBufferPointer) -> Bool {
        loadTimeNames.contains { option.spells($0) }
    }

    /// The same, for a name.
    static func isLoadTime(_ option: String) -> Bool {
        var option = option
        return option.withUTF8 { isLoadTime(UnsafeRawBufferPointer($0)) }
    }

    /// Whether an option of this name is a way of sampling that OpenAI's models do not have.
    static func isSamplingOfItsOwn(_ option: UnsafeRawBufferPointer) -> Bool {
        samplingNames.contains { option.equals($0) }
    }

    private static let samplingNames: [StaticString] = [
        "top_k", "min_p", "typical_p", "tfs_z", "repeat_penalty", "repeat_last_n", "penalize_newline", "mirostat",
        "mirostat_eta", "mirostat_tau",
    ]

    /// Those of today, then those that only older releases know.
    private static let loadTimeNames: [StaticString] = [
        "num_ctx", "num_batch", "num_gpu", "main_gpu", "use_mmap", "num_thread", "draft_num_predict", "use_mlock",
        "low_vram", "f16_kv", "numa",
    ]

    static let thinkFields =
        RequestField.think.bit | RequestField.reasoningEffort.bit | RequestField.reasoning.bit
    static let formatFields = RequestField.format.bit | RequestField.responseFormat.bit

    private static func isUnknown(_ key: String) -> Bool {
        var key = key
        return key.withUTF8 { RequestField.named(UnsafeRawBufferPointer($0)) == nil }
    }

    /// The value as Ollama wants it.
    static func value(of key: String, _ value: JSONText, thinksInWords: Bool) -> JSONText {
        value.bytes.withUnsafeBytes { bytes in
            let whole = JSONSlice(from: 0, to: bytes.count)
            switch key {
            case "stop": return bytes[0] == 0x22 ? .array([value]) : value
            case "reasoning_effort":
                return ReasoningEffort(bytes).flatMap { JSONText("\($0.ollama(inWords: thinksInWords))") } ?? value
            case "response_format":
                let type = bytes.member("type", of: whole).map { bytes[$0] }
                if let type, type.equals("\"json_object\"") { return .string("json") }
                let schema = bytes.member("json_schema", of: whole).flatMap { bytes.member("schema", of: $0) }
                return schema.flatMap { JSONText(String(decoding: bytes[$0], as: UTF8.self)) } ?? .string("")
            default: return value
            }
        }
    }

    /// The members of an object that are not null; none for any other value.
    static func members(of value: JSONText) -> [(String, JSONText)] {
        guard value.bytes.first == 0x7b else { return [] }
        return value.bytes.withUnsafeBytes { bytes in
            var members: [(String, JSONText)] = []
            bytes.forEachMember(of: JSONSlice(from: 0, to: bytes.count)) { name, value in
                guard !bytes[value].equals("null"),
                    let text = JSONText(String(decoding: bytes[value], as: UTF8.self))
                else { return }
                members.append((JSONString.decode(bytes[name]), text))
            }
            return members
        }
    }
}

extension ReasoningEffort {
    /// What Ollama's `think` takes for it: gpt-oss models a word of three, all others true or false.
    func ollama(inWords: Bool) -> StaticString {
        switch self {
        case .none: "false"
        case .minimal, .low: inWords ? "\"low\"" : "true"
        case .medium: inWords ? "\"medium\"" : "true"
        case .high, .xhigh, .max: inWords ? "\"high\"" : "true"
        }
    }
}
