import BoxModel

/// The native requests.
extension ModelCall {
    mutating func readChat(_ fields: GoFields) throws(Rejection) {
        try readShared(fields)
        let messages = try fields.array("messages", of: "[]api.Message") ?? []
        var role = ""
        for message in messages {
            guard case .object = message else { throw fields.mismatch("messages", message, "api.Message") }
            let message = GoFields(name: "Alias", value: message)
            role = try message.string("role")?.lowercased() ?? ""
            let content = try message.string("content") ?? ""
            addPrompt(role)
            addPrompt(content)
            addPrompt(try message.string("thinking") ?? "")
            try readImages(message)
            for call in try message.array("tool_calls", of: "[]api.ToolCall") ?? [] {
                let function = GoFields(name: "ToolCallFunction", value: call["function"] ?? .object([]))
                addPrompt(try function.string("name") ?? "")
                addPrompt(try function.object("arguments", as: "map[string]interface {}")?.text ?? "")
            }
            lastUserText = role == "user" ? content : nil
        }
        for tool in try fields.array("tools", of: "api.Tools") ?? [] {
            guard let function = tool["function"], let name = function["name"]?.string else { continue }
            addPrompt(name)
            tools.append(Tool(name: name, parameters: function["parameters"] ?? .object([])))
        }
        isEmpty = messages.isEmpty
    }

    mutating func readGenerate(_ fields: GoFields) throws(Rejection) {
        try readShared(fields)
        let prompt = try fields.string("prompt") ?? ""
        let system = try fields.string("system")
        addPrompt(prompt)
        addPrompt(system ?? "")
        let suffix = try fields.string("suffix") ?? ""
        addPrompt(suffix)
        inserts = !suffix.isEmpty
        try readImages(fields)
        raw = try fields.bool("raw") ?? false
        let template = try fields.string("template")
        let context = try fields.array("context", of: "[]int")
        if raw, template != nil || system != nil || context != nil {
            throw Rejection(400, "raw mode does not support template, system, or context")
        }
        isEmpty = prompt.isEmpty
    }

    mutating func readEmbed(_ fields: GoFields) throws(Rejection) {
        model = try fields.string("model") ?? ""
        keepAlive = try fields.keepAlive()
        options = try RunOptions(fields.object("options", as: "map[string]interface {}"))
        truncate = try fields.bool("truncate") ?? true
        dimensions = try fields.int("dimensions")
        if route == .embeddings {
            let prompt = try fields.string("prompt") ?? ""
            inputs = prompt.isEmpty ? [] : [prompt]
        } else {
            switch fields.value["input"] {
            case nil: inputs = []
            case .string(let text): inputs = text.isEmpty ? [] : [text]
            case .array(let items):
                inputs = items.compactMap(\.string)
                guard inputs.count == items.count else { throw Rejection(400, "invalid input type") }
            default: throw Rejection(400, "invalid input type")
            }
        }
        for input in inputs { addPrompt(input) }
        isEmpty = inputs.isEmpty
    }

    private mutating func readShared(_ fields: GoFields) throws(Rejection) {
        model = try fields.string("model") ?? ""
        stream = try fields.bool("stream") ?? true
        keepAlive = try fields.keepAlive()
        options = try RunOptions(fields.object("options", as: "map[string]interface {}"))
        truncate = try fields.bool("truncate") ?? true
        // A change of it reloads the model, as a change of any other load-time option.
        if let shift = try fields.bool("shift"), !shift {
            options.load.others += options.load.others.isEmpty ? "shift=false" : " shift=false"
        }
        try readThink(fields)
        try readFormat(fields)
        let top = try fields.int("top_logprobs") ?? 0
        guard 0...20 ~= top else { throw Rejection(400, "top_logprobs must be between 0 and 20") }
        if try fields.bool("logprobs") ?? false { logprobs = top }
    }

    private mutating func readThink(_ fields: GoFields) throws(Rejection) {
        switch fields.value["think"] {
        case nil: break
        case .bool(let flag): thinks = flag
        case .string(let level) where ["high", "medium", "low", "max"].contains(level): thinks = true
        default:
            throw Rejection(
                400, "think must be a boolean or string (\"high\", \"medium\", \"low\", \"max\", true, or false)")
        }
    }

    private mutating func readFormat(_ fields: GoFields) throws(Rejection) {
        switch fields.value["format"] {
        case nil, .string(""): break
        case .string("json"): format = .json
        case .object(let members): format = .schema(.object(members))
        case let other?:
            throw Rejection(
                500, "invalid format: \(other.text); expected \"json\" or a valid JSON Schema object")
        }
    }

    /// Images are only looked at for being base64.
    private mutating func readImages(_ fields: GoFields) throws(Rejection) {
        for image in try fields.array("images", of: "[]api.ImageData") ?? [] {
            guard case .string(let text) = image else { throw fields.mismatch("images", image, "api.ImageData") }
            if let wrong = text.utf8.enumerated().first(where: { !Self.isBase64($0.element) }) {
                throw Rejection(400, "illegal base64 data at input byte \(wrong.offset)")
            }
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), 10, 13:
            true
        default: false
        }
    }
}
