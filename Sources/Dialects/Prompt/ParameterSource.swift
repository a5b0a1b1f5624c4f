/// The parameters of a request, or of a deployment, and the body they stand in.
struct ParameterSource {
    let bytes: UnsafeRawBufferPointer
    let words: any RequestWords.Type
    let fields: Parameters
    /// What the front does not know, as it stands beside the rest.
    let extras: [ClientRequest.Extra]
    let options: [ClientRequest.Extra]

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, of request: ClientRequest) {
        self.init(
            bytes, in: request.front.api.words, fields: request.fields, extras: request.extras, options: request.options
        )
    }

    @inline(__always)
    init(
        _ bytes: UnsafeRawBufferPointer, in words: any RequestWords.Type, fields: Parameters,
        extras: [ClientRequest.Extra],
        options: [ClientRequest.Extra] = []
    ) {
        self.bytes = bytes
        self.words = words
        self.fields = fields
        self.extras = extras
        self.options = options
    }

    /// A limit of -1 is none: only the back that knows it in its own words reads it where it stands.
    subscript(parameter: Parameter) -> JSONValue? {
        guard fields.has(parameter) else { return nil }
        let value = JSONValue(fields[parameter], of: bytes)
        return parameter == .maxTokens && value.raw.equals("-1") ? nil : value
    }

    /// The value of what no front knows, under the first of these names that it has.
    func extra(_ names: StaticString...) -> JSONValue? {
        extras.first { extra in names.contains { bytes[extra.name].spells($0) } }
            .map { JSONValue($0.value, of: bytes) }
    }

    func sampling(_ way: Sampling) -> JSONValue? { words.sampling(way, in: self) }

    /// How much the model is to think.
    var effort: ReasoningEffort? { words.effort(in: self) }

    /// The form of the answer, where anything is said of it.
    var answerFormat: AnswerFormat? { self[.answerFormat].flatMap { words.answerFormat($0) } }

    /// The choice among the tools, where one is made. Anthropic's words for it are among those that OpenAI's clients use.
    var toolChoice: ToolChoice? { self[.toolChoice].map { ToolChoice(openAI: $0) } }

    /// Whether an answer may have one call at most, where anything is said of it.
    var callsOneAtATime: Bool? { words.callsOneAtATime(in: self) }

    /// A search, where one is asked for; only OpenAI's clients can.
    var webSearch: WebSearch? { self[.webSearch].map { WebSearch(openAI: $0) } }

    /// The names of the tools that the choice among them leaves; nil where it leaves all.
    var allowedTools: Set<String>? { self[.toolChoice].flatMap { ToolChoice.allowed(openAI: $0) } }

    /// Calls for each tool that the choice among them leaves, in order.
    func forEachTool(_ body: (Tool) throws(RequestFault) -> Void) throws(RequestFault) {
        guard let tools = self[.tools] else { return }
        let allowed = allowedTools
        var number = 0
        try tools.forEachElement { tool throws(RequestFault) in
            defer { number += 1 }
            guard let tool = try words.tool(tool, number: number) else { return }
            if let allowed, !(tool.name.text.map { allowed.contains(JSONString.decode($0)) } ?? false) { return }
            try body(tool)
        }
    }

    /// Whether there are any tools.
    var hasTools: Bool { self[.tools].map { !$0.isEmpty } ?? false }

    // MARK: Faults

    /// What the client calls a parameter.
    func name(of parameter: Parameter) -> String { words.name(of: parameter, in: self) }

    /// A 400 that says how to have a parameter ignored instead.
    ///
    /// - Parameters:
    ///   - provider: who does not support it.
    ///   - suffix: for what, behind the parameter's name.
    ///   - advice: what to do else; nil: what is to be done for any provider.
    func refusal(
        of parameter: Parameter, by provider: String, _ suffix: String = "", _ advice: String? = nil
    ) -> RequestFault {
        let name = name(of: parameter)
        return RequestFault(
            "\(provider) does not support `\(name)`\(suffix): \(advice ?? parameter.openAIAdvice), "
                + "or set `drop_params: true` to have it ignored",
            param: name)
    }

    /// A choice of a tool that is not among the tools.
    func unknownChoice() -> RequestFault {
        .at("\(name(of: .toolChoice)).function.name", "is not the name of any function in `tools`")
    }
}
