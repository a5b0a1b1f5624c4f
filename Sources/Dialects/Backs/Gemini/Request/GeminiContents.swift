import NIOCore

/// A conversation as Gemini's `contents`: turns of a user and a model, each made of parts.
///
/// Messages of one side that follow each other are one turn, results of calls one for themselves; what the system says is
/// kept for `systemInstruction`. Thoughts do not go back: what the model needs of them is in its signatures.
struct GeminiContents {
    /// Who speaks in a turn; results count as the user's, but stand alone, right behind their calls.
    enum Turn { case user, model, results }

    let bytes: UnsafeRawBufferPointer
    let model: GeminiModel
    /// So that results can be given their function's name.
    var calls = CallNames()
    /// The system's texts, strings with their quotes.
    private var system: [JSONSlice] = []
    private var turn: Turn?

    init(bytes: UnsafeRawBufferPointer, model: GeminiModel) {
        self.bytes = bytes
        self.model = model
    }

    /// Writes the messages up to and with the closing bracket of `contents`.
    mutating func write(_ prompt: Prompt, into out: inout ByteBuffer) throws(RequestFault) {
        try prompt.forEachMessage { message throws(RequestFault) in
            switch message.role {
            case .system where model.takesSystem: try keepSystem(message)
            case .system, .user: try writeParts(of: message, in: .user, signature: nil, into: &out)
            case .assistant: try writeAnswer(message, into: &out)
            case .tool: try writeResult(message, into: &out)
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

    private mutating func keepSystem(_ message: borrowing Message) throws(RequestFault) {
        for block in message.blocks {
            switch block.kind {
            // An empty text is two quotes.
            case .text(let text): if text.count > 2 { system.append(text) }
            case .image, .file, .audio: throw block.place.fault(.kind, "must be text in what the system says")
            case .refusal, .shown, .thinking, .redacted, .call: break
            }
        }
    }

    /// Writes a message's words and media.
    ///
    /// - Parameter signature: the inside of the string that goes with the first text.
    mutating func writeParts(
        of message: borrowing Message, in turn: Turn, signature: JSONSlice?, into out: inout ByteBuffer
    ) throws(RequestFault) {
        var signature = signature
        for block in message.blocks {
            switch block.kind {
            case .text(let text):
                guard text.count > 2 || signature != nil else { continue }
                begin(turn, into: &out)
                out.writeStaticString("{\"text\":")
                out.writeBytes(bytes[text])
                writeSignature(signature, into: &out)
                signature = nil
                out.writeStaticString("}")
            case .refusal(let text):
                begin(turn, into: &out)
                out.writeStaticString("{\"text\":")
                out.writeBytes(bytes[text])
                out.writeStaticString("}")
            case .image, .file, .audio, .shown:
                let media = try GeminiMedia(block, of: bytes)
                begin(turn, into: &out)
                media.write(of: bytes, into: &out)
            case .thinking, .redacted, .call: continue
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
