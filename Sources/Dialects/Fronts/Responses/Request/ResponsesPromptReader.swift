/// Reads the input of `/v1/responses` as neutral messages.
///
/// What a model says in one go is several items here, and one message there: thoughts, words and calls that follow each other are
/// put together.
struct ResponsesPromptReader {
    private let bytes: UnsafeRawBufferPointer
    private var message = Message(in: ResponsesWords.self)
    /// Whether the message is the assistant's and goes on.
    private var isOpen = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Calls for the instructions, a string.
    mutating func read(
        instructions: JSONSlice, _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        guard instructions.count > 2 else { return }
        message.begin(.system, ResponsesWords.instructions)
        append(.text(instructions), .message)
        try body(message)
    }

    /// Calls for each message of the input: a string, or an array of items.
    mutating func read(
        _ input: JSONSlice, _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        guard bytes[input][0] == 0x5b else {
            message.begin(.user, 0)
            append(.text(input), .message)
            return try body(message)
        }
        var index = 0
        try bytes.forEachElement(of: input) { item throws(RequestFault) in
            try read(item, at: index, body)
            index += 1
        }
        try end(body)
    }

    private mutating func read(
        _ item: JSONSlice, at index: Int, _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        guard bytes[item][0] == 0x7b else { throw .at("input[\(index)]", "must be an object") }
        switch try ResponsesItem(item, of: bytes, at: index) {
        case .message(.assistant):
            join(at: index)
            try addContent(of: item, at: index)
        case .message(let role):
            try end(body)
            message.begin(role, index)
            try addContent(of: item, at: index)
            try body(message)
        case .call:
            join(at: index)
            try addCall(item, at: index)
        case .result:
            try end(body)
            message.begin(.tool, index)
            try addResult(item, at: index)
            try body(message)
        case .reasoning:
            join(at: index)
            addReasoning(item, at: index)
        case .picture:
            join(at: index)
            addPicture(item, at: index)
        // The provider's own work, of which the answer's words tell the outcome.
        case .work: break
        }
    }

    private mutating func join(at index: Int) {
        if !isOpen { message.begin(.assistant, index) }
        isOpen = true
    }

    private mutating func end(_ body: (borrowing Message) throws(RequestFault) -> Void) throws(RequestFault) {
        guard isOpen else { return }
        isOpen = false
        try body(message)
    }

    // MARK: Blocks

    private func place(_ spot: Place.Spot, at index: Int? = nil) -> Place {
        Place(words: ResponsesWords.self, message: index ?? message.index, spot: spot)
    }

    private mutating func append(_ kind: Block.Kind, _ spot: Place.Spot, at index: Int? = nil) {
        message.blocks.append(Block(kind: kind, place: place(spot, at: index)))
    }

    /// Thinking, words, pictures, calls: a block goes before those that stand behind it in every message.
    private mutating func insert(_ block: Block) {
        func rank(_ kind: Block.Kind) -> Int {
            switch kind {
            case .thinking, .redacted: 0
            case .text, .refusal, .image, .file, .audio: 1
            case .shown: 2
            case .call: 3
            }
        }
        let own = rank(block.kind)
        let spot = message.blocks.firstIndex { rank($0.kind) > own } ?? message.blocks.endIndex
        message.blocks.insert(block, at: spot)
    }

    private func string(_ name: StaticString, of object: JSONSlice) -> JSONSlice? {
        bytes.member(name, of: object).flatMap { bytes[$0][0] == 0x22 ? $0 : nil }
    }

    private mutating func addContent(of item: JSONSlice, at index: Int) throws(RequestFault) {
        guard let content = bytes.member("content", of: item) else {
            throw .at("input[\(index)].content", "is missing")
        }
        try addParts(content, at: index, named: "content") { Place.Spot.part($0) }
    }

    /// A string, or a list of parts.
    private mutating func addParts(
        _ content: JSONSlice, at index: Int, named name: String, _ spot: (Int?) -> Place.Spot
    ) throws(RequestFault) {
        if bytes[content][0] == 0x22 {
            return insert(Block(kind: .text(content), place: place(spot(nil), at: index)))
        }
        guard bytes[content][0] == 0x5b else {
            throw .at("input[\(index)].\(name)", "must be a string or an array of parts")
        }
        message.isString = false
        var number = 0
        try bytes.forEachElement(of: content) { part throws(RequestFault) in
            let place = place(spot(number), at: index)
            insert(Block(kind: try ResponsesPart.kind(of: part, in: bytes, at: place), place: place))
            number += 1
        }
    }

    private mutating func addCall(_ item: JSONSlice, at index: Int) throws(RequestFault) {
        guard let name = string("name", of: item) else { throw .at("input[\(index)].name", "must be a string") }
        guard let id = string("call_id", of: item) ?? string("id", of: item) else {
            throw .at("input[\(index)].call_id", "must be a string")
        }
        let arguments = bytes.member("arguments", of: item) ?? JSONSlice()
        guard arguments.isAbsent || [0x22, 0x7b].contains(bytes[arguments][0]) else {
            throw .at("input[\(index)].arguments", "must be a string that holds a JSON object")
        }
        let call = Block.Call(id: .given(id), name: name, arguments: arguments)
        append(.call(call), .call(nil), at: index)
    }

    private mutating func addResult(_ item: JSONSlice, at index: Int) throws(RequestFault) {
        guard let id = string("call_id", of: item) else { throw .at("input[\(index)].call_id", "must be a string") }
        guard let output = bytes.member("output", of: item) else { throw .at("input[\(index)].output", "is missing") }
        message.callID = .given(id)
        message.toolName = string("name", of: item) ?? JSONSlice()
        try addParts(output, at: index, named: "output") { Place.Spot.result($0) }
    }

    /// A seal goes back to its provider where this gateway has given it, and the words to all others.
    private mutating func addReasoning(_ item: JSONSlice, at index: Int) {
        var words = JSONSlice()
        for list in [bytes.member("content", of: item), bytes.member("summary", of: item)].compactMap({ $0 }) {
            guard words.isAbsent, bytes[list][0] == 0x5b else { continue }
            bytes.forEachElement(of: list) { part in
                guard words.isAbsent, let text = string("text", of: part), text.count > 2 else { return }
                words = text
            }
        }
        if message.thoughts.isAbsent { message.thoughts = words }
        guard let seal = string("encrypted_content", of: item), seal.count > 2,
            let id = string("id", of: item).map({ bytes[$0.unquoted] })
        else { return }
        if id.starts(with: ResponsesOutput.redactedID) {
            insert(Block(kind: .redacted(seal), place: place(.message, at: index)))
        } else if ResponsesOutput.isOwn(id) {
            insert(Block(kind: .thinking(words: words, seal: seal), place: place(.message, at: index)))
        }
    }

    private mutating func addPicture(_ item: JSONSlice, at index: Int) {
        guard let base64 = string("result", of: item), base64.count > 2 else { return }
        let media = Block.Media(data: base64, picture: PictureType(base64: bytes[base64.unquoted]))
        insert(Block(kind: .shown(media), place: place(.picture(0), at: index)))
    }
}
