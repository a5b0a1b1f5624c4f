/// Reads the messages of `/api/chat` as neutral ones.
///
/// Ollama's calls may go without an id: such a one is named by its message and its place there. A result belongs to the
/// call whose id it has; without one to the oldest call of its function that has no result yet, else to the oldest of all.
struct OllamaPromptReader {
    private let bytes: UnsafeRawBufferPointer
    private var message = Message(in: OllamaWords.self)
    /// The calls without a result, the oldest first.
    private var open: [Block.Call] = []

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Calls for each message of the array at `slice`, which a scan has found valid.
    ///
    /// - Throws: `RequestFault` for what only a box understands.
    mutating func read(
        _ slice: JSONSlice, _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var scanner = JSONScanner(bytes)
        scanner.position = Int(slice.start) + 1
        var index = 0
        var first = true
        while case .value = scanner.nextElement(first: &first) {
            try take(OllamaMessage(&scanner, in: bytes, at: index), at: index)
            try body(message)
            index += 1
        }
    }

    private mutating func take(_ given: OllamaMessage, at index: Int) throws(RequestFault) {
        message.begin(try role(of: given, at: index), index)
        if given.content.count > 2 { add(.text(given.content), .part(nil)) }
        try addImages(given.images)
        switch message.role {
        case .assistant:
            if given.thinking.count > 2 { message.thoughts = given.thinking }
            try addCalls(given.toolCalls)
        case .tool:
            message.callID = try takeCall(of: given)
            message.toolName = given.toolName
        case .system, .user: break
        }
    }

    private func role(of given: OllamaMessage, at index: Int) throws(RequestFault) -> Message.Role {
        switch given.role.isAbsent ? "" : JSONString.decode(bytes[given.role.unquoted]).lowercased() {
        case "system": return .system
        case "user": return .user
        case "assistant": return .assistant
        case "tool": return .tool
        default: throw .at("messages[\(index)].role", "must be one of system, user, assistant, tool")
        }
    }

    private mutating func add(_ kind: Block.Kind, _ spot: Place.Spot) {
        let place = Place(words: OllamaWords.self, message: message.index, spot: spot)
        message.blocks.append(Block(kind: kind, place: place))
    }

    private mutating func addImages(_ images: JSONSlice) throws(RequestFault) {
        guard !images.isAbsent else { return }
        var number = 0
        try bytes.forEachElement(of: images) { image throws(RequestFault) in
            guard let type = PictureType(base64: bytes[image.unquoted]) else {
                throw .at(
                    "messages[\(message.index)].images[\(number)]",
                    "must be base64 of a PNG, JPEG, GIF or WebP picture, without `data:` before it")
            }
            add(.image(Block.Media(data: image, picture: type)), .picture(number))
            number += 1
        }
        message.isString = number == 0
    }

    private mutating func addCalls(_ calls: JSONSlice) throws(RequestFault) {
        guard !calls.isAbsent else { return }
        var number = 0
        try bytes.forEachElement(of: calls) { call throws(RequestFault) in
            let function = bytes.goMember("function", of: call)
            guard let function, let name = bytes.goMember("name", of: function), bytes[name][0] == 0x22 else {
                throw .at("messages[\(message.index)].tool_calls[\(number)].function.name", "is missing")
            }
            let id = bytes.goMember("id", of: call).flatMap { bytes[$0][0] == 0x22 && $0.count > 2 ? $0 : nil }
            let made = Block.Call(
                id: id.map { .given($0) } ?? .counted(message: message.index, call: number), name: name,
                arguments: bytes.goMember("arguments", of: function) ?? JSONSlice())
            open.append(made)
            add(.call(made), .call(number))
            number += 1
        }
    }

    /// Which call a message is the result of.
    private mutating func takeCall(of given: OllamaMessage) throws(RequestFault) -> CallID {
        if given.toolCallID.count > 2 {
            let text = bytes[given.toolCallID.unquoted]
            let position = open.firstIndex { call in
                if case .given(let id) = call.id { return bytes[id.unquoted].equals(text) }
                return call.id.made.map { text.elementsEqual($0.utf8) } ?? false
            }
            return position.map { open.remove(at: $0).id } ?? .given(given.toolCallID)
        }
        let named = given.toolName.isAbsent ? nil : JSONString.decode(bytes[given.toolName.unquoted])
        let ofName = named.flatMap { name in
            open.firstIndex { JSONString.decode(bytes[$0.name.unquoted]) == name }
        }
        guard let position = ofName ?? open.indices.first else {
            throw .at("messages[\(message.index)]", "is a result, and every call before it has one already")
        }
        return open.remove(at: position).id
    }
}
