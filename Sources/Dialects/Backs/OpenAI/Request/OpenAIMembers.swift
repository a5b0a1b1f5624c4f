/// The members of a client's body on their way to a provider: which go, under which name, with which value.
struct OpenAIMembers {
    let bytes: UnsafeRawBufferPointer
    let route: OpenAIRoute
    let rules: OpenAIRules
    /// What this request may not ask of this model.
    let refused: UInt64
    /// Whether what the provider cannot honour is left out silently.
    let drops: Bool
    /// Where the fields stand of which one decides over another.
    let fields: Parameters
    /// What stands for `model`; nil: nothing.
    var model: [UInt8]?
    var messageRules: OpenAIMessages.Rules
    /// Whether the messages are of the kind that needs no edits.
    var hasPlainMessages = false
    /// Whether `thinking` is among the body's members.
    var hasThinking = false
    /// Names of defaults, and which of them the body has too.
    var watched: [OpenAIDefault] = []
    private(set) var given: [Bool] = []
    private(set) var edits = JSONEdits()
    /// Fields that the body gets in place of others.
    private(set) var written: UInt64 = 0
    /// How much the model is to think, in whichever words it is said.
    let effort: ReasoningEffort?
    /// The one name that the limit of the answer has; nil: that which the client gave it.
    private var limit: StaticString?

    /// Whether the answer is to have no limit, in so many words.
    private var asksNoLimit = false

    var quirks: OpenAIQuirks { rules.quirks }
    private var family: OpenAIModelFamily { rules.family }

    /// For a deployment's parameter, which has no request.
    init(
        bytes: UnsafeRawBufferPointer, route: OpenAIRoute, rules: OpenAIRules, drops: Bool,
        fields: Parameters = Parameters(), effort: ReasoningEffort? = nil
    ) {
        self.bytes = bytes
        self.route = route
        self.rules = rules
        self.drops = drops
        self.fields = fields
        messageRules = rules.quirks.messages
        self.effort = effort
        let byFamily = rules.family.refused(effort: effort.map { rules.asTold($0) })
        // The Responses API has other names for most.
        refused =
            route == .responses ? byFamily & Parameter.bits([.temperature, .topP]) : rules.refused | byFamily
        switch route {
        case .chat: limit = rules.family.wantsCompletionTokens ? "max_completion_tokens" : rules.quirks.limit
        case .responses: limit = "max_output_tokens"
        case .completions, .embeddings: limit = "max_tokens"
        }
    }

    init(
        bytes: UnsafeRawBufferPointer, request: ClientRequest, target: OpenAITarget,
        defaults: [OpenAIDefault], drops: Bool
    ) {
        self.init(
            bytes: bytes, route: OpenAIRoute(request.front), rules: target.rules, drops: drops,
            fields: request.fields, effort: request.mayAskToThink ? ParameterSource(bytes, of: request).effort : nil)
        model = target.model(OpenAIRoute(request.front))
        asksNoLimit = request.asksNoLimit
        hasPlainMessages = request.hasPlainMessages
        if request.hasBlankArguments, !rules.isOpenAIs { messageRules.insert(.fillsArguments) }
        // One that is named rightly stands beside no other.
        if route == .responses, bytes.member("max_output_tokens", of: bytes.object) != nil { limit = nil }
        if defaults.contains(where: { $0.name != nil }) {
            watched = defaults
            given = Array(repeating: false, count: defaults.count)
        }
        if quirks.effort == .thinking {
            let thinking = request.extras.first { bytes[$0.name].equals("thinking") }
            hasThinking = thinking != nil
            let isOn = thinking.flatMap { bytes.member("type", of: $0.value) }.map { bytes[$0].equals("\"enabled\"") }
            if isOn ?? (effort.map { !$0.isOff } ?? false) {
                messageRules.insert(.fillsReasoning)
                hasPlainMessages = false
            }
        }
    }

    /// Edits the body, which is the object at `slice`.
    ///
    /// - Returns: how many of its members stay.
    mutating func edit(_ slice: JSONSlice) throws(RequestFault) -> Int {
        var edits = JSONEdits()
        let kept = try edits.editMembers(of: slice, in: bytes) { edits, name, value throws(RequestFault) in
            try keep(name, value, &edits)
        }
        self.edits = edits
        return kept
    }

