/// Reads the messages of OpenAI's chat as neutral ones.
struct OpenAIPromptReader {
    private let bytes: UnsafeRawBufferPointer
    private var message = Message(in: OpenAIWords.self)
    /// The message with the latest call of the old kind, whose result bears no id.
    private var latestFunctionCall = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Calls for each message of the array at `slice`, which a scan has found valid.
    mutating func read(
        _ slice: JSONSlice, _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var scanner = JSONScanner(bytes)
        scanner.position = Int(slice.start) + 1
        var index = 0
        var first = true
        while case .value = scanner.nextElement(first: &first) {
            let start = scanner.position
            let given = try RequestMessage(&scanner, in: bytes, at: index)
            try take(given, JSONSlice(from: start, to: scanner.position), at: index)
            try body(message)
            index += 1
        }
    }

    private mutating func take(_ given: RequestMessage, _ whole: JSONSlice, at index: Int) throws(RequestFault) {
        switch given.role {
        case .system, .developer: message.begin(.system, index)
        case .user: message.begin(.user, index)
        case .assistant: message.begin(.assistant, index)
        case .tool, .function: message.begin(.tool, index)
        }
        if given.isPlain { return message.blocks.append(Block(kind: .text(given.content), place: place(.part(nil)))) }
        message.thoughts = given.reasoning
        let rare = given.hasUnread ? RareMembers(whole, of: bytes) : RareMembers()
        message.mark = rare.mark
        let isAssistant = given.role == .assistant
        if isAssistant { addThinking(rare.thinkingBlocks) }
        try addContent(of: given)
        switch message.role {
        case .assistant:
            message.seal = textSeal(in: rare.providerFields)
            try addShown(rare.images)
            addCalls(of: given)
        case .tool:
            if !given.toolCallID.isAbsent {
                message.callID = .given(given.toolCallID)
            } else if given.role == .function {
                message.callID = .ofMessage(latestFunctionCall)
            }
            message.toolName = given.name
            message.isError = !rare.isError.isAbsent && bytes[rare.isError].equals("true")
        case .system, .user: break
        }
    }

    private func place(_ spot: Place.Spot) -> Place {
        Place(words: OpenAIWords.self, message: message.index, spot: spot)
    }

    private mutating func add(_ kind: Block.Kind, _ spot: Place.Spot, mark: JSONSlice = JSONSlice()) {
        message.blocks.append(Block(kind: kind, mark: mark, place: place(spot)))
    }

    private mutating func addContent(of given: RequestMessage) throws(RequestFault) {
        guard !given.content.isAbsent else {
            if !given.refusal.isAbsent { add(.refusal(given.refusal), .message) }
            return
        }
        guard bytes[given.content][0] == 0x5b else { return add(.text(given.content), .part(nil)) }
        message.isString = false
        var scanner = JSONScanner(bytes)
        scanner.position = Int(given.content.start) + 1
        var number = 0
        var first = true
        while case .value = scanner.nextElement(first: &first) {
            let place = place(.part(number))
            let part = try ContentPart(&scanner, in: bytes) { place.path() }
            add(part.block(in: bytes), .part(number), mark: part.mark)
            number += 1
        }
    }

    /// Only what bears a seal goes back to its provider: other thinking is refused.
    ///
    /// A stream gives the seal apart from the words, which the client keeps as the message's thoughts: where there is one
    /// seal they are its words.
    private mutating func addThinking(_ list: JSONSlice) {
        guard !list.isAbsent, bytes[list][0] == 0x5b else { return }
        let before = message.blocks.count
        var seals = 0
        bytes.forEachElement(of: list) { block in
            let type = bytes.member("type", of: block)
            func says(_ word: StaticString) -> Bool { type.map { bytes[$0.unquoted].spells(word) } ?? true }
            if says("redacted_thinking"), let data = text("data", of: block) {
                add(.redacted(data), .message)
            } else if says("thinking"), let seal = text("signature", of: block) {
                seals += 1
                add(.thinking(words: text("thinking", of: block) ?? JSONSlice(), seal: seal), .message)
            }
        }
        guard seals == 1, !message.thoughts.isAbsent else { return }
        for index in before..<message.blocks.count {
            guard case .thinking(let words, let seal) = message.blocks[index].kind, words.isAbsent else { continue }
            message.blocks[index].kind = .thinking(words: message.thoughts, seal: seal)
        }
    }

