import NIOCore

/// OpenAI's messages as turns of Converse: results of tools are the user's, and what the system says stands beside the
/// turns, wherever it stood in the conversation.
struct BedrockMessages {
    private let bytes: UnsafeRawBufferPointer
    private let model: BedrockModel
    private(set) var turns: BedrockTurns
    private(set) var history = BedrockHistory()
    /// The call of OpenAI's old form that waits for its result, which bears no id.
    private var functionCallID = "call_0"

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

    /// Reads the array at `slice`, which a scan has found valid.
    ///
    /// - Throws: `RequestFault` for what Converse has no form for.
    mutating func read(_ slice: JSONSlice) throws(RequestFault) {
        try bytes.forEachMessage(of: slice) { message, whole, index throws(RequestFault) in
            switch message.role {
            case .system, .developer: try addContent(message, whole, on: .system, at: index)
            case .user: try addContent(message, whole, on: .user, at: index)
            case .assistant: try addAssistant(message, whole, at: index)
            case .tool, .function: try addResult(message, whole, at: index)
            }
        }
    }

    /// The content of a message, block by block, each with the mark that stands beside it.
    private mutating func addContent(
        _ message: RequestMessage, _ whole: JSONSlice, on side: BedrockTurns.Side, at index: Int
    ) throws(RequestFault) {
        var isSent = false
        if message.content.isAbsent {
            if !message.refusal.isAbsent { isSent = turns.addText(message.refusal, on: side) }
        } else if bytes[message.content][0] == 0x22 {
            isSent = turns.addText(message.content, on: side)
        } else {
            for part in try parts(of: message.content, at: index) {
                if case .text(let text) = part.content {
                    guard turns.addText(text, on: side) else { continue }
                } else {
                    guard side == .user else {
                        throw .at(part.path, "must be text: only users send pictures and files")
                    }
                    let (url, path) = try media(part)
                    try turns.addMedia(url, path: path)
                }
                isSent = true
                turns.addMark(of: part.whole, on: side)
            }
        }
        if isSent { turns.addMark(of: whole, on: side) }
    }

    /// Thinking first, then words, then calls: Bedrock takes no other order.
    private mutating func addAssistant(
        _ message: RequestMessage, _ whole: JSONSlice, at index: Int
    ) throws(RequestFault) {
        let isSealed = try addThinking(message, whole)
        try addContent(message, whole, on: .assistant, at: index)
        guard !message.toolCalls.isAbsent || !message.functionCall.isAbsent else { return }
        history.hasToolBlocks = true
        history.callsAreUnsealed = !isSealed
        guard !message.toolCalls.isAbsent else {
            functionCallID = "call_\(index)"
            let id = Array(functionCallID.utf8)
            return try addCall(message.functionCall, id: id, path: "messages[\(index)].function_call")
        }
        var calls: [JSONSlice] = []
        bytes.forEachElement(of: message.toolCalls) { calls.append($0) }
        for (number, call) in calls.enumerated() {
            let path = "messages[\(index)].tool_calls[\(number)]"
            guard let function = bytes.member("function", of: call) else { continue }
            guard let id = bytes.member("id", of: call) else { throw .at("\(path).id", "is missing") }
            try addCall(function, id: BedrockCallID.made(of: bytes[id.unquoted]), path: "\(path).function")
            turns.addMark(of: call, on: .assistant)
        }
    }

    /// Sealed thinking as it was given out, in `thinking_blocks`; whether there was any. Unsealed thinking is refused, and
    /// models other than Claude do not want theirs back.
    private mutating func addThinking(_ message: RequestMessage, _ whole: JSONSlice) throws(RequestFault) -> Bool {
        guard model.takesThinkingBack, let blocks = bytes.member("thinking_blocks", of: whole), bytes[blocks][0] == 0x5b
        else { return false }
        var list: [JSONSlice] = []
        bytes.forEachElement(of: blocks) { list.append($0) }
        let seals = list.count { string("data", of: $0) == nil && string("signature", of: $0) != nil }
        var isSealed = false
        for block in list {
            if let data = string("data", of: block) {
                // Converse has base64 here, which it gave out itself, as a rule. Other text is put into it.
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
                isSealed = true
            } else if let signature = string("signature", of: block) {
                // A stream gives the seal apart from the words, which the client then keeps as `reasoning_content`.
                var words = string("thinking", of: block)
                if words == nil || words?.count == 2, seals == 1, !message.reasoning.isAbsent {
                    words = message.reasoning
                }
                try turns.add(on: .assistant) { out in
                    out.writeStaticString("{\"reasoningContent\":{\"reasoningText\":{\"text\":")
                    if let words { out.writeBytes(bytes[words]) } else { out.writeStaticString("\"\"") }
                    out.writeStaticString(",\"signature\":")
                    out.writeBytes(bytes[signature])
                    out.writeStaticString("}}}")
                }
                isSealed = true
            }
        }
        return isSealed
    }

