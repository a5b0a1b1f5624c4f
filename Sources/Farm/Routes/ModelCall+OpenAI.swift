/// The requests of the compatible routes. Fields that these ignore on a real box are ignored here.
extension ModelCall {
    mutating func readOpenAIChat(_ fields: GoFields) throws(Rejection) {
        try readShared(fields)
        let messages = try fields.array("messages", of: "[]openai.Message") ?? []
        guard !messages.isEmpty else { throw Rejection(400, "[] is too short - 'messages'") }
        for message in messages {
            let message = GoFields(name: "Message", value: message, path: "messages.")
            let role = try message.string("role")?.lowercased() ?? ""
            addPrompt(role)
            let calls = try message.array("tool_calls", of: "[]openai.ToolCall") ?? []
            for call in calls {
                let arguments = call["function"]?["arguments"]?.string ?? ""
                guard Self.isJSON(arguments) else { throw Rejection(400, "invalid tool call arguments") }
                addPrompt(arguments)
            }
            let text = try content(message.value["content"], hasCalls: !calls.isEmpty)
            lastUserText = role == "user" ? text : nil
        }
        for tool in try fields.array("tools", of: "[]api.Tool") ?? [] {
            guard let function = tool["function"], let name = function["name"]?.string else { continue }
            addPrompt(name)
            tools.append(Tool(name: name, parameters: function["parameters"] ?? .object([])))
        }
        if let format = try fields.object("response_format", as: "openai.ResponseFormat") {
            switch format["type"]?.string {
            case "json_object": self.format = .json
            case "json_schema": self.format = format["json_schema"]?["schema"].map { .schema($0) }
            default: break
            }
        }
        let effort = try fields.string("reasoning_effort") ?? fields.value["reasoning"]?["effort"]?.string
        if let effort {
            guard ["none", "minimal", "low", "medium", "high", "max", "xhigh", "ultra"].contains(effort) else {
                throw Rejection(400, "invalid reasoning value: '\(effort)'")
            }
            thinks = effort != "none"
        }
        if try fields.bool("logprobs") ?? false { logprobs = try fields.int("top_logprobs") ?? 0 }
    }

    mutating func readOpenAICompletion(_ fields: GoFields) throws(Rejection) {
        try readShared(fields)
        addPrompt(try fields.string("prompt") ?? "")
        logprobs = try fields.int("logprobs")
    }

    mutating func readOpenAIEmbeddings(_ fields: GoFields) throws(Rejection) {
        model = try fields.string("model") ?? ""
        dimensions = try fields.int("dimensions")
        let encoding = try fields.string("encoding_format") ?? "float"
        guard ["float", "base64"].contains(encoding.lowercased()) else {
            throw Rejection(
                400, "Invalid value for 'encoding_format' = \(encoding). Supported values: ['float', 'base64'].")
        }
        base64 = encoding.lowercased() == "base64"
        switch fields.value["input"] {
        case .string(let text) where !text.isEmpty: inputs = [text]
        case .array(let items) where !items.isEmpty && items.allSatisfy({ $0.string != nil }):
            inputs = items.compactMap(\.string)
        default: throw Rejection(400, "invalid input")
        }
        for input in inputs { addPrompt(input) }
    }

    private mutating func readShared(_ fields: GoFields) throws(Rejection) {
        model = try fields.string("model") ?? ""
        stream = try fields.bool("stream") ?? false
        includeUsage = fields.value["stream_options"]?["include_usage"]?.bool ?? false
        let limit = try fields.int("max_tokens")
        options.tokenLimit = limit.flatMap { $0 > 0 ? $0 : nil }
        options.seed = try fields.int("seed")
        for number in ["temperature", "top_p", "frequency_penalty", "presence_penalty"] {
            _ = try fields.double(number)
        }
        switch fields.value["stop"] {
        case .string(let text): options.stop = [text]
        case .array(let items): options.stop = items.compactMap(\.string)
        default: break
        }
    }

    /// The text of a message's content, in whole or in parts.
    private mutating func content(_ value: JSONValue?, hasCalls: Bool) throws(Rejection) -> String {
        switch value {
        case .string(let text):
            addPrompt(text)
            return text
        case .array(let parts):
            var texts: [String] = []
            for part in parts {
                switch part["type"]?.string {
                case "text": texts.append(part["text"]?.string ?? "")
                case "image_url": try checkImage(part["image_url"]?["url"]?.string ?? part["image_url"]?.string ?? "")
                case "input_audio": break
                default: throw Rejection(400, "invalid message format")
                }
            }
            for text in texts { addPrompt(text) }
            return texts.joined(separator: " ")
        case nil where hasCalls:
            return ""
        case nil:
            throw Rejection(400, "invalid message content type: <nil>")
        default:
            throw Rejection(400, "invalid message content type: \(value!.kind)")
        }
    }

    private func checkImage(_ url: String) throws(Rejection) {
        if url.hasPrefix("http://") || url.hasPrefix("https://") {
            throw Rejection(
                400, "image URLs are not currently supported, please use base64 encoded data instead")
        }
        let kinds = ["image/jpeg", "image/jpg", "image/png", "image/webp", ""]
        guard kinds.contains(where: { url.hasPrefix("data:\($0);base64,") }) else {
            throw Rejection(400, "invalid image input")
        }
    }

    private static func isJSON(_ text: String) -> Bool {
        (try? JSONParser.parse(text)) != nil
    }
}