    /// A member that is a string with anything in it.
    private func text(_ name: StaticString, of object: JSONSlice?) -> JSONSlice? {
        object.flatMap { bytes.member(name, of: $0) }.flatMap { bytes[$0][0] == 0x22 && $0.count > 2 ? $0 : nil }
    }

    private mutating func addShown(_ images: JSONSlice) throws(RequestFault) {
        guard !images.isAbsent, bytes[images][0] == 0x5b else { return }
        var number = 0
        try bytes.forEachElement(of: images) { image throws(RequestFault) in
            let holder = bytes.member("image_url", of: image)
            guard let holder, let url = bytes.member("url", of: holder), bytes[url][0] == 0x22 else {
                throw place(.picture(number)).fault(.image, "must be a string")
            }
            add(.shown(ContentPart.picture(url, in: holder, of: bytes)), .picture(number))
            number += 1
        }
    }

    private mutating func addCalls(of given: RequestMessage) {
        guard !given.toolCalls.isAbsent else {
            guard !given.functionCall.isAbsent else { return }
            latestFunctionCall = message.index
            let seal = seal(of: given.functionCall)
            return add(.call(call(given.functionCall, .ofMessage(message.index), seal)), .call(nil))
        }
        var number = 0
        bytes.forEachElement(of: given.toolCalls) { call in
            guard let function = bytes.member("function", of: call) else { return }
            let id = bytes.member("id", of: call).map { CallID.given($0) } ?? .missing
            let seal = seal(of: call) ?? seal(of: function)
            let mark = bytes.member("cache_control", of: call) ?? JSONSlice()
            add(.call(self.call(function, id, seal)), .call(number), mark: mark)
            number += 1
        }
    }

    private func call(_ function: JSONSlice, _ id: CallID, _ seal: JSONSlice?) -> Block.Call {
        Block.Call(
            id: id, name: bytes.member("name", of: function) ?? JSONSlice(),
            arguments: bytes.member("arguments", of: function) ?? JSONSlice(), seal: seal ?? JSONSlice())
    }

    /// Where LiteLLM's clients carry a call's seal.
    private func seal(of object: JSONSlice) -> JSONSlice? {
        text("thought_signature", of: bytes.member("provider_specific_fields", of: object))?.unquoted
    }

    /// The first of the seals that a message's text has.
    private func textSeal(in fields: JSONSlice) -> JSONSlice {
        guard let list = bytes.member("thought_signatures", of: fields), bytes[list][0] == 0x5b else {
            return JSONSlice()
        }
        var first: JSONSlice?
        bytes.forEachElement(of: list) { if first == nil { first = $0 } }
        return first.flatMap { bytes[$0][0] == 0x22 && $0.count > 2 ? $0.unquoted : nil } ?? JSONSlice()
    }

    /// Members of a message that OpenAI's own have not, and that come back with what other providers answered.
    private struct RareMembers {
        private(set) var mark = JSONSlice()
        private(set) var thinkingBlocks = JSONSlice()
        private(set) var providerFields = JSONSlice()
        private(set) var images = JSONSlice()
        private(set) var isError = JSONSlice()

        init() {}

        init(_ message: JSONSlice, of bytes: UnsafeRawBufferPointer) {
            bytes.forEachMember(of: message) { name, value in
                let value = bytes[value].equals("null") ? JSONSlice() : value
                let name = bytes[name]
                if name.equals("cache_control") {
                    mark = value
                } else if name.equals("thinking_blocks") {
                    thinkingBlocks = value
                } else if name.equals("provider_specific_fields") {
                    providerFields = value
                } else if name.equals("images") {
                    images = value
                } else if name.equals("is_error") {
                    isError = value
                }
            }
        }
    }
}
