import NIOCore

/// Writes one request's body behind the model.
struct AnthropicEncoder {
    let prompt: Prompt
    let parameters: LayeredParameters
    let model: AnthropicModel
    let work: Work
    let streams: Bool
    /// Whether what the model cannot do is left out silently.
    let drops: Bool
    let thinking: AnthropicThinking
    let format: AnthropicFormat

    /// The most tokens that an answer may have, sent where neither the client nor the deployment says how many: the API wants
    /// a number, and OpenAI's clients that give none mean no limit. More than the model's own is refused. Nil: not known.
    let answerLimit: Int?

    /// - Throws: what neither the API nor the model has.
    init(
        _ prompt: Prompt, _ parameters: LayeredParameters, model: AnthropicModel, answerLimit: Int?, work: Work,
        streams: Bool,
        drops: Bool
    ) throws(RequestFault) {
        self.prompt = prompt
        self.parameters = parameters
        self.model = model
        self.answerLimit = answerLimit
        self.work = work
        self.streams = streams
        self.drops = drops
        thinking = AnthropicThinking(parameters, model: model, answerLimit: answerLimit)
        format = AnthropicFormat(parameters, model: model)
        try refuse()
    }

    /// The limit of an answer that nobody has set one to.
    private var limit: Int {
        thinking.givenBudget.map { AnswerLimit.tokens(answerLimit, beside: $0) }
            ?? answerLimit ?? AnswerLimit.usual + thinking.room
    }

    /// Writes from behind the model to the closing brace.
    func write(into out: inout ByteBuffer) throws(RequestFault) {
        out.writeStaticString(",\"max_tokens\":")
        out.writeDecimal(parameters.maxTokens ?? limit)
        let bytes = parameters.request.bytes
        var calls: [JSONSlice] = []
        if work == .chat {
            let conversation = try AnthropicConversation(of: prompt, model: model)
            try conversation.write(into: &out)
            calls = conversation.calledNames
        } else {
            AnthropicConversation.write(prompt: parameters.request.fields[.prompt], of: bytes, into: &out)
        }
        out.writeStaticString(streams ? ",\"stream\":true" : ",\"stream\":false")
        try writeSampling(into: &out)
        writeStop(into: &out)
        writeUser(into: &out)
        if work == .chat { try writeTools(called: calls, into: &out) }
        thinking.write(into: &out)
        writeOutputConfig(into: &out)
        writeExtras(into: &out)
        out.writeInteger(0x7d as UInt8)
    }

    /// OpenAI's temperature goes to 2 and Anthropic's to 1. Both mean the same by 0 and by 1, so nothing is rescaled: what
    /// lies above is 1, the most there is.
    private func writeSampling(into out: inout ByteBuffer) throws(RequestFault) {
        // A model that thinks takes no other temperature than 1, its own, and no narrower choice than this of words.
        guard !thinking.isOn else {
            if let topP = parameters[.topP], (JSONNumber.double(topP.raw) ?? 0) >= 0.95, model.takesSampling {
                write("top_p", topP, into: &out)
            }
            return
        }
        guard model.takesSampling else {
            try refuseSampling()
            return
        }
        let (temperature, topP) = parameters.temperatureAndTopP(
            takesOne: model.takesOneOfTemperatureAndTopP, drops: drops)
        if let temperature {
            out.writeStaticString(",\"temperature\":")
            if let number = JSONNumber.double(temperature.raw), number > 1 {
                out.writeStaticString("1")
            } else {
                out.writeBytes(temperature.raw)
            }
        }
        if let topP { write("top_p", topP, into: &out) }
        if let topK = parameters.sampling(.topK) { write("top_k", topK, into: &out) }
    }

    private func refuseSampling() throws(RequestFault) {
        if drops { return }
        let request = parameters.request
        if let value = request[.temperature], JSONNumber.double(value.raw) != 1 {
            throw refusal(.temperature, "this model takes none but 1")
        }
        if let value = request[.topP], JSONNumber.double(value.raw) != 1 {
            throw refusal(.topP, "this model takes none")
        }
        if request.sampling(.topK) != nil { throw refusal("\(Sampling.topK.name)", "this model takes none") }
    }

    /// The API refuses sequences that are blank.
    private func writeStop(into out: inout ByteBuffer) {
        guard let stop = parameters[.stop] else { return }
        var isFirst = true
        func add(_ sequence: JSONValue) {
            guard let text = sequence.text, !AnthropicText.isBlank(text) else { return }
            out.writeStaticString(isFirst ? ",\"stop_sequences\":[" : ",")
            isFirst = false
            out.writeBytes(sequence.raw)
        }
        if stop.isArray { stop.forEachElement { add($0) } } else { add(stop) }
        if !isFirst { out.writeStaticString("]") }
    }

    /// The API wants a name that tells it who asks, and refuses those by which it could reach that person.
    private func writeUser(into out: inout ByteBuffer) {
        guard let user = parameters[.user], let text = user.text, !AnthropicText.isBlank(text),
            !AnthropicText.isAddress(text)
        else { return }
        out.writeStaticString(",\"metadata\":{\"user_id\":")
        out.writeBytes(user.raw)
        out.writeStaticString("}")
    }

    /// `output_config`: the client's own, and what the effort and the answer's form make of it.
    private func writeOutputConfig(into out: inout ByteBuffer) {
        let given = parameters.extra("output_config")
        var isFirst = true
        func open() {
            out.writeStaticString(isFirst ? ",\"output_config\":{" : ",")
            isFirst = false
        }
        given?.forEachMember { name, value in
            open()
            out.writeStaticString("\"")
            out.writeBytes(name)
            out.writeStaticString("\":")
            out.writeBytes(value.raw)
        }
        if let effort = thinking.effort, given?["effort"] == nil {
            open()
            out.writeStaticString("\"effort\":\"")
            out.writeStaticString(effort)
            out.writeStaticString("\"")
        }
        if case .schema(let schema) = format, given?["format"] == nil {
            open()
            out.writeStaticString("\"format\":{\"type\":\"json_schema\",\"schema\":")
            AnthropicSchema.write(schema, into: &out)
            out.writeStaticString("}")
        }
        if !isFirst { out.writeStaticString("}") }
    }

    private func writeExtras(into out: inout ByteBuffer) {
        parameters.forEachExtra { name, value in
            if Self.writtenElsewhere.contains(where: { name.spells($0) }) { return }
            if name.spells("stop_sequences"), parameters[.stop] != nil { return }
            if BoxOption.isNothingToClouds(name) { return }
            out.writeStaticString(",\"")
            out.writeBytes(name)
            out.writeStaticString("\":")
            out.writeBytes(value.raw)
        }
    }

    private static let writtenElsewhere: [StaticString] = ["thinking", "output_config"]

    private func write(_ name: StaticString, _ value: JSONValue, into out: inout ByteBuffer) {
        out.writeStaticString(",\"")
        out.writeStaticString(name)
        out.writeStaticString("\":")
        out.writeBytes(value.raw)
    }
}
