import NIOCore

/// OpenAI's messages as Gemini's `contents`: turns of a user and a model, each made of parts.
///
/// Messages of one side that follow each other are one turn, results of calls one for themselves; what the system says is
/// kept for `systemInstruction`. Thoughts do not go back: what the model needs of them is in its signatures.
struct GeminiContents {
    /// Who speaks in a turn; results count as the user's, but stand alone, right behind their calls.
    enum Turn { case user, model, results }

    let bytes: UnsafeRawBufferPointer
    let model: GeminiModel
    /// The calls so far, so that their results can be given the function's name.
    var calls: [(id: JSONSlice, name: JSONSlice)] = []
    /// How many of the latest calls a result is looked up in.
    static let callsRemembered = 256
    /// The system's texts, strings with their quotes.
    private var system: [JSONSlice] = []
    private var turn: Turn?

    init(bytes: UnsafeRawBufferPointer, model: GeminiModel) {
        self.bytes = bytes
        self.model = model
    }

    /// Writes the messages at `slice`, which a scan has found valid, up to and with the closing bracket of `contents`.
    mutating func write(_ slice: JSONSlice, into out: inout ByteBuffer) throws(RequestFault) {
        try bytes.forEachMessage(of: slice) { message, whole, index throws(RequestFault) in
            switch message.role {
            case .system, .developer:
                if model.takesSystem {
                    try keepSystem(message, at: index)
                } else {
                    try writeParts(of: message, in: .user, signature: nil, at: index, into: &out)
                }
            case .user: try writeParts(of: message, in: .user, signature: nil, at: index, into: &out)
            case .assistant: try writeAnswer(message, whole, at: index, into: &out)
            case .tool, .function: try writeResult(message, at: index, into: &out)
            }
        }
        // No contents at all are refused; a blank is taken.
        if turn == nil {
            begin(.user, into: &out)
            out.writeStaticString("{\"text\":\" \"}")
        }
        out.writeStaticString("]}]")
    }

    /// Writes what the system said, if anything, as a member beside `contents`.
    func writeSystem(into out: inout ByteBuffer) {
        guard !system.isEmpty else { return }
        out.writeStaticString(",\"systemInstruction\":{\"parts\":[")
        for (position, text) in system.enumerated() {
            out.writeStaticString(position > 0 ? ",{\"text\":" : "{\"text\":")
            out.writeBytes(bytes[text])
            out.writeStaticString("}")
        }
        out.writeStaticString("]}")
    }

    /// Up to where a part may be written: in the turn that is open, or a new one.
    mutating func begin(_ next: Turn, into out: inout ByteBuffer) {
        if turn == next {
            out.writeStaticString(",")
            return
        }
        if turn != nil { out.writeStaticString("]},") }
        turn = next
        out.writeStaticString(
            next == .model ? "{\"role\":\"model\",\"parts\":[" : "{\"role\":\"user\",\"parts\":[")
    }

    private mutating func keepSystem(_ message: RequestMessage, at index: Int) throws(RequestFault) {
        try Self.forEachPart(of: message, in: bytes, at: index) { part, _, path throws(RequestFault) in
            guard case .text(let text) = part else {
                throw .at("\(path()).type", "must be text in what the system says")
            }
            // An empty text is two quotes.
            if text.count > 2 { system.append(text) }
        }
    }

    /// Calls for each part of a message's content; a string is one text.
    static func forEachPart(
        of message: RequestMessage, in bytes: UnsafeRawBufferPointer, at index: Int,
        _ body: (_ part: ContentPart, _ whole: JSONSlice, _ path: () -> String) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        if message.content.isAbsent { return }
        if bytes[message.content][0] == 0x22 {
            return try body(.text(message.content), message.content) { "messages[\(index)].content" }
        }
        var parts = JSONScanner(bytes)
        parts.position = Int(message.content.start) + 1
        var number = 0
        var first = true
        while case .value = parts.nextElement(first: &first) {
            let path = { "messages[\(index)].content[\(number)]" }
            let start = parts.position
            let part = try ContentPart(&parts, in: bytes, path: path)
            try body(part, JSONSlice(from: start, to: parts.position), path)
            number += 1
        }
    }

    /// Writes a message's content.
    ///
    /// - Parameter signature: the inside of the string that goes with the first text.
    mutating func writeParts(
        of message: RequestMessage, in turn: Turn, signature: JSONSlice?, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        var signature = signature
        try Self.forEachPart(of: message, in: bytes, at: index) { part, whole, path throws(RequestFault) in
            switch part {
            case .text(let text):
                guard text.count > 2 || signature != nil else { return }
                begin(turn, into: &out)
                out.writeStaticString("{\"text\":")
                out.writeBytes(bytes[text])
                writeSignature(signature, into: &out)
                signature = nil
                out.writeStaticString("}")
            case .image(let url):
                let media = try GeminiMedia(image: url, in: whole, of: bytes, path: path)
                begin(turn, into: &out)
                media.write(of: bytes, into: &out)
            case .other:
                let media = try GeminiMedia(part: whole, of: bytes, path: path)
                begin(turn, into: &out)
                media.write(of: bytes, into: &out)
            }
        }
    }

    func writeSignature(_ signature: JSONSlice?, into out: inout ByteBuffer) {
        guard let signature else { return }
        out.writeStaticString(",\"thoughtSignature\":\"")
        out.writeBytes(bytes[signature])
        out.writeStaticString("\"")
    }
}
