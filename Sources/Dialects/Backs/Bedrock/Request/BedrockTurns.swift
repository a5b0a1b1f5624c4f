import NIOCore

/// The turns of a conversation in Converse's form, written block by block, and what the system says beside them.
///
/// Blocks of one side that follow each other are one turn, so that a user's and the assistant's always alternate.
struct BedrockTurns {
    let bytes: UnsafeRawBufferPointer
    let model: BedrockModel

    /// The turns so far; the last one is open.
    private var turns = ByteBuffer()
    private var system = ByteBuffer()
    private var side: Side?
    /// The open turn holds a document, which Bedrock wants a text beside.
    private var hasDocument = false
    private var hasText = false
    /// Documents must bear different names, and the same from request to request for the cache's sake.
    private var documents = 0

    enum Side { case user, assistant, system }

    init(bytes: UnsafeRawBufferPointer, model: BedrockModel) {
        self.bytes = bytes
        self.model = model
    }

    /// Writes the array of turns.
    ///
    /// - Throws: `RequestFault` when there are none.
    mutating func writeTurns(into out: inout ByteBuffer) throws(RequestFault) {
        closeTurn()
        guard turns.readableBytes > 0 else {
            throw RequestFault("`messages` must hold a text for the model to answer", param: "messages")
        }
        out.writeInteger(0x5b as UInt8)
        out.writeImmutableBuffer(turns)
        out.writeInteger(0x5d as UInt8)
    }

    /// Writes `system`, where it says anything.
    func writeSystem(into out: inout ByteBuffer) {
        guard system.readableBytes > 0 else { return }
        out.writeStaticString(",\"system\":[")
        out.writeImmutableBuffer(system)
        out.writeInteger(0x5d as UInt8)
    }

    /// Adds a block that is written by the caller.
    mutating func add(on side: Side, _ write: (inout ByteBuffer) throws(RequestFault) -> Void) throws(RequestFault) {
        open(side)
        if side == .system { try write(&system) } else { try write(&turns) }
    }

    /// Adds a text, unless it is blank, which Bedrock refuses; whether it did.
    ///
    /// - Parameter text: a JSON string.
    mutating func addText(_ text: JSONSlice, on side: Side) -> Bool {
        guard !Self.isBlank(bytes[text.unquoted]) else { return false }
        open(side)
        if side == .system {
            Self.writeText(bytes[text], into: &system)
        } else {
            hasText = true
            Self.writeText(bytes[text], into: &turns)
        }
        return true
    }

    /// Adds a picture or document to the user's turn.
    mutating func add(_ media: BedrockMedia) {
        open(.user)
        if case .document = media.kind { hasDocument = true }
        let head = head(of: media)
        Self.write(media, head, of: bytes, into: &turns)
    }

    /// What stands before the source of a picture or document; each document gets another name.
    mutating func head(of media: BedrockMedia) -> String {
        switch media.kind {
        case .image(let format): return "{\"image\":{\"format\":\"\(format)\""
        case .document(let format):
            documents += 1
            return "{\"document\":{\"name\":\"document-\(documents)\",\"format\":\"\(format)\""
        }
    }

    /// Writes a picture or document as a block, which may stand inside another one.
    static func write(
        _ media: BedrockMedia, _ head: String, of bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        out.writeString(head)
        out.writeStaticString(",\"source\":{\"bytes\":\"")
        out.writeBytes(bytes[media.base64])
        out.writeStaticString("\"}}}")
    }

    /// Adds the end of what is worth keeping, where there is such a mark and the model knows it.
    mutating func addMark(_ mark: JSONSlice, on side: Side) {
        guard model.takesCachePoints, !mark.isAbsent else { return }
        let block = BedrockCachePoint.block(JSONValue(mark, of: bytes), for: model)
        open(side)
        if side == .system { system.writeBytes(block) } else { turns.writeBytes(block) }
    }

    static func writeText(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        out.writeStaticString("{\"text\":")
        out.writeBytes(text)
        out.writeInteger(0x7d as UInt8)
    }

    /// Opens a side's turn if it is not open, and makes room for one block more.
    private mutating func open(_ side: Side) {
        guard side != .system else {
            if system.readableBytes > 0 { system.writeInteger(0x2c as UInt8) }
            return
        }
        if side == self.side {
            turns.writeInteger(0x2c as UInt8)
            return
        }
        closeTurn()
        // A conversation begins with a user's turn, and each turn has words.
        if turns.readableBytes == 0, side == .assistant {
            turns.writeStaticString("{\"role\":\"user\",\"content\":[{\"text\":\"(no text)\"}]}")
        }
        if turns.readableBytes > 0 { turns.writeInteger(0x2c as UInt8) }
        turns.writeStaticString(
            side == .user ? "{\"role\":\"user\",\"content\":[" : "{\"role\":\"assistant\",\"content\":[")
        self.side = side
    }

    private mutating func closeTurn() {
        guard side != nil else { return }
        if hasDocument, !hasText { turns.writeStaticString(",{\"text\":\".\"}") }
        turns.writeStaticString("]}")
        side = nil
        hasDocument = false
        hasText = false
    }

    /// Whether the inside of a JSON string is nothing but white space.
    private static func isBlank(_ raw: UnsafeRawBufferPointer) -> Bool {
        var isEscaped = false
        for byte in raw {
            if isEscaped {
                guard byte == 0x6e || byte == 0x72 || byte == 0x74 else { return false }
                isEscaped = false
            } else if byte == 0x5c {
                isEscaped = true
            } else if byte != 0x20 {
                return false
            }
        }
        return true
    }
}
