import NIOCore

/// The output of a response so far: the items that are whole, and the one that is open.
struct ResponsesOutput: Sendable {
    enum Kind { case reasoning, message, call }

    /// What the id of thinking begins with that only its provider reads.
    static let redactedID: StaticString = "rs_redacted_"

    /// Whether it is the id of thinking that is written here: the seals of other gateways and providers have other ids, and are no
    /// back's own.
    static func isOwn(_ id: UnsafeRawBufferPointer) -> Bool {
        guard id.count > 20, id.starts(with: "rs_"), id[19] == 0x5f else { return false }
        return id[3..<19].allSatisfy { $0 &- 0x30 < 10 || $0 &- 0x61 < 6 }
    }

    /// The id of the response that has this item, by the form that items' ids have here; nil for those of others.
    static func response(ofItem id: UnsafeRawBufferPointer) -> String? {
        guard let last = id.lastIndex(of: 0x5f), last > 17, id[last - 17] == 0x5f else { return nil }
        let number = id[(last - 16)..<last]
        guard number.allSatisfy({ $0 &- 0x30 < 10 || $0 &- 0x61 < 6 }) else { return nil }
        return "resp_" + String(decoding: number, as: UTF8.self)
    }

    /// Of the item that is open; nil where none is.
    private(set) var open: Kind?
    /// The items that are whole, with commas between them.
    private(set) var items: [UInt8] = []
    /// How many they are: the index of the one that is open.
    private(set) var count = 0
    /// Of the item that is open: the inside of a JSON string.
    private(set) var text: [UInt8] = []
    /// The id of the item that is open, without quotes.
    private(set) var id: [UInt8] = []
    /// The log probabilities of a message's text: a JSON array.
    private(set) var logprobs: [UInt8] = []
    /// Whether there is a message, or a call.
    private(set) var hasSaid = false
    private var calls = 0
    /// Of the call that is open: `"call_id":…,"name":…`
    private(set) var call: [UInt8] = []
    private let responseID: UInt64

    init(responseID: UInt64) { self.responseID = responseID }

    // MARK: The open item

    mutating func begin(_ kind: Kind) {
        switch kind {
        case .reasoning: setID("rs_")
        case .message: setID("msg_")
        case .call: setID("fc_")
        }
        open = kind
        if kind != .reasoning { hasSaid = true }
    }

    /// A call, whose id is made up where its provider gives none.
    mutating func beginCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, signature: UnsafeRawBufferPointer?
    ) {
        begin(.call)
        var head = ByteBuffer()
        head.writeStaticString("\"call_id\":\"")
        head.writeCallID(id, number: calls, responseID: responseID, signature: signature)
        head.writeStaticString("\",\"name\":\"")
        head.writeBytes(name)
        head.writeStaticString("\"")
        call = Array(head.readableBytesView)
        calls += 1
    }

    private mutating func setID(_ start: StaticString) {
        id.removeAll(keepingCapacity: true)
        id.append(start)
        for place in 0..<16 {
            id.append(JSONString.hexLetter(UInt8(truncatingIfNeeded: responseID &>> UInt64(60 - place * 4)) & 15))
        }
        id.append(0x5f)
        id.append(contentsOf: "\(count)".utf8)
    }

    mutating func add(_ piece: UnsafeRawBufferPointer) { text.append(contentsOf: piece) }

    /// Adds the elements of an array.
    mutating func add(logprobs list: UnsafeRawBufferPointer) {
        let before = logprobs.count
        if before > 0 { logprobs.append(0x2c) }
        var written = ByteBuffer()
        ChatLogprobs.writeElements(list, withoutBytes: "[]", into: &written)
        if written.readableBytes == 0 { return logprobs.removeSubrange(before...) }
        logprobs.append(contentsOf: written.readableBytesView)
    }

    /// A call's arguments may have been cut off: they are no object then, and nobody can make the call.
    var callIsWhole: Bool { text.withUnsafeBytes(JSONString.object(inside:)) != nil }

    // MARK: Whole items

    /// Ends the item that is open.
    ///
    /// - Parameters:
    ///   - isWhole: whether its text is all that was to be said.
    ///   - seal: on thinking.
    /// - Returns: where the item stands in ``items``.
    @discardableResult
    mutating func close(isWhole: Bool, seal: UnsafeRawBufferPointer? = nil) -> Range<Int> {
        guard let kind = open else { return items.endIndex..<items.endIndex }
        let start = beginItem()
        switch kind {
        case .reasoning:
            appendHead("reasoning")
            items.append(",\"summary\":[")
            if !text.isEmpty { appendPart() }
            items.append("]")
            if let seal { append(",\"encrypted_content\":\"", seal) }
        case .message:
            appendHead("message")
            items.append(isWhole ? ",\"status\":\"completed\"" : ",\"status\":\"incomplete\"")
            items.append(",\"role\":\"assistant\",\"content\":[")
            appendPart()
            items.append("]")
        case .call:
            appendHead("function_call")
            items.append(isWhole ? ",\"status\":\"completed\"," : ",\"status\":\"incomplete\",")
            items += call
            items.append(",\"arguments\":\"")
            items += text
            items.append("\"")
        }
        items.append("}")
        open = nil
        text.removeAll(keepingCapacity: true)
        logprobs.removeAll(keepingCapacity: true)
        count += 1
        return start..<items.endIndex
    }

    /// Thinking that only its provider reads: an item of its own, while none is open.
    mutating func addRedacted(_ data: UnsafeRawBufferPointer) -> Range<Int> {
        setID(Self.redactedID)
        let start = beginItem()
        appendHead("reasoning")
        items.append(",\"summary\":[]")
        append(",\"encrypted_content\":\"", data)
        items.append("}")
        count += 1
        return start..<items.endIndex
    }

    /// A picture: an item of its own, while none is open.
    mutating func addPicture(_ base64: UnsafeRawBufferPointer) -> Range<Int> {
        setID("ig_")
        let start = beginItem()
        appendHead("image_generation_call")
        items.append(",\"status\":\"completed\"")
        append(",\"result\":\"", base64)
        items.append("}")
        count += 1
        hasSaid = true
        return start..<items.endIndex
    }

    private mutating func beginItem() -> Int {
        if count > 0 { items.append(0x2c) }
        return items.endIndex
    }

    private mutating func appendHead(_ type: StaticString) {
        items.append("{\"type\":\"")
        items.append(type)
        items.append("\",\"id\":\"")
        items += id
        items.append("\"")
    }

    private mutating func append(_ name: StaticString, _ text: UnsafeRawBufferPointer) {
        items.append(name)
        items.append(contentsOf: text)
        items.append("\"")
    }

    private mutating func appendPart() {
        let part = part
        items += part
    }

    /// The part that the text of the open item is.
    var part: [UInt8] {
        var part: [UInt8] = []
        part.reserveCapacity(text.count + logprobs.count + 80)
        part.append(
            open == .reasoning ? "{\"type\":\"summary_text\",\"text\":\"" : "{\"type\":\"output_text\",\"text\":\"")
        part += text
        if open == .reasoning {
            part.append("\"}")
        } else {
            part.append("\",\"annotations\":[],\"logprobs\":[")
            part += logprobs
            part.append("]}")
        }
        return part
    }
}
