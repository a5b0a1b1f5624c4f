/// One pass over a body of `/v1/messages`: finds the members that Drover reads, and checks each.
struct AnthropicScan: ~Copyable {
    let bytes: UnsafeRawBufferPointer
    private(set) var fields = Parameters()
    /// Those that have no place among the parameters, under the names that all fronts have for them.
    private(set) var extras: [ClientRequest.Extra] = []
    private(set) var promptBytes = 0
    /// Whether tools are among its own that are no functions.
    private(set) var hasForeignTools = false
    private(set) var stream = false
    private(set) var maxTokens: Int?
    /// A bit for each member met, `null` or not.
    private var met: UInt16 = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// About how many tokens the prompt has; at least 1.
    var promptTokenEstimate: Int { max(1, promptBytes / 4) }

    mutating func readBody() throws(RequestFault) {
        var scanner = JSONScanner(bytes)
        guard scanner.skipSpace() else { throw RequestFault("the request body is empty; send a JSON object") }
        guard scanner.byte == 0x7b else {
            guard scanner.skipValue(depth: 0), scanner.atEnd() else { throw .brokenJSON(scanner) }
            throw RequestFault("the request body must be a JSON object")
        }
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw .brokenJSON(scanner)
            case .value:
                guard let value = scanner.takeValue(depth: 1) else { throw .brokenJSON(scanner) }
                if let member = AnthropicMember.named(bytes[name]) { try take(member, name, value) }
            case .end:
                guard scanner.atEnd() else { throw .brokenJSON(scanner) }
                guard fields.has(.model) else {
                    throw RequestFault("`model` is missing; GET /v1/models lists what there is", param: "model")
                }
                guard fields.has(.messages) else { throw .at("messages", "is missing") }
                return
            }
        }
    }

    private mutating func take(
        _ member: AnthropicMember, _ name: JSONSlice, _ slice: JSONSlice
    ) throws(RequestFault) {
        let bit: UInt16 = 1 << member.rawValue
        guard met & bit == 0 else { throw .at("\(member.name)", "is given twice") }
        met |= bit
        let value = JSONValue(slice, of: bytes)
        if value.raw.equals("null") { return }
        guard try check(member, name, slice, value) else { return }
        if let parameter = member.parameter { fields.set(parameter, slice) }
    }

    /// Checks a value that is not `null`; whether it says anything.
    private mutating func check(
        _ member: AnthropicMember, _ name: JSONSlice, _ slice: JSONSlice, _ value: JSONValue
    ) throws(RequestFault) -> Bool {
        func require(_ isRight: Bool, _ what: String) throws(RequestFault) {
            guard isRight else { throw .at("\(member.name)", what) }
        }
        switch member {
        case .model: try require(value.text.map { !$0.isEmpty } ?? false, "must be the name of a model")
        case .messages:
            try require(value.isArray, "must be an array")
            try require(!value.isEmpty, "must hold at least one message")
            promptBytes += try AnthropicContent.check(messages: value)
        case .system:
            promptBytes += try AnthropicContent.check(system: value)
            return value.raw.count > 2
        case .maxTokens:
            maxTokens = JSONNumber.integer(value.raw)
            try require(maxTokens.map { $0 > 0 } ?? false, "must be a whole number of at least 1")
        case .stream:
            try require(value.isTrue || value.isFalse, "must be a boolean")
            stream = value.isTrue
        case .temperature, .topP:
            try require(JSONNumber.double(value.raw).map { $0 >= 0 } ?? false, "must be a number from 0 to 1")
        case .topK:
            try require(JSONNumber.integer(value.raw).map { $0 >= 0 } ?? false, "must be a whole number of at least 0")
            extras.append(ClientRequest.Extra(name: name, value: slice))
        case .stop:
            try require(value.isArray, "must be an array of strings")
            var isStrings = true
            value.forEachElement { if $0.text == nil { isStrings = false } }
            try require(isStrings, "must be an array of strings")
            return !value.isEmpty
        case .tools: return try checkTools(value)
        case .toolChoice: try require(value["type"]?.text != nil, "must be an object with a `type`")
        case .metadata:
            try require(value.isObject, "must be an object")
            if let user = bytes.member("user_id", of: slice) {
                guard bytes[user][0] == 0x22 else { throw .at("metadata.user_id", "must be a string") }
                fields.set(.user, user)
            }
        case .thinking:
            try require(value["type"]?.text != nil, "must be an object with a `type`")
            extras.append(ClientRequest.Extra(name: name, value: slice))
        case .outputConfig:
            try require(value.isObject, "must be an object")
            if let effort = bytes.member("effort", of: slice) { fields.set(.effort, effort) }
            if let format = bytes.member("format", of: slice) { fields.set(.answerFormat, format) }
        // Its older place.
        case .outputFormat:
            try require(value.isObject, "must be an object")
            if !fields.has(.answerFormat) { fields.set(.answerFormat, slice) }
        }
        return true
    }

    private mutating func checkTools(_ tools: JSONValue) throws(RequestFault) -> Bool {
        guard tools.isArray else { throw .at("tools", "must be an array") }
        var number = 0
        var isForeign = false
        try tools.forEachElement { tool throws(RequestFault) in
            guard tool.isObject else { throw .at("tools.\(number)", "must be an object") }
            if !AnthropicMessagesFront.isFunction(tool.raw.whole, of: tool.raw) {
                isForeign = true
            } else if tool["name"]?.text == nil {
                throw .at("tools.\(number).name", "must be a string")
            }
            number += 1
        }
        hasForeignTools = isForeign
        promptBytes += tools.raw.count
        return number > 0
    }
}
