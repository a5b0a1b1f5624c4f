import NIOCore

/// OpenAI's messages as Ollama's: one string as content, pictures beside it, arguments as objects.
enum OllamaMessages {
    /// Writes the array at `slice`, which a scan has found valid.
    static func write(
        _ slice: JSONSlice, of bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) throws(RequestFault) {
        var writer = MessageWriter(bytes: bytes)
        var scanner = JSONScanner(bytes)
        scanner.position = Int(slice.start) + 1
        var index = 0
        var first = true
        out.writeInteger(0x5b as UInt8)
        while case .value = scanner.nextElement(first: &first) {
            let message = try RequestMessage(&scanner, in: bytes, at: index)
            if index > 0 { out.writeInteger(0x2c as UInt8) }
            try writer.write(message, at: index, into: &out)
            index += 1
        }
        out.writeInteger(0x5d as UInt8)
    }
}

/// Writes message after message, and remembers the calls so that their results can be given the function's name.
private struct MessageWriter {
    let bytes: UnsafeRawBufferPointer
    private var calls: [(id: JSONSlice, name: JSONSlice)] = []
    /// How many of the latest calls a result is looked up in.
    private static let callsRemembered = 256

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func write(_ message: RequestMessage, at index: Int, into out: inout ByteBuffer) throws(RequestFault) {
        switch message.role {
        case .system, .developer: out.writeStaticString("{\"role\":\"system\",\"content\":")
        case .user: out.writeStaticString("{\"role\":\"user\",\"content\":")
        case .assistant: out.writeStaticString("{\"role\":\"assistant\",\"content\":")
        case .tool, .function: out.writeStaticString("{\"role\":\"tool\",\"content\":")
        }
        try writeContent(message, at: index, into: &out)
        if !message.reasoning.isAbsent {
            out.writeStaticString(",\"thinking\":")
            out.writeBytes(bytes[message.reasoning])
        }
        if !message.toolCalls.isAbsent || !message.functionCall.isAbsent {
            try writeCalls(message, at: index, into: &out)
        }
        if message.role == .tool || message.role == .function { writeResult(message, into: &out) }
        out.writeInteger(0x7d as UInt8)
    }

    private func writeContent(
        _ message: RequestMessage, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        if message.content.isAbsent {
            if message.refusal.isAbsent {
                out.writeStaticString("\"\"")
            } else {
                out.writeBytes(bytes[message.refusal])
            }
            return
        }
        if bytes[message.content][0] == 0x22 {
            out.writeBytes(bytes[message.content])
            return
        }
        // Texts are joined by line breaks, so that no two words run together.
        var images: [JSONSlice] = []
        var texts = 0
        var number = 0
        out.writeInteger(0x22 as UInt8)
        var parts = JSONScanner(bytes)
        parts.position = Int(message.content.start) + 1
        var first = true
        while case .value = parts.nextElement(first: &first) {
            let path = { "messages[\(index)].content[\(number)]" }
            switch try ContentPart(&parts, in: bytes, path: path) {
            case .text(let text):
                if texts > 0 { out.writeStaticString("\\n") }
                texts += 1
                out.writeBytes(bytes[text.unquoted])
            case .image(let url): images.append(try base64(of: url, path: path))
            case .other(let type):
                throw .at("\(path()).type", "is \"\(type)\", which Ollama does not take; send text or images")
            }
            number += 1
        }
        out.writeInteger(0x22 as UInt8)
        if images.isEmpty { return }
        out.writeStaticString(",\"images\":[")
        for (position, image) in images.enumerated() {
            if position > 0 { out.writeInteger(0x2c as UInt8) }
            out.writeInteger(0x22 as UInt8)
            out.writeBytes(bytes[image])
            out.writeInteger(0x22 as UInt8)
        }
        out.writeInteger(0x5d as UInt8)
    }

