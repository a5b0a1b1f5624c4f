import NIOCore

/// A request that goes on from a response which is kept here.
extension ClientRequest {
    /// The response from which it goes on; nil where it begins a conversation.
    public var continuedResponse: String? {
        guard front.api.keepsAnswers else { return nil }
        return body.withUnsafeReadableBytes { bytes in
            bytes.member("previous_response_id", of: bytes.object)
                .flatMap { JSONValue($0, of: bytes).text }.map { JSONString.decode($0) }
        }
    }

    /// The same request with the conversation so far before its own input, so that nobody has to know of the other.
    public func continuing(_ kept: KeptResponse) throws(RequestFault) -> ClientRequest {
        let whole = body.withUnsafeReadableBytes { bytes in
            var edits = JSONEdits()
            edits.editMembers(of: bytes.object, in: bytes) { edits, name, value in
                if bytes[name].spells("previous_response_id") {
                    edits.replace(name, with: .text(Self.continued))
                } else if value == fields[.input] {
                    let own = inputItems(in: bytes)
                    let comma: [UInt8] = kept.items.isEmpty || own.isEmpty ? [] : [0x2c]
                    edits.replace(value, with: .bytes([0x5b] + kept.items + comma + own + [0x5d]))
                }
                return true
            }
            var out = ByteBuffer()
            out.compose(atMost: bytes.count + edits.added) { writer in
                edits.write(bytes, from: 0, to: bytes.count, to: &writer)
            }
            return out
        }
        return try ClientRequest.scan(whole, front: front).joiningStream(joinsStream)
    }

    /// The name of the member that says from which response a whole conversation goes on: nobody is sent it, and the answer tells it
    /// back.
    static let continued: StaticString = "continued_response_id"

    /// The items of its input, with commas between them; a string is a message of the user's.
    func inputItems(in bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let input = bytes[fields[.input]]
        guard input.first == 0x22 else {
            let inside = input.dropFirst().dropLast()
            return inside.allSatisfy { $0 <= 0x20 } ? [] : Array(inside)
        }
        return Array("{\"type\":\"message\",\"role\":\"user\",\"content\":".utf8) + input + [0x7d]
    }
}
