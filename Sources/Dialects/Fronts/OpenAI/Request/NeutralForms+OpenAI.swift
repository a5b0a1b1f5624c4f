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
    /// Of `tool_choice`. An object may name a function, or say one of the words.
    init(openAI choice: JSONValue) {
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
