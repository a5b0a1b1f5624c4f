/// What the parameters of `/api/chat` say in neutral words.
extension ParameterSource {
    func ollamaSampling(_ way: Sampling) -> JSONValue? {
        guard let value = options.last(where: { bytes[$0.name].spells(way.name) })?.value else { return nil }
        guard way == .topK else { return JSONValue(value, of: bytes) }
        // Zero and below is no limit.
        guard let count = OllamaOption.integer(bytes[value]), count > 0 else { return nil }
        return JSONValue(bytes.wholePart(of: value), of: bytes)
    }

    /// Of `think`: true is as much as most models are told that think at all.
    var ollamaEffort: ReasoningEffort? {
        guard let think = self[.effort] else { return nil }
        return think.isTrue ? .medium : think.isFalse ? ReasoningEffort.none : ReasoningEffort(think.raw)
    }
}

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
