/// One message of a chat: what it is and where its parts stand.
struct RequestMessage {
    enum Role: UInt8 { case system, developer, user, assistant, tool, function }

    private(set) var role = Role.user
    /// A string or an array of parts; absent when there is none, or `null`.
    private(set) var content = JSONSlice()
    private(set) var name = JSONSlice()
    private(set) var toolCalls = JSONSlice()
    private(set) var toolCallID = JSONSlice()
    private(set) var functionCall = JSONSlice()
    private(set) var refusal = JSONSlice()
    private(set) var reasoning = JSONSlice()
    /// Whether it has just a role that every dialect has, and a string as content, in letters without escapes.
    private(set) var isPlain = true
    /// Whether it has members that are not among these.
    private(set) var hasUnread = false
    /// Whether the model said something in it that is no text: sounds, pictures, sealed thinking.
    private var saysOtherwise = false
    /// Whether its content is a list of no parts.
    private var hasNoParts = false
    /// Whether a call of it comes without arguments, or with a string that says nothing in their place.
    private(set) var hasBlankArguments = false
    /// The bytes of its text and tool calls.
    private(set) var promptBytes = 0

    /// Reads the message whose opening brace is at hand.
    ///
    /// - Throws: `RequestFault` with the path of what is wrong.
    @inline(__always)
    init(
        _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer, at index: Int
    ) throws(RequestFault) {
        guard scanner.byte == 0x7b else {
            guard scanner.skipValue(depth: 2) else { throw .brokenJSON(scanner) }
            throw .at("messages[\(index)]", "must be an object")
        }
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        var met: UInt16 = 0
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw .brokenJSON(scanner)
            case .value:
                try take(bytes[name], &scanner, in: bytes, met: &met, at: index)
            case .end:
                guard met & 1 != 0 else { throw .at("messages[\(index)].role", "is missing") }
                try checkContent(in: bytes, at: index)
                return
            }
        }
    }

    @inline(__always)
    private mutating func take(
        _ name: UnsafeRawBufferPointer, _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer,
        met: inout UInt16, at index: Int
    ) throws(RequestFault) {
        guard let field = MessageField.named(name) else {
            isPlain = false
            hasUnread = true
            if scanner.byte != 0x6e, Self.answers.contains(where: { name.equals($0) }) { saysOtherwise = true }
            guard scanner.skipValue(depth: 3) else { throw .brokenJSON(scanner) }
            return
        }
        let bit: UInt16 = 1 << UInt16(field.rawValue)
        guard met & bit == 0 else { throw .at("messages[\(index)].\(field.label)", "is given twice") }
        met |= bit
        let start = scanner.position
        if field == .content, scanner.byte == 0x5b {
            try readParts(&scanner, in: bytes, at: index)
            if !hasNoParts { content = JSONSlice(from: start, to: scanner.position) }
            return
        }
        guard let value = scanner.takeValue(depth: 3) else { throw .brokenJSON(scanner) }
        switch field {
        case .role:
            guard let known = Self.role(bytes[value]) else {
                throw .at(
                    "messages[\(index)].role", "must be one of system, developer, user, assistant, tool, function")
            }
            role = known
            if known == .developer || known == .tool || known == .function || name.count != 4 { isPlain = false }
        case .content:
            if bytes[value][0] != 0x6e { content = value }
            if name.count != 7 { isPlain = false }
        default:
            isPlain = false
            if bytes[value][0] != 0x6e { try takeRare(field, value, in: bytes, at: index) }
        }
    }

    /// What an answer may be beside its words, and clients send back.
    private static let answers: [StaticString] = ["audio", "images", "thinking_blocks"]

    private mutating func takeRare(
        _ field: MessageField, _ value: JSONSlice, in bytes: UnsafeRawBufferPointer, at index: Int
    ) throws(RequestFault) {
        switch field {
        case .role, .content: break
        case .toolCalls: return try checkToolCalls(value, in: bytes, at: index)
        case .functionCall:
            functionCall = try checkFunction(value, in: bytes, path: "messages[\(index)].function_call")
            promptBytes += Int(value.count)
            return
        case .toolCallID: toolCallID = value
        case .name: self.name = value
        case .refusal: refusal = value
        case .reasoningContent, .reasoning, .thinking:
            // Some servers answer it under two names, and clients send both back; others have an object under the shortest.
            guard bytes[value][0] == 0x22 || field != .reasoning else { return }
            if reasoning.count <= 2 { reasoning = value }
        }
        guard bytes[value][0] == 0x22 else { throw .at("messages[\(index)].\(field.label)", "must be a string") }
    }

    @inline(__always)
    private static func role(_ value: UnsafeRawBufferPointer) -> Role? {
        switch value.count {
        case 6:
            if value.equals("\"user\"") { return .user }
            if value.equals("\"tool\"") { return .tool }
        case 8: if value.equals("\"system\"") { return .system }
        case 10: if value.equals("\"function\"") { return .function }
        case 11:
            if value.equals("\"assistant\"") { return .assistant }
            if value.equals("\"developer\"") { return .developer }
        default: break
        }
        return nil
    }

    @inline(__always)
    private mutating func checkContent(in bytes: UnsafeRawBufferPointer, at index: Int) throws(RequestFault) {
        if content.isAbsent {
            isPlain = false
            let says = !toolCalls.isAbsent || !functionCall.isAbsent || !refusal.isAbsent || reasoning.count > 2
            guard role == .assistant, says || saysOtherwise else {
                if hasNoParts { throw .at("messages[\(index)].content", "must not be empty") }
                throw .at(
                    "messages[\(index)].content",
                    "is missing; only an assistant's message with `tool_calls` may go without")
            }
        } else if bytes[content][0] == 0x22 {
            promptBytes += Int(content.count) - 2
        } else {
            isPlain = false
            guard bytes[content][0] == 0x5b else {
                throw .at("messages[\(index)].content", "must be a string or an array of parts")
            }
        }
    }

    private mutating func readParts(
        _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer, at index: Int
    ) throws(RequestFault) {
        scanner.position &+= 1
        var number = 0
        var first = true
        while true {
            switch scanner.nextElement(first: &first) {
            case .fault: throw .brokenJSON(scanner)
            case .value:
                let part = try ContentPart(&scanner, in: bytes) { "messages[\(index)].content[\(number)]" }
                if case .text(let text) = part.kind { promptBytes += Int(text.count) - 2 }
                number += 1
            case .end:
                hasNoParts = number == 0
                return
            }
        }
    }

    private mutating func checkToolCalls(
        _ value: JSONSlice, in bytes: UnsafeRawBufferPointer, at index: Int
    ) throws(RequestFault) {
        guard bytes[value][0] == 0x5b else { throw .at("messages[\(index)].tool_calls", "must be an array") }
        var number = 0
        try bytes.forEachElement(of: value) { call throws(RequestFault) in
            let path = "messages[\(index)].tool_calls[\(number)]"
            number += 1
            guard bytes[call][0] == 0x7b else { throw .at(path, "must be an object") }
            if let id = bytes.member("id", of: call), bytes[id][0] != 0x22 {
                throw .at("\(path).id", "must be a string")
            }
            guard let function = bytes.member("function", of: call) else {
                throw .at("\(path).function", "is missing; only function calls are supported")
            }
            _ = try checkFunction(function, in: bytes, path: "\(path).function")
        }
        if number > 0 { toolCalls = value }
        promptBytes += Int(value.count)
    }

    /// A name, and arguments as a string that holds an object (or the object itself); the upstream's encoder reads them.
    private mutating func checkFunction(
        _ value: JSONSlice, in bytes: UnsafeRawBufferPointer, path: String
    ) throws(RequestFault) -> JSONSlice {
        guard bytes[value][0] == 0x7b else { throw .at(path, "must be an object") }
        guard let name = bytes.member("name", of: value), bytes[name][0] == 0x22 else {
            throw .at("\(path).name", "must be a string")
        }
        guard let arguments = bytes.member("arguments", of: value) else {
            hasBlankArguments = true
            return value
        }
        if bytes[arguments][0] == 0x22 {
            if JSONString.saysNothing(bytes[arguments.unquoted]) { hasBlankArguments = true }
        } else if bytes[arguments][0] != 0x7b {
            throw .at("\(path).arguments", "must be a string that holds a JSON object")
        }
        return value
    }
}