    private func string(_ name: StaticString, of object: JSONSlice) -> JSONSlice? {
        bytes.member(name, of: object).flatMap { bytes[$0][0] == 0x22 ? $0 : nil }
    }

    private mutating func addCall(_ function: JSONSlice, id: [UInt8], path: String) throws(RequestFault) {
        guard let name = bytes.member("name", of: function) else { return }
        let input = try input(bytes.member("arguments", of: function), path: path)
        try turns.add(on: .assistant) { out in
            out.writeStaticString("{\"toolUse\":{\"toolUseId\":\"")
            out.writeBytes(id)
            out.writeStaticString("\",\"name\":")
            out.writeBytes(bytes[name])
            out.writeStaticString(",\"input\":")
            out.writeBytes(input)
            out.writeStaticString("}}")
        }
    }

    /// A string that holds an object becomes the object; none, or a blank string, becomes an empty object.
    private func input(_ arguments: JSONSlice?, path: String) throws(RequestFault) -> [UInt8] {
        guard let arguments else { return Array("{}".utf8) }
        guard bytes[arguments][0] == 0x22 else { return Array(bytes[arguments]) }
        var object: [UInt8] = []
        JSONString.unescape(bytes[arguments.unquoted]) { object.append(contentsOf: $0) }
        guard let first = object.first(where: { $0 > 0x20 }) else { return Array("{}".utf8) }
        guard first == 0x7b, object.withUnsafeBytes({ JSONScanner.isValid($0) }) else {
            throw .at("\(path).arguments", "must be a string that holds a JSON object")
        }
        return object
    }

    /// `is_error`, which OpenAI's messages do not have and other clients' do, tells the model that its call failed.
    private mutating func addResult(
        _ message: RequestMessage, _ whole: JSONSlice, at index: Int
    ) throws(RequestFault) {
        history.hasToolBlocks = true
        let id: [UInt8]
        if message.role == .function {
            id = Array(functionCallID.utf8)
        } else {
            guard !message.toolCallID.isAbsent else { throw .at("messages[\(index)].tool_call_id", "is missing") }
            id = BedrockCallID.made(of: bytes[message.toolCallID.unquoted])
        }
        let isText = bytes[message.content][0] == 0x22
        let parts = isText ? [] : try parts(of: message.content, at: index)
        // Read before the block is begun, since each may be at fault.
        var blocks = ByteBuffer()
        if isText { BedrockTurns.writeText(bytes[message.content], into: &blocks) }
        for part in parts {
            if blocks.readableBytes > 0 { blocks.writeInteger(0x2c as UInt8) }
            if case .text(let text) = part.content {
                BedrockTurns.writeText(bytes[text], into: &blocks)
            } else {
                let (url, path) = try media(part)
                let media = try BedrockMedia.read(url, in: bytes) { path }
                BedrockTurns.writeMedia(turns.head(of: media.kind), bytes[media.base64], into: &blocks)
            }
        }
        let failed = bytes.member("is_error", of: whole).map { bytes[$0].equals("true") } ?? false
        try turns.add(on: .user) { out in
            out.writeStaticString("{\"toolResult\":{\"toolUseId\":\"")
            out.writeBytes(id)
            out.writeStaticString("\",\"content\":[")
            out.writeImmutableBuffer(blocks)
            out.writeStaticString(failed ? "],\"status\":\"error\"}}" : "]}}")
        }
        for part in parts { turns.addMark(of: part.whole, on: .user) }
        turns.addMark(of: whole, on: .user)
    }

    // MARK: Parts

    private struct Part {
        let content: ContentPart
        let whole: JSONSlice
        let path: String
    }

    private func parts(of content: JSONSlice, at index: Int) throws(RequestFault) -> [Part] {
        var list: [Part] = []
        var scanner = JSONScanner(bytes)
        scanner.position = Int(content.start) + 1
        var first = true
        while case .value = scanner.nextElement(first: &first) {
            let start = scanner.position
            let path = "messages[\(index)].content[\(list.count)]"
            let part = try ContentPart(&scanner, in: bytes) { path }
            list.append(Part(content: part, whole: JSONSlice(from: start, to: scanner.position), path: path))
        }
        return list
    }

    /// The data URI of a picture's or a file's part, and its path.
    private func media(_ part: Part) throws(RequestFault) -> (url: JSONSlice, path: String) {
        switch part.content {
        case .image(let url): return (url, "\(part.path).image_url.url")
        case .text(let text): return (text, part.path)
        case .other(let type):
            guard type == "file" else {
                throw .at(
                    "\(part.path).type", "is \"\(type)\", which Bedrock does not take; send text, images or files")
            }
            let path = "\(part.path).file.file_data"
            guard let data = bytes.member("file", of: part.whole).flatMap({ string("file_data", of: $0) }) else {
                throw .at(path, "must hold the file as a data URI: Bedrock knows no uploads")
            }
            return (data, path)
        }
    }
}
