import NIOCore

/// OpenAI's messages as Anthropic's turns: the system's word apart from them, users and assistants in alternation.
///
/// The turns are kept as pieces of the client's body until all are known, since what a turn may hold hangs on those around
/// it.
struct AnthropicConversation {
    let bytes: UnsafeRawBufferPointer
    let model: AnthropicModel
    /// In the order in which the client wrote them.
    private(set) var blocks: [AnthropicBlock] = []
    /// The names of the functions that are called, as JSON strings, as often as they are.
    private(set) var calledNames: [JSONSlice] = []
    /// The message with the latest call of the old kind, which has no id.
    private(set) var latestFunctionCall = 0

    init(of bytes: UnsafeRawBufferPointer, model: AnthropicModel) {
        self.bytes = bytes
        self.model = model
    }

    /// Reads the array at `slice`, which a scan has found valid.
    ///
    /// - Throws: what cannot be said in Anthropic's words, with its path.
    mutating func read(_ slice: JSONSlice) throws(RequestFault) {
        try bytes.forEachMessage(of: slice) { message, whole, index throws(RequestFault) in
            try add(message, whole, at: index)
        }
        guard blocks.contains(where: { $0.role != .system }) else {
            throw .at("messages", "must hold words that are not the system's: Anthropic answers nothing else")
        }
        trimEnd()
    }

    private mutating func add(_ message: RequestMessage, _ whole: JSONSlice, at index: Int) throws(RequestFault) {
        let before = blocks.count
        switch message.role {
        case .system, .developer: try addContent(message, as: .system, at: index)
        case .user:
            try addContent(message, as: .user, at: index)
            if blocks.count == before { blocks.append(AnthropicBlock(role: .user, kind: .silence, message: index)) }
        case .assistant:
            if !message.isPlain { addThinking(of: message, whole, at: index) }
            try addContent(message, as: .assistant, at: index)
            addCalls(message, at: index)
        case .tool, .function: try addResult(message, at: index)
        }
        // A mark of the whole message's is one of its last block's. Thinking takes none.
        guard !message.isPlain, blocks.count > before, let cache = bytes.member("cache_control", of: whole) else {
            return
        }
        if case .thinking = blocks[blocks.count - 1].kind { return }
        if blocks[blocks.count - 1].cache.isAbsent { blocks[blocks.count - 1].cache = cache }
    }

    private mutating func addContent(
        _ message: RequestMessage, as role: AnthropicBlock.Role, at index: Int
    ) throws(RequestFault) {
        let content = message.content.isAbsent ? message.refusal : message.content
        if content.isAbsent { return }
        guard bytes[content][0] == 0x5b else {
            return addText(content.unquoted, JSONSlice(), as: role, at: index, 0)
        }
        var number = 0
        try bytes.forEachElement(of: content) { part throws(RequestFault) in
            let block = try Self.block(part, of: bytes, as: role) { "messages[\(index)].content[\(number)]" }
            if case .text(let text) = block.kind {
                addText(text, block.cache, as: role, at: index, number)
            } else {
                blocks.append(
                    AnthropicBlock(role: role, kind: block.kind, cache: block.cache, message: index, part: number))
            }
            number += 1
        }
    }

    private mutating func addText(
        _ text: JSONSlice, _ cache: JSONSlice, as role: AnthropicBlock.Role, at index: Int, _ part: Int
    ) {
        if AnthropicText.isBlank(bytes[text]) { return }
        blocks.append(AnthropicBlock(role: role, kind: .text(text), cache: cache, message: index, part: part))
    }

