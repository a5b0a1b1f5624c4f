/// Refuses in a request of `/v1/responses` what only its own providers have: a back of another kind is sent nothing of it.
struct ResponsesCheck {
    private let bytes: UnsafeRawBufferPointer
    private let request: ClientRequest
    /// Whether what can be left out is left out.
    private let drops: Bool

    init(_ bytes: UnsafeRawBufferPointer, of request: ClientRequest, drops: Bool) {
        self.bytes = bytes
        self.request = request
        self.drops = drops
    }

    func check() throws(RequestFault) {
        let body = JSONValue(bytes.object, of: bytes)
        try refuseReferences(in: body)
        if let instructions = body["instructions"], instructions.text == nil {
            throw .at("instructions", "must be a string")
        }
        if let limit = body["max_output_tokens"] {
            guard let tokens = JSONNumber.integer(limit.raw) else {
                throw .at("max_output_tokens", "must be a whole number")
            }
            guard tokens > 0 else { throw .at("max_output_tokens", "must be at least 1") }
        }
        let input = JSONValue(request.fields[.input], of: bytes)
        if input.isArray, input.isEmpty { throw .at("input", "must hold at least one item") }
        if let text = body["text"] { try check(text: text) }
        if let tools = body["tools"] { try check(tools: tools) }
        if let choice = body["tool_choice"], choice.isObject { try check(choice: choice) }
    }

    /// What stands for words that somebody else keeps: without them the model would answer something else.
    private func refuseReferences(in body: JSONValue) throws(RequestFault) {
        if let id = body["previous_response_id"], id.text.map({ !$0.isEmpty }) ?? true {
            throw .at(
                "previous_response_id",
                "names no response that is kept here: it is another key's, it is too old, or it was asked for with `store: false`. "
                    + "Send the whole conversation as `input`")
        }
        if body["conversation"] != nil {
            throw .at("conversation", "is kept nowhere for this model: send all of it as `input`")
        }
        if body["prompt"] != nil {
            throw .at(
                "prompt", "is a template that this model's provider does not have: send its text as `instructions`")
        }
        if body["background"]?.isTrue ?? false, !drops {
            throw .at(
                "background",
                "is not available for this model: leave it out, or set `drop_params: true` to have it ignored")
        }
    }

    private func check(text: JSONValue) throws(RequestFault) {
        guard text.isObject else { throw .at("text", "must be an object") }
        guard let format = text["format"] else { return }
        let type = format["type"]
        if type?.says("text") ?? false || type?.says("json_object") ?? false { return }
        guard type?.says("json_schema") ?? false else {
            throw .at("text.format.type", "must be \"text\", \"json_object\" or \"json_schema\"")
        }
        guard format["schema"]?.isObject ?? false else {
            throw .at("text.format.schema", "must be a JSON Schema object")
        }
        guard format["name"]?.text != nil else { throw .at("text.format.name", "must be a string") }
    }

    /// Tools of other kinds are refused, or left out, for all fronts alike.
    private func check(tools: JSONValue) throws(RequestFault) {
        guard tools.isArray else { throw .at("tools", "must be an array") }
        var number = 0
        try tools.forEachElement { tool throws(RequestFault) in
            let path = "tools[\(number)]"
            number += 1
            guard tool.isObject else { throw .at(path, "must be an object") }
            guard tool["type"]?.text != nil else { throw .at(path + ".type", "must be \"function\"") }
            guard OpenAIResponsesFront.isFunction(tool.raw.whole, of: tool.raw) else { return }
            guard tool["name"]?.text != nil else { throw .at(path + ".name", "must be a string") }
            guard tool["parameters"]?.isObject ?? true else { throw .at(path + ".parameters", "must be an object") }
        }
    }

    private func check(choice: JSONValue) throws(RequestFault) {
        if ToolChoice.allowed(openAI: choice) != nil { return }
        guard choice["type"]?.says("function") ?? false else {
            if drops { return }
            throw .at(
                "tool_choice.type",
                "must be \"function\": name one, say \"auto\", \"none\" or \"required\", or set `drop_params: true` to have it "
                    + "ignored")
        }
        guard choice["name"]?.text != nil else { throw .at("tool_choice.name", "must be a string") }
    }
}