    private mutating func keep(
        _ name: JSONSlice, _ value: JSONSlice, _ edits: inout JSONEdits
    ) throws(RequestFault) -> Bool {
        // Absent, as everywhere.
        if bytes[value].equals("null") { return false }
        guard let field = Parameter.named(bytes[name]) else { return try keepExtra(name, value, &edits) }
        switch field {
        case .model:
            guard let model else { return false }
            edits.replace(value, with: .bytes(model))
        case .messages:
            guard route == .chat else { return false }
            if !hasPlainMessages, !messageRules.isEmpty {
                OpenAIMessages(bytes: bytes, rules: messageRules).edit(value, &edits)
            }
        case .prompt: return route == .completions || route == .responses
        case .input where route == .responses: leaveOutOwnThinking(of: value, &edits)
        case .input: return route == .embeddings
        // Said anew at the end.
        case .stream, .streamOptions: return false
        case .think, .format, .keepAlive, .truncate, .shift, .raw, .system, .template, .options: return false
        case .timeout, .numRetries, .dropParams: return false
        case .ignored: return keepUnread(name, value)
        // No limit is what a server has where nothing is said, and some refuse the number.
        case .maxTokens where asksNoLimit || isNoLimit(value): return false
        case .maxCompletionTokens where isNoLimit(value): return false
        case .maxTokens:
            guard let limit else { return true }
            guard !fields.has(.maxCompletionTokens) else { return false }
            rename(name, limit, &edits)
        case .maxCompletionTokens: if let limit { rename(name, limit, &edits) }
        case .effort where route != .responses, .reasoning where route != .responses:
            return try keepEffort(field, name, value, &edits)
        default:
            guard refused & field.bit == 0 else { return try refuse(field, value) }
            if let new = quirks.renames.first(where: { $0.field == field }) { rename(name, new.name, &edits) }
            if field == .stop { try limitStops(value, &edits) }
            if field == .toolChoice, bytes[value].equals("\"required\"") || bytes[value].equals("\"any\"") {
                edits.replace(value.unquoted, with: .text(quirks.required ?? "required"))
            } else if field == .tools, route == .chat,
                quirks.dropsStrict || quirks.fillsToolParameters || messageRules.contains(.dropsCacheControl)
            {
                editTools(value, &edits)
            }
        }
        return true
    }

    /// Thinking that this gateway has written for another provider's model: OpenAI knows neither its id nor its seal, and refuses
    /// both. Another gateway behind the same API may have written it, and gets it back.
    private func leaveOutOwnThinking(of input: JSONSlice, _ edits: inout JSONEdits) {
        guard rules.isOpenAIs || quirks.addresses == .azure, bytes[input][0] == 0x5b else { return }
        edits.removeElements(of: input, in: bytes) { item in
            guard let type = bytes.member("type", of: item), bytes[type].equals("\"reasoning\""),
                let id = bytes.member("id", of: item), bytes[id][0] == 0x22
            else { return false }
            let name = bytes[id.unquoted]
            return name.starts(with: ResponsesOutput.redactedID) || ResponsesOutput.isOwn(name)
        }
    }

    private func isNoLimit(_ value: JSONSlice) -> Bool { JSONNumber.integer(bytes[value]) == -1 }

    func rename(_ name: JSONSlice, _ new: StaticString, _ edits: inout JSONEdits) {
        if !bytes[name].equals(new) { edits.replace(name, with: .text(new)) }
    }

    private func editTools(_ tools: JSONSlice, _ edits: inout JSONEdits) {
        guard bytes[tools][0] == 0x5b else { return }
        bytes.forEachElement(of: tools) { tool in
            guard bytes[tool][0] == 0x7b else { return }
            edits.editMembers(of: tool, in: bytes) { edits, name, value in
                if bytes[name].equals("function"), bytes[value][0] == 0x7b {
                    editFunction(value, &edits)
                    return true
                }
                return keepsInTool(name)
            }
        }
    }

    private func editFunction(_ function: JSONSlice, _ edits: inout JSONEdits) {
        let fills = quirks.fillsToolParameters && bytes.member("parameters", of: function) == nil
        edits.editMembers(of: function, in: bytes) { _, name, _ in
            keepsInTool(name) && !(fills && bytes[name].equals("parameters"))
        }
        guard fills else { return }
        let end = Int(function.start) + Int(function.count) - 1
        edits.insert(.text(",\"parameters\":{\"type\":\"object\",\"properties\":{}}"), at: end)
    }

    /// Refuses more sequences than the provider takes; or has the first of them sent, where such may be dropped.
    private func limitStops(_ value: JSONSlice, _ edits: inout JSONEdits) throws(RequestFault) {
        guard let most = rules.mostStops, bytes[value][0] == 0x5b else { return }
        var count = 0
        var end = 0
        bytes.forEachElement(of: value) { stop in
            count += 1
            if count == most { end = Int(stop.start) + Int(stop.count) }
        }
        guard count > most else { return }
        guard drops else {
            throw RequestFault(
                "`\(rules.provider)` takes at most \(most) sequences in `stop`: send no more, or set `drop_params: true` to have "
                    + "the others ignored", param: "stop")
        }
        edits.remove(from: end, to: Int(value.start) + Int(value.count) - 1)
    }

