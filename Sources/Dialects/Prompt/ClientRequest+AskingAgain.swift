import NIOCore

/// A model that has written a call of a tool which nobody can read, and is asked once more.
extension ClientRequest {
    /// Whether another message can stand behind its own.
    public var takesMessages: Bool {
        guard work == .chat, fields.has(front.api.prompt) else { return false }
        return front.api.keepsAnswers || body.withUnsafeReadableBytes { $0[fields[front.api.prompt]].first == 0x5b }
    }

    /// The same request with one more message of the user's, that says what was wrong with the call; nil where none can be added.
    ///
    /// - Parameter words: the words of the upstream, or ours about its call.
    public func asking(againFor words: String) -> ClientRequest? {
        guard takesMessages else { return nil }
        let text = JSONText.string(
            "The call of a function that you have just made could not be read: \(String(words.prefix(500))). Make it again, with "
                + "arguments that are one valid JSON object.")
        let kind = front.api.keepsAnswers ? #""type":"message","# : ""
        let message = Array("{\(kind)\"role\":\"user\",\"content\":\(text)}".utf8)
        let field = front.api.prompt
        let whole = body.withUnsafeReadableBytes { bytes in
            let own =
                front.api.keepsAnswers ? inputItems(in: bytes) : Array(bytes[fields[field]].dropFirst().dropLast())
            let comma: [UInt8] = own.allSatisfy { $0 <= 0x20 } ? [] : [0x2c]
            var edits = JSONEdits()
            edits.replace(fields[field], with: .bytes([0x5b] + own + comma + message + [0x5d]))
            var out = ByteBuffer()
            out.compose(atMost: bytes.count + edits.added) { writer in
                edits.write(bytes, from: 0, to: bytes.count, to: &writer)
            }
            return out
        }
        return (try? ClientRequest.scan(whole, front: front, model: model))?.joiningStream(joinsStream)
    }
}