    /// What a part of a content is, and its `cache_control`.
    static func block(
        _ part: JSONSlice, of bytes: UnsafeRawBufferPointer, as role: AnthropicBlock.Role?, path: () -> String
    ) throws(RequestFault) -> (kind: AnthropicBlock.Kind, cache: JSONSlice) {
        var scanner = JSONScanner(bytes)
        scanner.position = Int(part.start)
        let kind: AnthropicBlock.Kind
        switch try ContentPart(&scanner, in: bytes, path: path) {
        case .text(let text): kind = .text(text.unquoted)
        case .image(let url): kind = .media(try AnthropicMedia(url: url, in: bytes, path: path))
        case .other(let type):
            guard type == "file" else {
                throw .at("\(path()).type", "is \"\(type)\", which Anthropic does not take; send text, images or PDFs")
            }
            kind = .media(try AnthropicMedia(file: bytes.member("file", of: part), in: bytes, path: path))
        }
        if case .media = kind, role == .system || role == .assistant {
            throw .at("\(path()).type", "must be \"text\" in a message that is not the user's or a tool's")
        }
        return (kind, bytes.member("cache_control", of: part) ?? JSONSlice())
    }

    /// Only what bears the provider's seal goes back to it: other thinking is refused.
    ///
    /// A stream gives the seal apart from the words, which the client keeps as `reasoning_content`: where there is one
    /// seal they are its words.
    private mutating func addThinking(of message: RequestMessage, _ whole: JSONSlice, at index: Int) {
        guard let list = bytes.member("thinking_blocks", of: whole), bytes[list][0] == 0x5b else { return }
        let before = blocks.count
        var seals = 0
        bytes.forEachElement(of: list) { slice in
            let block = AnthropicValue(slice, of: bytes)
            let isOpen = block["type"]?.says("thinking") ?? false
            guard isOpen || block["type"]?.says("redacted_thinking") ?? false,
                let seal = (isOpen ? block["signature"] : block["data"])?.text, !seal.isEmpty
            else { return }
            if isOpen { seals += 1 }
            blocks.append(
                AnthropicBlock(role: .assistant, kind: .thinking(slice, words: JSONSlice()), message: index))
        }
        guard seals == 1, !message.reasoning.isAbsent else { return }
        for index in before..<blocks.count {
            if case .thinking(let slice, _) = blocks[index].kind {
                blocks[index].kind = .thinking(slice, words: message.reasoning)
            }
        }
    }

    private mutating func addCalls(_ message: RequestMessage, at index: Int) {
        if !message.functionCall.isAbsent {
            latestFunctionCall = index
            addCall(message.functionCall, .made(index), at: index, 0)
        }
        guard !message.toolCalls.isAbsent else { return }
        var number = 0
        bytes.forEachElement(of: message.toolCalls) { call in
            if let function = bytes.member("function", of: call) {
                let id = bytes.member("id", of: call)
                addCall(function, id.map { .given($0.unquoted) } ?? .made(index), at: index, number)
                if let cache = bytes.member("cache_control", of: call) { blocks[blocks.count - 1].cache = cache }
            }
            number += 1
        }
    }

    private mutating func addCall(
        _ function: JSONSlice, _ id: AnthropicBlock.Identifier, at index: Int, _ number: Int
    ) {
        blocks.append(
            AnthropicBlock(role: .assistant, kind: .call(function), id: id, message: index, part: number))
        guard let name = bytes.member("name", of: function) else { return }
        calledNames.append(name)
    }

    private mutating func addResult(_ message: RequestMessage, at index: Int) throws(RequestFault) {
        let id: AnthropicBlock.Identifier
        if !message.toolCallID.isAbsent {
            id = .given(message.toolCallID.unquoted)
        } else if message.role == .function {
            id = .made(latestFunctionCall)
        } else {
            throw .at("messages[\(index)].tool_call_id", "is missing; it says which call this is the result of")
        }
        blocks.append(AnthropicBlock(role: .user, kind: .result(message.content), id: id, message: index))
    }

    /// An assistant's last words are the answer's first, and the API takes none that end in white space.
    private mutating func trimEnd() {
        guard let last = blocks.last, last.role == .assistant, case .text(let text) = last.kind else { return }
        let end = Int(text.start) + AnthropicText.trimmedEnd(bytes[text])
        blocks[blocks.count - 1].kind = .text(JSONSlice(from: Int(text.start), to: end))
    }
}
