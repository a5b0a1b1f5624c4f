/// Reads the conversation of `/v1/messages` as neutral messages.
///
/// A result of a tool is a block of the user's here and a message of its own there: a user's message becomes one for each result, and
/// one for all that stands before, between or behind them.
struct AnthropicPromptReader {
    private let bytes: UnsafeRawBufferPointer
    private var message = Message(in: AnthropicWords.self)

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Calls for the system's word.
    mutating func read(
        system: JSONSlice, _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        message.begin(.system, 0)
        try addContent(system)
        try body(message)
    }

    /// Calls for each message of the array at `slice`, which a scan has found valid.
    mutating func read(
        _ slice: JSONSlice, _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var index = 0
        try bytes.forEachElement(of: slice) { given throws(RequestFault) in
            try read(given, at: index, body)
            index += 1
        }
    }

    private mutating func read(
        _ given: JSONSlice, at index: Int, _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        let word = bytes.member("role", of: given).map { bytes[$0.unquoted] }
        let role: Message.Role =
            word?.spells("user") ?? true ? .user : word?.spells("system") ?? false ? .system : .assistant
        message.begin(role, index)
        guard let content = bytes.member("content", of: given) else { return }
        guard role == .user, bytes[content][0] == 0x5b else {
            try addContent(content)
            return try body(message)
        }
        var isTold = false
        var number = 0
        message.isString = false
        try bytes.forEachElement(of: content) { block throws(RequestFault) in
            if isType(block, "tool_result") {
                if !message.blocks.isEmpty { try body(message) }
                try addResult(block, at: index, number)
                try body(message)
                isTold = true
                message.begin(.user, index)
                message.isString = false
            } else {
                try add(block, number)
            }
            number += 1
        }
        guard !message.blocks.isEmpty || !isTold else { return }
        message.isString = message.blocks.isEmpty
        try body(message)
    }

    private func isType(_ block: JSONSlice, _ word: StaticString) -> Bool {
        bytes.member("type", of: block).map { bytes[$0.unquoted].spells(word) } ?? false
    }

    private mutating func addContent(_ content: JSONSlice, number: Int? = nil) throws(RequestFault) {
        guard bytes[content][0] == 0x5b else { return append(.text(content), number) }
        var position = 0
        try bytes.forEachElement(of: content) { block throws(RequestFault) in
            try add(block, number ?? position)
            position += 1
        }
        message.isString = message.blocks.isEmpty
    }

    private mutating func addResult(_ block: JSONSlice, at index: Int, _ number: Int) throws(RequestFault) {
        message.begin(.tool, index)
        message.callID = bytes.member("tool_use_id", of: block).map { .given($0) } ?? .missing
        message.isError = bytes.member("is_error", of: block).map { bytes[$0].equals("true") } ?? false
        message.mark = bytes.member("cache_control", of: block) ?? JSONSlice()
        if let content = bytes.member("content", of: block) { try addContent(content, number: number) }
    }

    private mutating func append(_ kind: Block.Kind, _ number: Int?, mark: JSONSlice = JSONSlice()) {
        let place = Place(words: AnthropicWords.self, message: message.index, spot: .part(number))
        message.blocks.append(Block(kind: kind, mark: mark, place: place))
    }

    /// What other providers have no words for is passed over: the work of Anthropic's own tools, whose outcome is in the text.
    private mutating func add(_ block: JSONSlice, _ number: Int) throws(RequestFault) {
        guard let type = bytes.member("type", of: block).map({ bytes[$0.unquoted] }) else { return }
        let mark = bytes.member("cache_control", of: block) ?? JSONSlice()
        if type.spells("text") {
            if let text = string("text", of: block) { append(.text(text), number, mark: mark) }
        } else if type.spells("image") {
            append(try picture(block, number), number, mark: mark)
        } else if type.spells("document") {
            try addDocument(block, number, mark)
        } else if type.spells("search_result") {
            if let content = bytes.member("content", of: block) { try addContent(content, number: number) }
        } else if type.spells("thinking") {
            addThinking(block, number)
        } else if type.spells("redacted_thinking") {
            if let data = string("data", of: block) { append(.redacted(data), number) }
        } else if type.spells("tool_use"), let name = string("name", of: block) {
            let call = Block.Call(
                id: string("id", of: block).map { .given($0) } ?? .missing, name: name,
                arguments: bytes.member("input", of: block) ?? JSONSlice())
            append(.call(call), number, mark: mark)
        }
    }

    private func string(_ name: StaticString, of object: JSONSlice) -> JSONSlice? {
        bytes.member(name, of: object).flatMap { bytes[$0][0] == 0x22 ? $0 : nil }
    }

    /// Thinking goes back to its provider with its seal, and to all others as words.
    private mutating func addThinking(_ block: JSONSlice, _ number: Int) {
        let words = string("thinking", of: block).flatMap { $0.count > 2 ? $0 : nil } ?? JSONSlice()
        if message.thoughts.isAbsent { message.thoughts = words }
        guard let seal = string("signature", of: block), seal.count > 2 else { return }
        append(.thinking(words: words, seal: seal), number)
    }

    private func picture(_ block: JSONSlice, _ number: Int) throws(RequestFault) -> Block.Kind {
        let source = bytes.member("source", of: block) ?? JSONSlice()
        let path = { "messages.\(message.index).content.\(number).source" }
        if isType(source, "url"), let url = string("url", of: source) { return .image(Block.Media(data: url)) }
        guard isType(source, "base64"), let data = string("data", of: source) else {
            throw .at(path(), "must be \"base64\" with `data`, or \"url\" with `url`")
        }
        let type = string("media_type", of: source).flatMap { PictureType(mediaType: bytes[$0.unquoted]) }
        guard let type = PictureType(base64: bytes[data.unquoted]) ?? type else {
            throw .at(path() + ".media_type", "must be image/png, image/jpeg, image/gif or image/webp")
        }
        return .image(Block.Media(data: data, picture: type))
    }

    private mutating func addDocument(
        _ block: JSONSlice, _ number: Int, _ mark: JSONSlice
    ) throws(RequestFault) {
        let source = bytes.member("source", of: block) ?? JSONSlice()
        let name = string("title", of: block) ?? JSONSlice()
        if isType(source, "text"), let text = string("data", of: source) {
            append(.text(text), number, mark: mark)
        } else if isType(source, "content"), let content = bytes.member("content", of: source) {
            try addContent(content, number: number)
        } else if isType(source, "base64"), let data = string("data", of: source) {
            let type = string("media_type", of: source) ?? JSONSlice()
            append(.file(Block.Media(data: data, name: name, type: type)), number, mark: mark)
        } else if let address = string("url", of: source) ?? string("file_id", of: source) {
            append(.file(Block.Media(id: address, name: name)), number, mark: mark)
        } else {
            throw .at(
                "messages.\(message.index).content.\(number).source",
                "must be \"text\", \"base64\" or \"content\" with the document, or \"url\"")
        }
    }
}
