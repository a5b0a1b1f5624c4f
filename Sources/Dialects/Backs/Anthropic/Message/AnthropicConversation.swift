import NIOCore

/// A conversation as Anthropic's turns: the system's word apart from them, users and assistants in alternation.
///
/// The turns are kept as pieces of the client's body until all are known, since what a turn may hold hangs on those around
/// it.
struct AnthropicConversation {
    let bytes: UnsafeRawBufferPointer
    let model: AnthropicModel
    /// In the order in which the client wrote them.
    private(set) var blocks: [AnthropicBlock] = []
    /// Those of which the results are made.
    private(set) var results: [AnthropicBlock] = []
    /// The names of the functions that are called, as JSON strings, as often as they are.
    private(set) var calledNames: [JSONSlice] = []

    /// - Throws: what cannot be said in Anthropic's words, with its path.
    init(of prompt: Prompt, model: AnthropicModel) throws(RequestFault) {
        bytes = prompt.bytes
        self.model = model
        try prompt.forEachMessage { message throws(RequestFault) in try add(message) }
        guard blocks.contains(where: { $0.role != .system }) else {
            throw .at("messages", "must hold words that are not the system's: Anthropic answers nothing else")
        }
        trimEnd()
    }

    private mutating func add(_ message: borrowing Message) throws(RequestFault) {
        let before = blocks.count
        switch message.role {
        case .system: try Self.add(message, as: .system, of: bytes, to: &blocks)
        case .user:
            try Self.add(message, as: .user, of: bytes, to: &blocks)
            if blocks.count == before {
                blocks.append(AnthropicBlock(role: .user, kind: .silence, place: message.place))
            }
        case .assistant:
            try Self.add(message, as: .assistant, of: bytes, to: &blocks)
            for block in message.blocks {
                if case .call(let call) = block.kind { calledNames.append(call.name) }
            }
        case .tool: try addResult(message)
        }
        // A mark of the whole message's is one of its last block's. Thinking takes none.
        guard !message.mark.isAbsent, blocks.count > before, !blocks[blocks.count - 1].isThinking else { return }
        if blocks[blocks.count - 1].cache.isAbsent { blocks[blocks.count - 1].cache = message.mark }
    }

    private static func add(
        _ message: borrowing Message, as role: AnthropicBlock.Role, of bytes: UnsafeRawBufferPointer,
        to blocks: inout [AnthropicBlock]
    ) throws(RequestFault) {
        for block in message.blocks {
            guard let kind = try kind(of: block, as: role, in: bytes) else { continue }
            blocks.append(AnthropicBlock(role: role, kind: kind, cache: block.mark, place: block.place))
        }
    }

    /// What a block becomes; nil: nothing.
    private static func kind(
        of block: Block, as role: AnthropicBlock.Role, in bytes: UnsafeRawBufferPointer
    ) throws(RequestFault) -> AnthropicBlock.Kind? {
        switch block.kind {
        case .text(let text), .refusal(let text):
            return AnthropicText.isBlank(bytes[text.unquoted]) ? nil : .text(text.unquoted)
        case .image(let media):
            return .media(try users(AnthropicMedia(picture: media, of: bytes, at: block.place), block, role))
        case .file(let media):
            return .media(try users(AnthropicMedia(file: media, of: bytes, at: block.place), block, role))
        case .audio:
            throw block.place.fault(
                .kind,
                "is \"\(block.place.word(for: block.kind))\", which Anthropic does not take; send text, images or PDFs")
        case .shown: return nil
        case .thinking(let words, let seal): return .thinking(words: words, seal: seal)
        case .redacted(let data): return .redacted(data)
        case .call(var call):
            if case .missing = call.id { call.id = .ofMessage(block.place.message) }
            return .call(call)
        }
    }

    private static func users(
        _ media: AnthropicMedia, _ block: Block, _ role: AnthropicBlock.Role
    ) throws(RequestFault) -> AnthropicMedia {
        guard role == .user else {
            throw block.place.fault(
                .kind, "must be \"text\" in a message that is not the user's or a tool's")
        }
        return media
    }

    private mutating func addResult(_ message: borrowing Message) throws(RequestFault) {
        if case .missing = message.callID {
            throw message.place.fault(.resultID, "is missing; it says which call this is the result of")
        }
        let content: AnthropicResult.Content
        if message.isString {
            let text: JSONSlice? = if case .text(let text)? = message.blocks.first?.kind { text } else { nil }
            content = .string(text ?? JSONSlice())
        } else {
            let start = results.count
            try Self.add(message, as: .user, of: bytes, to: &results)
            content = .blocks(start..<results.count)
        }
        let result = AnthropicResult(id: message.callID, content: content)
        blocks.append(AnthropicBlock(role: .user, kind: .result(result), place: message.place))
    }

    /// An assistant's last words are the answer's first, and the API takes none that end in white space.
    private mutating func trimEnd() {
        guard let last = blocks.last, last.role == .assistant, case .text(let text) = last.kind else { return }
        let end = Int(text.start) + AnthropicText.trimmedEnd(bytes[text])
        blocks[blocks.count - 1].kind = .text(JSONSlice(from: Int(text.start), to: end))
    }
}
