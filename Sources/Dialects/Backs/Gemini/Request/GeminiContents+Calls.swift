import NIOCore

/// The model's own turns, and the results of its calls.
extension GeminiContents {
    mutating func writeAnswer(
        _ message: RequestMessage, _ whole: JSONSlice, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        let list = calls(of: message)
        // A signature that a call has does not go with the text too: each copy is paid for.
        var signature = textSignature(of: whole)
        if let found = signature,
            list.contains(where: { $0.signature.map { bytes[$0].equals(bytes[found]) } ?? false })
        {
            signature = nil
        }
        try writeParts(of: message, in: .model, signature: signature, at: index, into: &out)
        if message.content.isAbsent, !message.refusal.isAbsent {
            begin(.model, into: &out)
            out.writeStaticString("{\"text\":")
            out.writeBytes(bytes[message.refusal])
            out.writeStaticString("}")
        }
        try writeImages(of: whole, at: index, into: &out)
        for (number, call) in list.enumerated() {
            begin(.model, into: &out)
            try write(call, isFirst: number == 0, into: &out) {
                message.toolCalls.isAbsent
                    ? "messages[\(index)].function_call" : "messages[\(index)].tool_calls[\(number)].function"
            }
        }
    }

    /// Pictures that an earlier answer had.
    private mutating func writeImages(
        of message: JSONSlice, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        guard let images = bytes.member("images", of: message), bytes[images][0] == 0x5b else { return }
        var number = 0
        try bytes.forEachElement(of: images) { image throws(RequestFault) in
            let path = "messages[\(index)].images[\(number)]"
            number += 1
            let url = bytes.member("image_url", of: image).flatMap { bytes.member("url", of: $0) }
            guard let url, bytes[url][0] == 0x22 else { throw .at("\(path).image_url.url", "must be a string") }
            let media = try GeminiMedia(image: url, in: image, of: bytes) { path }
            begin(.model, into: &out)
            media.write(of: bytes, into: &out)
        }
    }

    /// A call as it stands in a message.
    private struct Call {
        let function: JSONSlice
        let id: JSONSlice?
        /// The inside of a string.
        let signature: JSONSlice?
    }

    private func calls(of message: RequestMessage) -> [Call] {
        if message.toolCalls.isAbsent {
            guard !message.functionCall.isAbsent else { return [] }
            let function = message.functionCall
            return [Call(function: function, id: nil, signature: fieldSignature(of: function))]
        }
        var list: [Call] = []
        bytes.forEachElement(of: message.toolCalls) { call in
            guard let function = bytes.member("function", of: call) else { return }
            let id = bytes.member("id", of: call)
            let signature = fieldSignature(of: call) ?? fieldSignature(of: function) ?? id.flatMap(split)
            list.append(Call(function: function, id: id, signature: signature))
        }
        return list
    }

    /// Where LiteLLM's clients carry a call's signature: `provider_specific_fields.thought_signature`.
    private func fieldSignature(of object: JSONSlice) -> JSONSlice? {
        string(
            bytes.member("provider_specific_fields", of: object).flatMap { bytes.member("thought_signature", of: $0) })
    }

    /// The first of the signatures that a message's text has.
    private func textSignature(of message: JSONSlice) -> JSONSlice? {
        let fields = bytes.member("provider_specific_fields", of: message)
        guard let list = fields.flatMap({ bytes.member("thought_signatures", of: $0) }), bytes[list][0] == 0x5b
        else { return nil }
        var first: JSONSlice?
        bytes.forEachElement(of: list) { if first == nil { first = $0 } }
        return string(first)
    }

