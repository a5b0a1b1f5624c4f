import NIOCore

/// A conversation as turns of Converse: results of tools are the user's, and what the system says stands beside the
/// turns, wherever it stood in the conversation.
struct BedrockMessages {
    private let bytes: UnsafeRawBufferPointer
    private let model: BedrockModel
    private(set) var turns: BedrockTurns
    private(set) var history = BedrockHistory()

    init(bytes: UnsafeRawBufferPointer, model: BedrockModel) {
        self.bytes = bytes
        self.model = model
        turns = BedrockTurns(bytes: bytes, model: model)
    }

    /// Writes the array of turns.
    ///
    /// - Throws: `RequestFault` when there are none.
    mutating func writeTurns(into out: inout ByteBuffer) throws(RequestFault) { try turns.writeTurns(into: &out) }

    /// A prompt as the one thing the user says.
    mutating func readPrompt(_ prompt: JSONSlice) { _ = turns.addText(prompt, on: .user) }

    /// Reads a conversation.
    ///
    /// - Throws: `RequestFault` for what Converse has no form for.
    mutating func read(_ prompt: Prompt) throws(RequestFault) {
        try prompt.forEachMessage { message throws(RequestFault) in
            switch message.role {
            case .system: try addContent(message, on: .system)
            case .user: try addContent(message, on: .user)
            case .assistant: try addAssistant(message)
            case .tool: try addResult(message)
            }
        }
    }

    /// The words and media of a message, each with the mark that stands beside it.
    private mutating func addContent(
        _ message: borrowing Message, on side: BedrockTurns.Side
    ) throws(RequestFault) {
        var isSent = false
        for block in message.blocks {
            switch block.kind {
            case .text(let text), .refusal(let text): guard turns.addText(text, on: side) else { continue }
            case .image, .file, .audio:
                guard side == .user else {
                    throw block.place.fault(.itself, "must be text: only users send pictures and files")
                }
                try turns.add(BedrockMedia(block, in: bytes))
            case .shown, .thinking, .redacted, .call: continue
            }
            isSent = true
            turns.addMark(block.mark, on: side)
        }
        if isSent { turns.addMark(message.mark, on: side) }
    }

    /// Thinking first, then words, then calls: Bedrock takes no other order.
    private mutating func addAssistant(_ message: borrowing Message) throws(RequestFault) {
        var isSealed = false
        for block in message.blocks where model.takesThinkingBack {
            switch block.kind {
            case .thinking(let words, let seal): try addThinking(words, seal)
            case .redacted(let data): try addRedacted(data)
            default: continue
            }
            isSealed = true
        }
        try addContent(message, on: .assistant)
        for block in message.blocks {
            guard case .call(let call) = block.kind else { continue }
            history.hasToolBlocks = true
            history.callsAreUnsealed = !isSealed
            try addCall(call, at: block.place)
            turns.addMark(block.mark, on: .assistant)
        }
    }

    private mutating func addThinking(_ words: JSONSlice, _ seal: JSONSlice) throws(RequestFault) {
        try turns.add(on: .assistant) { out in
            out.writeStaticString("{\"reasoningContent\":{\"reasoningText\":{\"text\":")
            if words.isAbsent { out.writeStaticString("\"\"") } else { out.writeBytes(bytes[words]) }
            out.writeStaticString(",\"signature\":")
            out.writeBytes(bytes[seal])
            out.writeStaticString("}}}")
        }
    }

    /// Converse has base64 here, most often its own. Other text is put into it.
    private mutating func addRedacted(_ data: JSONSlice) throws(RequestFault) {
        let sealed = Array(JSONString.decode(bytes[data.unquoted]).utf8)
        let isBase64 = EmbeddingBase64.isBase64(sealed)
        try turns.add(on: .assistant) { out in
            out.writeStaticString("{\"reasoningContent\":{\"redactedContent\":\"")
            if isBase64 {
                out.writeBytes(sealed)
            } else {
                sealed.withUnsafeBytes { EmbeddingBase64.writeBase64($0, into: &out) }
            }
            out.writeStaticString("\"}}")
        }
    }

    private mutating func addCall(_ call: Block.Call, at place: Place) throws(RequestFault) {
        let id = try id(call.id) { place.fault(.callID, "is missing") }
        try turns.add(on: .assistant) { out throws(RequestFault) in
            out.writeStaticString("{\"toolUse\":{\"toolUseId\":\"")
            out.writeBytes(id)
            out.writeStaticString("\",\"name\":")
            out.writeBytes(bytes[call.name])
            out.writeStaticString(",\"input\":")
            guard out.writeArguments(call.arguments, of: bytes) else {
                throw place.fault(.arguments, "must be a string that holds a JSON object")
            }
            out.writeStaticString("}}")
        }
    }

    private func id(_ id: CallID, missing: () -> RequestFault) throws(RequestFault) -> [UInt8] {
        switch id {
        case .given(let id): return BedrockCallID.made(of: bytes[id.unquoted])
        case .counted, .ofMessage: return Array((id.made ?? "").utf8)
        case .missing: throw missing()
        }
    }

    /// A result that says so tells the model that its call failed.
    private mutating func addResult(_ message: borrowing Message) throws(RequestFault) {
        history.hasToolBlocks = true
        let place = message.place
        let id = try id(message.callID) { place.fault(.resultID, "is missing") }
        // Read before the block is begun, since each may be at fault.
        var blocks = ByteBuffer()
        for block in message.blocks {
            if blocks.readableBytes > 0 { blocks.writeInteger(0x2c as UInt8) }
            if case .text(let text) = block.kind {
                BedrockTurns.writeText(bytes[text], into: &blocks)
            } else {
                let media = try BedrockMedia(block, in: bytes)
                BedrockTurns.write(media, turns.head(of: media), of: bytes, into: &blocks)
            }
        }
        if message.blocks.isEmpty { blocks.writeStaticString("{\"text\":\"\"}") }
        let failed = message.isError
        try turns.add(on: .user) { out in
            out.writeStaticString("{\"toolResult\":{\"toolUseId\":\"")
            out.writeBytes(id)
            out.writeStaticString("\",\"content\":[")
            out.writeImmutableBuffer(blocks)
            out.writeStaticString(failed ? "],\"status\":\"error\"}}" : "]}}")
        }
        for block in message.blocks { turns.addMark(block.mark, on: .user) }
        turns.addMark(message.mark, on: .user)
    }
}
