// The forms that a request is read into, from Ollama's own.

extension AnswerFormat {
    /// Of `format`: a word or a schema.
    init(ollama format: JSONValue) { self = format.isObject ? .schema(format, name: nil, description: nil) : .json }
}

extension Tool {
    /// One of `tools`, whose names are matched as Go matches them.
    init(ollama tool: JSONValue, number: Int) throws(RequestFault) {
        guard let function = tool.goMember("function") else {
            throw .at("tools[\(number)].function", "is missing; only functions can be called")
        }
        guard let name = function.goMember("name"), name.text != nil else {
            throw .at("tools[\(number)].function.name", "must be a string")
        }
        self.init(
            number: number, name: name, description: function.goMember("description"),
            schema: function.goMember("parameters"), isStrict: false, whole: tool, function: function)
    }
}

extension JSONValue {
    fileprivate func goMember(_ name: StaticString) -> JSONValue? {
        raw.goMember(name, of: raw.whole).map { JSONValue($0, of: raw) }
    }
}