    private func keepsInTool(_ name: JSONSlice) -> Bool {
        if bytes[name].equals("strict") { return !quirks.dropsStrict }
        if bytes[name].equals("cache_control") { return !messageRules.contains(.dropsCacheControl) }
        return true
    }

    // MARK: Fields the scan does not read

    private mutating func keepExtra(
        _ name: JSONSlice, _ value: JSONSlice, _ edits: inout JSONEdits
    ) throws(RequestFault) -> Bool {
        let label = bytes[name]
        if BoxOption.runsAModel(label) { return false }
        if let effort = foreignEffort(label, value) {
            // The first word for it counts, as everywhere.
            guard route == .chat, !saysEffort else { return false }
            written |= Parameter.effort.bit
            return refused & Parameter.effort.bit == 0 && writeEffort(effort, nil, over: name, value, &edits)
        }
        if !rules.takesServersWords, BoxOption.tunesServer(label) { return false }
        for other in quirks.refusedExtras where label.equals(other) {
            guard drops else { throw refusal("\(other)") }
            return false
        }
        if quirks.effort == .thinking, label.equals("thinking") {
            guard let type = bytes.member("type", of: value) else { return false }
            edits.replace(value, with: .text("{\"type\":"))
            let end = Int(value.start) + Int(value.count)
            edits.insert(.part(type), at: end)
            edits.insert(.text("}"), at: end)
        }
        if !quirks.isGateway, !quirks.sampling.isEmpty, let way = Sampling.meant(by: label) {
            return keepSampling(way, name, value, &edits)
        }
        watch(label)
        return true
    }

    /// A way of sampling goes by the server's own names for it; not where it has none.
    private mutating func keepSampling(
        _ way: Sampling, _ name: JSONSlice, _ value: JSONSlice, _ edits: inout JSONEdits
    ) -> Bool {
        let names = quirks.sampling.filter { $0.way == way }.map(\.name)
        guard let usual = names.first else { return false }
        func isGiven(_ other: StaticString) -> Bool { bytes.member(other, of: bytes.object) != nil }
        let label = bytes[name]
        if !names.contains(where: { label.equals($0) }) {
            // The server's own name for it counts where both are given.
            guard !names.contains(where: isGiven) else { return false }
            rename(name, usual, &edits)
        }
        for other in names { other.withUTF8Buffer { watch(UnsafeRawBufferPointer($0)) } }
        // A client that says another server's word knows whom it talks to.
        guard names.count == 1 || label.equals(usual) else { return true }
        for other in names.dropFirst() where !isGiven(other) {
            let end = Int(value.start) + Int(value.count)
            edits.insert(.text(",\""), at: end)
            edits.insert(.text(other), at: end)
            edits.insert(.text("\":"), at: end)
            edits.insert(.part(value), at: end)
        }
        return true
    }

    /// A field that the scan passes over: LiteLLM's stay here, OpenAI's go on.
    private mutating func keepUnread(_ name: JSONSlice, _ value: JSONSlice) -> Bool {
        let label = bytes[name]
        if label.equals("metadata") {
            switch quirks.metadata {
            case .never: return false
            case .withStore: guard route == .responses || storesAnswer else { return false }
            case .always: break
            }
        } else {
            guard Self.openAIs.contains(where: { label.equals($0) }) else { return false }
            if quirks.unknown.contains(where: { label.equals($0) }) { return false }
            // Those that always reason call one tool at a time, and refuse to be told so.
            if family.leavesOut(label) { return false }
        }
        watch(label)
        return true
    }

    /// Of the fields that the scan passes over, those that are OpenAI's.
    private static let openAIs: [StaticString] = [
        "user", "store", "service_tier", "parallel_tool_calls", "prediction", "safety_identifier", "prompt_cache_key",
        "prompt_cache_retention", "verbosity",
    ]

    /// Looked up once, however often a body names its `metadata`.
    private lazy var storesAnswer: Bool =
        bytes.member("store", of: bytes.object).map { bytes[$0].equals("true") } ?? false

    private mutating func watch(_ label: UnsafeRawBufferPointer) {
        for index in watched.indices {
            guard let name = watched[index].name, name.withUnsafeBytes({ label.equals($0) }) else { continue }
            given[index] = true
        }
    }
}
