/// One pass over a body of one of Ollama's routes: finds the members that Drover reads, checks each where it stands.
///
/// Names match as Go matches them (``GoName``), so that no other spelling gets past what is changed on the way to a box,
/// and one that comes twice is refused. What nobody knows here goes on to a box unread.
struct OllamaScan: ~Copyable {
    let bytes: UnsafeRawBufferPointer
    private let route: OllamaRoute
    var scanner: JSONScanner
    var fields = Parameters()
    /// A bit for each field met, `null` or not.
    private var met: UInt64 = 0

    var options: [ClientRequest.Extra] = []
    var promptBytes = 0
    /// Whether tools are among its own that are no functions.
    var hasForeignTools = false
    /// Ollama streams unless told not to.
    var stream = true
    var maxTokens: Int?
    var context: Int?
    /// Whether it has no messages, no prompt, or no input: then a box only loads the model.
    var isLoad = true

    init(_ bytes: UnsafeRawBufferPointer, of route: OllamaRoute) {
        self.bytes = bytes
        self.route = route
        scanner = JSONScanner(bytes)
    }

    mutating func readBody() throws(RequestFault) {
        guard scanner.skipSpace() else { throw RequestFault("missing request body") }
        guard scanner.byte == 0x7b else {
            guard let value = scanner.takeValue(depth: 0), scanner.atEnd() else { throw .brokenJSON(scanner) }
            throw .unmarshalBody(bytes[value], in: route.goType)
        }
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw .brokenJSON(scanner)
            case .value: try readMember(name)
            case .end:
                guard scanner.atEnd() else { throw .brokenJSON(scanner) }
                guard fields[.model].count > 2 || !route.requiresModel else {
                    throw RequestFault("model is required", param: "model")
                }
                // A load is answered at once and whole, whatever is asked.
                if isLoad || route.makesVectors { stream = false }
                return
            }
        }
    }

    private mutating func readMember(_ name: JSONSlice) throws(RequestFault) {
        guard let field = route.member(bytes[name]) else {
            guard scanner.skipValue(depth: 1) else { throw .brokenJSON(scanner) }
            return
        }
        guard met & field.bit == 0 else { throw .at("\(field.ollamaName)", "is given twice") }
        met |= field.bit
        let start = scanner.position
        switch (field, scanner.byte) {
        case (.messages, 0x5b): try readMessages()
        case (.options, 0x7b): try readOptions()
        default: guard scanner.skipValue(depth: 1) else { throw .brokenJSON(scanner) }
        }
        let slice = JSONSlice(from: start, to: scanner.position)
        if bytes[slice].equals("null") { return }
        guard try check(field, slice) else { return }
        fields.set(field, slice)
        // In words that a back of another dialect knows.
        if field == .think { fields.set(.effort, slice) }
        if field == .format { fields.set(.answerFormat, slice) }
        if field == .prompt, route == .embeddings { fields.set(.input, slice) }
    }

    private mutating func readMessages() throws(RequestFault) {
        scanner.position &+= 1
        var index = 0
        var first = true
        while true {
            switch scanner.nextElement(first: &first) {
            case .fault: throw .brokenJSON(scanner)
            case .value:
                promptBytes &+= try OllamaMessage(&scanner, in: bytes, at: index).promptBytes
                index &+= 1
            case .end:
                isLoad = index == 0
                return
            }
        }
    }

    private mutating func readOptions() throws(RequestFault) {
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        var names: Set<String> = []
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw .brokenJSON(scanner)
            case .end: return
            case .value:
                guard let value = scanner.takeValue(depth: 2) else { throw .brokenJSON(scanner) }
                let label = JSONString.decode(bytes[name])
                guard names.insert(label).inserted else { throw .at("options.\(label)", "is given twice") }
                guard names.count <= RequestScan.extrasLimit else {
                    throw RequestFault("more than \(RequestScan.extrasLimit) options; leave some out", param: "options")
                }
                if bytes[value].equals("null") { continue }
                try OllamaOption.check(label, bytes[value])
                if label == "num_predict" { maxTokens = positive(value) }
                if label == "num_ctx" { context = positive(value) }
                options.append(ClientRequest.Extra(name: name, value: value))
                let known = Parameter.ollamaOptions.first { [bytes] in bytes[name].spells($0.name) }
                if let parameter = known?.parameter { set(parameter, value) }
            }
        }
    }

    /// Keeps an option that other dialects have too, where it says there what it says here.
    private mutating func set(_ parameter: Parameter, _ value: JSONSlice) {
        switch parameter {
        case .maxTokens: if positive(value) != nil { fields.set(parameter, bytes.wholePart(of: value)) }
        // Below zero it is drawn, as it is where nothing is said.
        case .seed:
            guard let seed = OllamaOption.integer(bytes[value]), seed >= 0 else { return }
            fields.set(parameter, bytes.wholePart(of: value))
        case .stop: if !bytes.isEmptyContainer(value) { fields.set(parameter, value) }
        default: fields.set(parameter, value)
        }
    }

    /// A text, or a list of such.
    private func checkInput(_ slice: JSONSlice) throws(RequestFault) {
        var areTexts = bytes[slice][0] == 0x22 || bytes[slice][0] == 0x5b
        if bytes[slice][0] == 0x5b {
            bytes.forEachElement(of: slice) { [bytes] in areTexts = areTexts && bytes[$0][0] == 0x22 }
        }
        guard areTexts else { throw RequestFault("invalid input type", param: "input") }
    }

    private func positive(_ value: JSONSlice) -> Int? {
        OllamaOption.integer(bytes[value]).flatMap { $0 > 0 ? $0 : nil }
    }

    /// Checks a value that is not `null`; whether it says anything.
    private mutating func check(_ field: Parameter, _ slice: JSONSlice) throws(RequestFault) -> Bool {
        let value = bytes[slice]
        func require(_ isRight: Bool, _ type: StaticString) throws(RequestFault) {
            guard isRight else { throw .unmarshal(value, at: "\(field.ollamaName)", of: type, in: route.goType) }
        }
        let isBool = value[0] == 0x74 || value[0] == 0x66
        switch field {
        case .model: try require(value[0] == 0x22, "string")
        case .messages: try require(value[0] == 0x5b, "[]api.Message")
        case .options: try require(value[0] == 0x7b, "map[string]interface {}")
        case .tools:
            try require(value[0] == 0x5b, "api.Tools")
            var isForeign = false
            try bytes.forEachElement(of: slice) { [bytes] tool throws(RequestFault) in
                guard bytes[tool][0] == 0x7b else { throw .unmarshal(bytes[tool], at: "tools", of: "api.Tool") }
                if !OllamaChatFront.isFunction(tool, of: bytes) { isForeign = true }
            }
            hasForeignTools = isForeign
            promptBytes += Int(slice.count)
        case .stream:
            try require(isBool, "bool")
            stream = value[0] == 0x74
        case .prompt, .system, .suffix, .template:
            try require(value[0] == 0x22, "string")
            promptBytes += value.count - 2
            if field == .prompt, value.count > 2 { isLoad = false }
        case .input:
            try checkInput(slice)
            promptBytes += value.count
            if value.count > 2, value[0] == 0x22 || !bytes.isEmptyContainer(slice) { isLoad = false }
        case .dimensions: try require(JSONNumber.integer(value) != nil, "int")
        case .raw, .truncate, .shift, .logprobs: try require(isBool, "bool")
        case .topLogprobs:
            try require(JSONNumber.integer(value) != nil, "int")
            guard let count = JSONNumber.integer(value), (0...20).contains(count) else {
                throw RequestFault("top_logprobs must be between 0 and 20", param: "top_logprobs")
            }
        case .think:
            let words: [StaticString] = ["\"high\"", "\"medium\"", "\"low\"", "\"max\""]
            guard isBool || words.contains(where: { value.equals($0) }) else {
                throw RequestFault(
                    "think must be a boolean or string (\"high\", \"medium\", \"low\", \"max\", true, or false)",
                    param: "think")
            }
        case .format:
            if value.equals("\"\"") { return false }
            guard value[0] == 0x7b || value.equals("\"json\"") else {
                throw RequestFault(
                    "invalid format: \(String(decoding: value.prefix(200), as: UTF8.self)); expected \"json\" or a valid JSON Schema object",
                    param: "format")
            }
        case .keepAlive:
            guard value[0] == 0x22 || JSONNumber.double(value) != nil else {
                throw .at("keep_alive", "must be a duration such as \"5m\" or a number of seconds")
            }
        default: break
        }
        return true
    }
}
