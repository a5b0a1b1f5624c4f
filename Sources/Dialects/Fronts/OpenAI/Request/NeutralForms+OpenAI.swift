// The forms that a request is read into, from OpenAI's own.

extension AnswerFormat {
    /// Of `response_format`.
    init?(openAI format: JSONValue) {
        guard let type = format["type"] else { return nil }
        if type.says("text") {
            self = .text
        } else if let schema = format["json_schema"]?["schema"] {
            let about = format["json_schema"]
            self = .schema(schema, name: about?["name"], description: about?["description"])
        } else {
            self = .json
        }
    }
}

extension ToolChoice {
    /// Of `tool_choice`. An object may name a function, say one of the words, or leave some of the tools only.
    init(openAI choice: JSONValue) {
        if let allowance = Self.allowance(openAI: choice) {
            self = allowance["mode"]?.says("required") ?? false ? .required : .auto
            return
        }
        if choice.isObject, let name = (choice["function"] ?? choice)["name"], name.text != nil {
            self = .function(name)
            return
        }
        let word = choice.isObject ? choice["type"] : choice
        if word?.says("auto") ?? false {
            self = .auto
        } else if word?.says("none") ?? false {
            self = .never
        } else if word.map({ $0.says("required") || $0.says("any") }) ?? false {
            self = .required
        } else {
            self = .other
        }
    }

    /// The names of the tools that a choice leaves (`allowed_tools`); nil where it leaves all.
    static func allowed(openAI choice: JSONValue) -> Set<String>? {
        guard let allowance = allowance(openAI: choice) else { return nil }
        var names: Set<String> = []
        allowance["tools"]?.forEachElement { tool in
            if let name = (tool["function"] ?? tool)["name"]?.text { names.insert(JSONString.decode(name)) }
        }
        return names
    }

    /// A chat says it in an object of its own, `/v1/responses` beside the type. One that leaves nothing is none.
    private static func allowance(openAI choice: JSONValue) -> JSONValue? {
        guard choice.isObject, choice["type"]?.says("allowed_tools") ?? false else { return nil }
        let allowance = choice["allowed_tools"] ?? choice
        return allowance["tools"].map { $0.isArray && !$0.isEmpty } ?? false ? allowance : nil
    }
}

extension WebSearch {
    /// Of `web_search_options`.
    init(openAI options: JSONValue) {
        if let given = options["search_context_size"] {
            size = given.says("low") ? .low : given.says("high") ? .high : .medium
        } else {
            size = nil
        }
        place = options["user_location"]?["approximate"].flatMap { $0.isObject ? $0 : nil }
    }
}

extension Tool {
    /// One of `tools`; nil where it is no function with a name, which a scan refuses.
    init?(openAI tool: JSONValue, number: Int) {
        guard let function = tool["function"], let name = function["name"] else { return nil }
        self.init(
            number: number, name: name, description: function["description"], schema: function["parameters"],
            isStrict: function["strict"]?.isTrue ?? false, whole: tool, function: function)
    }
}
