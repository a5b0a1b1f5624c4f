import NIOCore

/// A deployment's parameters, kept as one JSON object: operators write them in OpenAI's words, as LiteLLM's do.
struct DefaultParameters: Sendable {
    private let text: ByteBuffer
    private let fields: Parameters
    private let extras: [ClientRequest.Extra]

    /// What Ollama alone understands and what steers Drover is left out, `null` too.
    init(_ parameters: [String: JSONText]) {
        // By name, so that the outcome does not hang on the order of a dictionary.
        let ordered = parameters.sorted { $0.key < $1.key }.filter { $0.value != .null }
        text = ByteBuffer(bytes: JSONText.object(ordered.map { (name: $0.key, value: $0.value) }).bytes)
        var fields = Parameters()
        var extras: [ClientRequest.Extra] = []
        text.withUnsafeReadableBytes { bytes in
            bytes.forEachMember(of: bytes.whole) { name, value in
                switch Parameter.named(bytes[name]) {
                case .messages, .model, .prompt, .input: break
                case .ignored: if let unread = Parameter.unread(bytes[name]) { fields.set(unread, value) }
                case .maxTokens where fields.has(.maxCompletionTokens): break
                case let field?:
                    fields.set(field, value)
                    if field == .maxCompletionTokens { fields.set(.maxTokens, value) }
                case nil: extras.append(ClientRequest.Extra(name: name, value: value))
                }
            }
        }
        self.fields = fields
        self.extras = extras
    }

    /// Lends a request's parameters over them for a call.
    func withLayers<Result>(
        under request: ParameterSource, _ body: (LayeredParameters) throws(RequestFault) -> Result
    ) throws(RequestFault) -> Result {
        try text.withUnsafeReadableBytes { bytes throws(RequestFault) in
            let own = ParameterSource(bytes, in: OpenAIWords.self, fields: fields, extras: extras)
            return try body(LayeredParameters(request: request, deployment: own))
        }
    }
}

/// What is asked beside the messages: by the request, and where it says nothing by the deployment.
struct LayeredParameters {
    let request: ParameterSource
    let deployment: ParameterSource

    subscript(parameter: Parameter) -> JSONValue? { request[parameter] ?? deployment[parameter] }

    func extra(_ name: StaticString) -> JSONValue? { request.extra(name) ?? deployment.extra(name) }

    func sampling(_ way: Sampling) -> JSONValue? { request.sampling(way) ?? deployment.sampling(way) }

    var answerFormat: AnswerFormat? { request.answerFormat ?? deployment.answerFormat }

    var toolChoice: ToolChoice? { request.toolChoice ?? deployment.toolChoice }

    /// Whether an answer may have one call at most.
    var callsOneAtATime: Bool { request.callsOneAtATime ?? deployment.callsOneAtATime ?? false }

    var webSearch: WebSearch? { request.webSearch ?? deployment.webSearch }

    /// The most tokens the answer may have.
    var maxTokens: Int? { self[.maxTokens].flatMap { JSONNumber.integer($0.raw) } }

    /// The temperature and `top_p`, for a model that may take but one of them: a `top_p` that changes nothing goes, and so does
    /// the one that is the deployment's, or `top_p` where it is to be dropped. Else both stay, to be refused.
    func temperatureAndTopP(takesOne: Bool, drops: Bool) -> (temperature: JSONValue?, topP: JSONValue?) {
        let temperature = self[.temperature]
        guard temperature != nil, let topP = self[.topP] else { return (temperature, self[.topP]) }
        if JSONNumber.double(topP.raw) == 1 { return (temperature, nil) }
        if takesOne, drops || request[.topP] == nil { return (temperature, nil) }
        if takesOne, request[.temperature] == nil { return (nil, topP) }
        return (temperature, topP)
    }

    /// Of the two the one whose tools count.
    var toolSource: ParameterSource { request[.tools] != nil ? request : deployment }

    /// What `read` makes of the request, or else of the deployment.
    func first<Value>(_ read: (ParameterSource) -> Value?) -> Value? { read(request) ?? read(deployment) }

    /// Calls with the raw name and the value of each that no front knows, the request's first; one that both have comes
    /// once, unless its name is written otherwise.
    func forEachExtra(_ body: (_ name: UnsafeRawBufferPointer, _ value: JSONValue) -> Void) {
        for extra in request.extras {
            body(request.bytes[extra.name], JSONValue(extra.value, of: request.bytes))
        }
        for extra in deployment.extras {
            let name = deployment.bytes[extra.name]
            if request.extras.contains(where: { request.bytes[$0.name].equals(name) }) { continue }
            body(name, JSONValue(extra.value, of: deployment.bytes))
        }
    }
}
