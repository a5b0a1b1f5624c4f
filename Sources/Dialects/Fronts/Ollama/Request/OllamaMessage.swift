/// One message of `/api/chat`: where its parts stand; absent are those that are missing or `null`.
struct OllamaMessage {
    private(set) var role = JSONSlice()
    private(set) var content = JSONSlice()
    private(set) var thinking = JSONSlice()
    private(set) var images = JSONSlice()
    private(set) var toolCalls = JSONSlice()
    private(set) var toolName = JSONSlice()
    private(set) var toolCallID = JSONSlice()
    /// The bytes of its text and tool calls.
    private(set) var promptBytes = 0

    private enum Field: UInt8, CaseIterable {
        case role, content, thinking, images, toolCalls, toolName, toolCallID

        var name: StaticString {
            switch self {
            case .role: "role"
            case .content: "content"
            case .thinking: "thinking"
            case .images: "images"
            case .toolCalls: "tool_calls"
            case .toolName: "tool_name"
            case .toolCallID: "tool_call_id"
            }
        }

        private static func spelt(_ name: UnsafeRawBufferPointer) -> Field? {
            for field in allCases where name.equals(field.name) { return field }
            return nil
        }

        static func named(_ raw: UnsafeRawBufferPointer) -> Field? {
            if let known = spelt(raw) { return known }
            return GoName.isFolded(raw) ? nil : GoName.folded(raw).withUnsafeBytes { spelt($0) }
        }
    }

    /// Reads the message at hand.
    ///
    /// - Throws: `RequestFault` in Ollama's words.
    init(_ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer, at index: Int) throws(RequestFault) {
        guard scanner.byte == 0x7b else {
            guard let value = scanner.takeValue(depth: 2) else { throw .brokenJSON(scanner) }
            throw .unmarshal(bytes[value], at: "messages", of: "api.Message")
        }
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        var met: UInt8 = 0
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw .brokenJSON(scanner)
            case .end: return
            case .value:
                guard let value = scanner.takeValue(depth: 3) else { throw .brokenJSON(scanner) }
                guard let field = Field.named(bytes[name]) else { continue }
                let bit: UInt8 = 1 << field.rawValue
                guard met & bit == 0 else { throw .at("messages[\(index)].\(field.name)", "is given twice") }
                met |= bit
                if bytes[value].equals("null") { continue }
                try take(field, value, in: bytes)
            }
        }
    }

    private mutating func take(
        _ field: Field, _ value: JSONSlice, in bytes: UnsafeRawBufferPointer
    ) throws(RequestFault) {
        switch field {
        case .images:
            try Self.checkImages(value, in: bytes)
            images = value
            return
        case .toolCalls:
            try Self.checkCalls(value, in: bytes)
            toolCalls = value
            promptBytes += Int(value.count)
            return
        case .role: role = value
        case .content: content = value
        case .thinking: thinking = value
        case .toolName: toolName = value
        case .toolCallID: toolCallID = value
        }
        guard bytes[value][0] == 0x22 else {
            throw .unmarshal(bytes[value], at: "messages.\(field.name)", of: "string")
        }
        if field == .content || field == .thinking { promptBytes += Int(value.count) - 2 }
    }

    private static func checkImages(_ value: JSONSlice, in bytes: UnsafeRawBufferPointer) throws(RequestFault) {
        guard bytes[value][0] == 0x5b else {
            throw .unmarshal(bytes[value], at: "messages.images", of: "[]api.ImageData")
        }
        try bytes.forEachElement(of: value) { image throws(RequestFault) in
            guard bytes[image][0] == 0x22 else {
                throw .unmarshal(bytes[image], at: "messages.images", of: "[]uint8")
            }
        }
    }

    private static func checkCalls(_ value: JSONSlice, in bytes: UnsafeRawBufferPointer) throws(RequestFault) {
        guard bytes[value][0] == 0x5b else {
            throw .unmarshal(bytes[value], at: "messages.tool_calls", of: "[]api.ToolCall")
        }
        try bytes.forEachElement(of: value) { call throws(RequestFault) in
            guard bytes[call][0] == 0x7b else {
                throw .unmarshal(bytes[call], at: "messages.tool_calls", of: "api.ToolCall")
            }
            guard let function = bytes.goMember("function", of: call) else { return }
            guard bytes[function][0] == 0x7b else {
                throw .unmarshal(bytes[function], at: "messages.tool_calls.function", of: "api.ToolCallFunction")
            }
            guard let arguments = bytes.goMember("arguments", of: function) else { return }
            guard bytes[arguments][0] == 0x7b else {
                throw .unmarshal(
                    bytes[arguments], at: "messages.tool_calls.function.arguments",
                    of: "api.ToolCallFunctionArguments")
            }
        }
    }
}