    /// The inside of a string that is not empty.
    private func string(_ value: JSONSlice?) -> JSONSlice? {
        value.flatMap { bytes[$0][0] == 0x22 && $0.count > 2 ? $0.unquoted : nil }
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

    /// A call's own id, without quotes and without a signature; only the third generation takes one.
    private func ownID(_ id: JSONSlice?) -> JSONSlice? {
        guard model.isThirdGeneration, let id else { return nil }
        let end = separatorOffset(in: id) ?? Int(id.count) - 1
        return end > 1 ? JSONSlice(from: Int(id.start) + 1, to: Int(id.start) + end) : nil
    }

    private mutating func write(
        _ call: Call, isFirst: Bool, into out: inout ByteBuffer, path: () -> String
    ) throws(RequestFault) {
        out.writeStaticString("{\"functionCall\":{")
        writeID(call.id, into: &out)
        out.writeStaticString("\"name\":")
        if let name = bytes.member("name", of: call.function) {
            out.writeBytes(bytes[name])
            if let id = call.id {
                if calls.count == Self.callsRemembered { calls.removeFirst(Self.callsRemembered / 2) }
                calls.append((id, name))
            }
        }
        out.writeStaticString(",\"args\":")
        try writeArguments(bytes.member("arguments", of: call.function), into: &out, path: path)
        out.writeStaticString("}")
        if call.signature == nil, isFirst, model.isThirdGeneration {
            // A call that another model made has none, and without one the API refuses the request: base64 of
            // `skip_thought_signature_validator`, which Google gives out for that.
            out.writeStaticString(",\"thoughtSignature\":\"c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=\"")
        }
        writeSignature(call.signature, into: &out)
        out.writeStaticString("}")
    }

    private func writeID(_ id: JSONSlice?, into out: inout ByteBuffer) {
        guard let id = ownID(id) else { return }
        out.writeStaticString("\"id\":\"")
        out.writeBytes(bytes[id])
        out.writeStaticString("\",")
    }

    /// A string that holds an object becomes the object; none, or an empty string, becomes an empty object.
    private func writeArguments(
        _ arguments: JSONSlice?, into out: inout ByteBuffer, path: () -> String
    ) throws(RequestFault) {
        guard let arguments, arguments.count > 2 else {
            out.writeStaticString("{}")
            return
        }
        guard bytes[arguments][0] == 0x22 else {
            out.writeBytes(bytes[arguments])
            return
        }
        guard writeObject(inside: arguments, into: &out) else {
            throw .at("\(path()).arguments", "must be a string that holds a JSON object")
        }
    }

    /// Writes the JSON object that a string holds; false, with nothing written, where it holds none.
    private func writeObject(inside text: JSONSlice, into out: inout ByteBuffer) -> Bool {
        let start = out.writerIndex
        JSONString.unescape(bytes[text.unquoted]) { out.writeBytes($0) }
        let isObject = out.withUnsafeReadableBytes { written in
            let text = UnsafeRawBufferPointer(rebasing: written[(start - out.readerIndex)...])
            return text.first { $0 > 0x20 } == 0x7b && JSONScanner.isValid(text)
        }
        if !isObject { out.moveWriterIndex(to: start) }
        return isObject
    }

    /// A result: the object that its text is, or an object around its text; files and pictures beside it.
    mutating func writeResult(
        _ message: RequestMessage, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        let id = message.toolCallID.isAbsent ? nil : message.toolCallID
        let called = id.flatMap { id in calls.last { bytes[$0.id].equals(bytes[id]) }?.name }
        guard let name = called ?? (message.name.isAbsent ? nil : message.name) else {
            throw .at("messages[\(index)].tool_call_id", "is not the id of a call in an earlier message")
        }
        var texts: [JSONSlice] = []
        var media: [GeminiMedia] = []
        try Self.forEachPart(of: message, in: bytes, at: index) { part, whole, path throws(RequestFault) in
            switch part {
            case .text(let text): texts.append(text)
            case .image(let url): media.append(try GeminiMedia(image: url, in: whole, of: bytes, path: path))
            case .other: media.append(try GeminiMedia(part: whole, of: bytes, path: path))
            }
        }
        begin(.results, into: &out)
        out.writeStaticString("{\"functionResponse\":{")
        writeID(id, into: &out)
        out.writeStaticString("\"name\":")
        out.writeBytes(bytes[name])
        out.writeStaticString(",\"response\":")
        if texts.count != 1 || !writeObject(inside: texts[0], into: &out) {
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
