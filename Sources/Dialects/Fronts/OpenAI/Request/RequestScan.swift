/// One pass over a request body: finds the fields, checks each where it stands.
struct RequestScan: ~Copyable {
    let bytes: UnsafeRawBufferPointer
    let front: Front
    var scanner: JSONScanner
    var fields = Parameters()
    /// A bit for each field met, `null` or not.
    private var met: UInt64 = 0

    var extras: [ClientRequest.Extra] = []
    var options: [ClientRequest.Extra] = []
    var hasPlainMessages = true
    var hasBlankArguments = false
    var hasForeignTools = false
    var hasCustomTools = false
    /// Members that stand for members beside it: an object; absent where there is none.
    var extraBody = JSONSlice()
    var promptBytes = 0
    var stream = false
    var includeUsage = false
    var maxTokens: Int?
    var maxCompletionTokens: Int?
    var context: Int?
    var timeoutSeconds: Double?
    var numRetries: Int?
    var dropParams: Bool?
    var wishes = RoutingWishes()

    /// More fields than any client has; keeps the search for doubles cheap.
    static let extrasLimit = 64

    init(_ bytes: UnsafeRawBufferPointer, front: Front) {
        self.bytes = bytes
        self.front = front
        scanner = JSONScanner(bytes)
    }

    mutating func readBody() throws(RequestFault) {
        guard scanner.skipSpace() else { throw RequestFault("the request body is empty; send a JSON object") }
        guard scanner.byte == 0x7b else {
            guard scanner.skipValue(depth: 0), scanner.atEnd() else { throw brokenJSON() }
            throw RequestFault("the request body must be a JSON object")
        }
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw brokenJSON()
            case .value: try readField(name)
            case .end:
                guard scanner.atEnd() else { throw brokenJSON() }
                if !extras.isEmpty || !options.isEmpty { try readContext() }
                try requireFields()
                if front == .openAIResponses { readResponses() }
                return
            }
        }
    }

    private func requireFields() throws(RequestFault) {
        guard fields.has(.model) else {
            throw RequestFault("`model` is missing; GET /v1/models lists what there is", param: "model")
        }
        let prompt = front.api.prompt
        guard fields.has(prompt) else {
            throw RequestFault("`\(prompt.openAIName)` is missing", param: "\(prompt.openAIName)")
        }
    }

    @inline(__always)
    private mutating func readField(_ name: JSONSlice) throws(RequestFault) {
        guard let field = Parameter.named(bytes[name]) else { return try readExtra(name) }
        if field == .ignored {
            guard let value = scanner.takeValue(depth: 1) else { throw brokenJSON() }
            return try readWish(bytes[name], value)
        }
        guard met & field.bit == 0 else {
            throw RequestFault("`\(field.openAIName)` is given twice", param: "\(field.openAIName)")
        }
        met |= field.bit
        let start = scanner.position
        if scanner.byte == 0x6e {  // Only `null` begins so.
            guard scanner.skipScalar() else { throw brokenJSON() }
            let isNeeded = field == .messages || field == .prompt && front != .openAIResponses || field == .input
            guard field != .model, !isNeeded else {
                throw RequestFault("`\(field.openAIName)` must not be null", param: "\(field.openAIName)")
            }
            return
        }
        switch field {
        case .messages where front == .openAIChat: try readMessages()
        case .tools where front == .openAIChat: try readTools()
        case .options: try readOptions()
        default:
            guard scanner.skipValue(depth: 1) else { throw brokenJSON() }
            try check(field, JSONSlice(from: start, to: scanner.position))
        }
        // `check` may have chosen a part of the value.
        if !fields.has(field) { fields.set(field, JSONSlice(from: start, to: scanner.position)) }
    }

    private mutating func readExtra(_ name: JSONSlice) throws(RequestFault) {
        guard let value = scanner.takeValue(depth: 1) else { throw brokenJSON() }
        if bytes[value].equals("null") { return }
        try Self.add(ClientRequest.Extra(name: name, value: value), to: &extras, in: bytes, path: "")
    }

    /// Ollama's own object of sampling parameters.
    private mutating func readOptions() throws(RequestFault) {
        guard scanner.byte == 0x7b else { throw RequestFault("`options` must be an object", param: "options") }
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw brokenJSON()
            case .end: return
            case .value:
                guard let value = scanner.takeValue(depth: 2) else { throw brokenJSON() }
                if bytes[value].equals("null") { continue }
                try Self.add(ClientRequest.Extra(name: name, value: value), to: &options, in: bytes, path: "options.")
            }
        }
    }

    private static func add(
        _ extra: ClientRequest.Extra, to list: inout [ClientRequest.Extra], in bytes: UnsafeRawBufferPointer,
        path: String
    ) throws(RequestFault) {
        let name = bytes[extra.name]
        for other in list where bytes[other.name].equals(name) {
            let text = path + JSONString.decode(name)
            throw RequestFault("`\(text)` is given twice", param: text)
        }
        guard list.count < extrasLimit else {
            throw RequestFault("more than \(extrasLimit) unknown fields; leave some out")
        }
        list.append(extra)
    }

    func brokenJSON() -> RequestFault { .brokenJSON(scanner) }
}
