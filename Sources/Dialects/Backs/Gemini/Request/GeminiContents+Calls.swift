import NIOCore

/// The model's own turns, and the results of its calls.
extension GeminiContents {
    mutating func writeAnswer(_ message: borrowing Message, into out: inout ByteBuffer) throws(RequestFault) {
        var signature = message.seal.isAbsent ? nil : message.seal
        // A signature that a call has does not go with the text too: each copy is paid for.
        if let found = signature,
            message.blocks.contains(where: { block in
                guard case .call(let call) = block.kind, let own = self.signature(of: call) else { return false }
                return bytes[own].equals(bytes[found])
            })
        {
            signature = nil
        }
        try writeParts(of: message, in: .model, signature: signature, into: &out)
        var isFirst = true
        for block in message.blocks {
            guard case .call(let call) = block.kind else { continue }
            begin(.model, into: &out)
            try write(call, at: block.place, isFirst: isFirst, into: &out)
            isFirst = false
        }
    }

    private func signature(of call: Block.Call) -> JSONSlice? {
        if !call.seal.isAbsent { return call.seal }
        return if case .given(let id) = call.id { split(id) } else { nil }
    }

    /// Between an id and the signature joined to it.
    private static let separator: StaticString = "__thought__"

    /// The signature joined to an id, as LiteLLM and Drover give it to clients that keep nothing else.
    private func split(_ id: JSONSlice) -> JSONSlice? {
        guard let place = separatorOffset(in: id) else { return nil }
        let start = Int(id.start) + place + Self.separator.utf8CodeUnitCount
        let end = Int(id.start) + Int(id.count) - 1
        return start < end ? JSONSlice(from: start, to: end) : nil
    }

    private func separatorOffset(in id: JSONSlice) -> Int? {
        let text = bytes[id]
        return text.indices.first { UnsafeRawBufferPointer(rebasing: text[$0...]).starts(with: Self.separator) }
    }

    private mutating func write(
        _ call: Block.Call, at place: Place, isFirst: Bool, into out: inout ByteBuffer
    ) throws(RequestFault) {
        out.writeStaticString("{\"functionCall\":{")
        writeID(call.id, into: &out)
        out.writeStaticString("\"name\":")
        out.writeBytes(bytes[call.name])
        calls.add(call)
        out.writeStaticString(",\"args\":")
        guard out.writeArguments(call.arguments, of: bytes) else {
            throw place.fault(.arguments, "must be a string that holds a JSON object")
        }
        out.writeStaticString("}")
        let signature = signature(of: call)
        if signature == nil, isFirst, model.isThirdGeneration {
            // A call that another model made has none, and without one the API refuses the request: base64 of
            // `skip_thought_signature_validator`, which Google gives out for that.
            out.writeStaticString(",\"thoughtSignature\":\"c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=\"")
        }
        writeSignature(signature, into: &out)
        out.writeStaticString("}")
    }

    /// A call's own id, without a signature; only the third generation takes one.
    private func writeID(_ id: CallID, into out: inout ByteBuffer) {
        guard model.isThirdGeneration else { return }
        switch id {
        case .given(let id):
            let end = separatorOffset(in: id) ?? Int(id.count) - 1
            guard end > 1 else { return }
            out.writeStaticString("\"id\":\"")
            out.writeBytes(bytes[JSONSlice(from: Int(id.start) + 1, to: Int(id.start) + end)])
            out.writeStaticString("\",")
        case .counted:
            out.writeStaticString("\"id\":\"")
            out.writeString(id.made ?? "")
            out.writeStaticString("\",")
        case .ofMessage, .missing: return
        }
    }

    /// A result: the object that its text is, or an object around its text; files and pictures beside it.
    mutating func writeResult(_ message: borrowing Message, into out: inout ByteBuffer) throws(RequestFault) {
        let called = calls.name(of: message.callID, in: bytes)
        guard let name = called ?? (message.toolName.isAbsent ? nil : message.toolName) else {
            throw message.place.fault(.resultID, "is not the id of a call in an earlier message")
        }
        var texts: [JSONSlice] = []
        var media: [GeminiMedia] = []
        for block in message.blocks {
            if case .text(let text) = block.kind {
                texts.append(text)
            } else {
                media.append(try GeminiMedia(block, of: bytes))
            }
        }
        begin(.results, into: &out)
        out.writeStaticString("{\"functionResponse\":{")
        writeID(message.callID, into: &out)
        out.writeStaticString("\"name\":")
        out.writeBytes(bytes[name])
        out.writeStaticString(",\"response\":")
        if texts.count != 1 || !out.writeObject(inside: texts[0], of: bytes) {
            out.writeStaticString("{\"content\":\"")
            for (position, text) in texts.enumerated() {
                // Texts are joined by line breaks, so that no two words run together.
                if position > 0 { out.writeStaticString("\\n") }
                out.writeBytes(bytes[text.unquoted])
            }
            out.writeStaticString("\"}")
        }
        for (position, media) in media.enumerated() {
            out.writeStaticString(position > 0 ? "," : ",\"parts\":[")
            media.write(of: bytes, into: &out)
        }
        out.writeStaticString(media.isEmpty ? "}}" : "]}}")
    }
}