    /// The base64 of a data URI. Escapes may stand in it (`\/`): it stays inside a JSON string.
    private func base64(of url: JSONSlice, path: () -> String) throws(RequestFault) -> JSONSlice {
        let text = bytes[url.unquoted]
        guard text.starts(with: "data:") else {
            throw .at(
                "\(path()).image_url.url",
                "must be a data URI such as data:image/png;base64,…: the gateway does not fetch images")
        }
        let p = text.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
        let comma = JSONScanner.firstOffset(of: 0x2c, p, 0, text.count)
        let declares = UnsafeRawBufferPointer(rebasing: text[max(0, min(comma, text.count) - 7)..<comma])
        guard comma < text.count - 1, declares.equals(";base64") else {
            throw .at("\(path()).image_url.url", "must hold base64: data:image/png;base64,…")
        }
        return JSONSlice(from: Int(url.start) + 1 + comma + 1, to: Int(url.start) + Int(url.count) - 1)
    }

    private mutating func writeCalls(
        _ message: RequestMessage, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        out.writeStaticString(",\"tool_calls\":[")
        if message.toolCalls.isAbsent {
            try writeFunction(
                message.functionCall, id: nil, path: "messages[\(index)].function_call", into: &out)
        } else {
            var number = 0
            var list: [(function: JSONSlice, id: JSONSlice?)] = []
            bytes.forEachElement(of: message.toolCalls) { call in
                guard let function = bytes.member("function", of: call) else { return }
                list.append((function, bytes.member("id", of: call)))
            }
            for call in list {
                if number > 0 { out.writeInteger(0x2c as UInt8) }
                try writeFunction(
                    call.function, id: call.id, path: "messages[\(index)].tool_calls[\(number)].function", into: &out)
                number += 1
            }
        }
        out.writeInteger(0x5d as UInt8)
    }

    private mutating func writeFunction(
        _ function: JSONSlice, id: JSONSlice?, path: String, into out: inout ByteBuffer
    ) throws(RequestFault) {
        out.writeInteger(0x7b as UInt8)
        if let id {
            out.writeStaticString("\"id\":")
            out.writeBytes(bytes[id])
            out.writeInteger(0x2c as UInt8)
        }
        out.writeStaticString("\"function\":{\"name\":")
        if let name = bytes.member("name", of: function) {
            out.writeBytes(bytes[name])
            if let id {
                if calls.count == Self.callsRemembered { calls.removeFirst(Self.callsRemembered / 2) }
                calls.append((id, name))
            }
        }
        out.writeStaticString(",\"arguments\":")
        try writeArguments(bytes.member("arguments", of: function), path: path, into: &out)
        out.writeStaticString("}}")
    }

    /// A string that holds an object becomes the object; none, or an empty string, becomes an empty object.
    private func writeArguments(
        _ arguments: JSONSlice?, path: String, into out: inout ByteBuffer
    ) throws(RequestFault) {
        guard let arguments, arguments.count > 2 else {
            out.writeStaticString("{}")
            return
        }
        guard bytes[arguments][0] == 0x22 else {
            out.writeBytes(bytes[arguments])
            return
        }
        let start = out.writerIndex
        JSONString.unescape(bytes[arguments.unquoted]) { out.writeBytes($0) }
        let isObject = out.withUnsafeReadableBytes { written in
            let text = UnsafeRawBufferPointer(rebasing: written[(start - out.readerIndex)...])
            return JSONScanner.isValid(text) && text.first { $0 > 0x20 } == 0x7b
        }
        guard isObject else { throw .at("\(path).arguments", "must be a string that holds a JSON object") }
    }

    private func writeResult(_ message: RequestMessage, into out: inout ByteBuffer) {
        if !message.toolCallID.isAbsent {
            out.writeStaticString(",\"tool_call_id\":")
            out.writeBytes(bytes[message.toolCallID])
        }
        var name: JSONSlice? = message.name.isAbsent ? nil : message.name
        if name == nil, !message.toolCallID.isAbsent {
            let id = bytes[message.toolCallID]
            name = calls.last { bytes[$0.id].equals(id) }?.name
        }
        guard let name else { return }
        out.writeStaticString(",\"tool_name\":")
        out.writeBytes(bytes[name])
    }
}
