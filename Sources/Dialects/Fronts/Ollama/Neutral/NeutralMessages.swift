import NIOCore

/// Writes the messages of `/api/chat` in OpenAI's words: pictures as data URIs among the content, arguments as strings,
/// calls with ids, results with the ids of their calls.
///
/// Ollama's calls may go without an id: such a one is named by its message and its place there. A result belongs to the
/// call whose id it has; without one to the oldest call of its function that has no result yet, else to the oldest of all.
struct NeutralMessages {
    private let bytes: UnsafeRawBufferPointer
    /// Those without a result, the oldest first: the inside of their JSON strings.
    private var open: [(id: [UInt8], name: JSONSlice)] = []

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Writes the array at `slice`, which a scan has found valid.
    mutating func write(_ slice: JSONSlice, into out: inout ByteBuffer) throws(RequestFault) {
        var scanner = JSONScanner(bytes)
        scanner.position = Int(slice.start) + 1
        var index = 0
        var first = true
        out.writeStaticString("[")
        while case .value = scanner.nextElement(first: &first) {
            let message = try OllamaMessage(&scanner, in: bytes, at: index)
            if index > 0 { out.writeStaticString(",") }
            try write(message, at: index, into: &out)
            index += 1
        }
        out.writeStaticString("]")
    }

    private mutating func write(
        _ message: OllamaMessage, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        let role = message.role.isAbsent ? "" : JSONString.decode(bytes[message.role.unquoted]).lowercased()
        guard ["system", "user", "assistant", "tool"].contains(role) else {
            throw .at("messages[\(index)].role", "must be one of system, user, assistant, tool")
        }
        out.writeStaticString("{\"role\":\"")
        out.writeString(role)
        out.writeStaticString("\"")
        let calls = role == "assistant" && !message.toolCalls.isAbsent && !bytes.isEmptyContainer(message.toolCalls)
        if !message.images.isAbsent, !bytes.isEmptyContainer(message.images) {
            try writeParts(message, at: index, into: &out)
        } else if !(calls && message.content.count <= 2) {
            out.writeStaticString(",\"content\":")
            if message.content.isAbsent {
                out.writeStaticString("\"\"")
            } else {
                out.writeBytes(bytes[message.content])
            }
        }
        if role == "assistant", message.thinking.count > 2 {
            out.writeStaticString(",\"reasoning_content\":")
            out.writeBytes(bytes[message.thinking])
        }
        if calls { try writeCalls(message.toolCalls, at: index, into: &out) }
        if role == "tool" { try writeCallID(of: message, at: index, into: &out) }
        out.writeStaticString("}")
    }

    private func writeParts(
        _ message: OllamaMessage, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        out.writeStaticString(",\"content\":[")
        if message.content.count > 2 {
            out.writeStaticString("{\"type\":\"text\",\"text\":")
            out.writeBytes(bytes[message.content])
            out.writeStaticString("},")
        }
        var images: [JSONSlice] = []
        bytes.forEachElement(of: message.images) { images.append($0.unquoted) }
        for (number, image) in images.enumerated() {
            guard let type = PictureType(base64: bytes[image]) else {
                throw .at(
                    "messages[\(index)].images[\(number)]",
                    "must be base64 of a PNG, JPEG, GIF or WebP picture, without `data:` before it")
            }
            out.writeStaticString(
                number > 0
                    ? ",{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/"
                    : "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/")
            out.writeString(type.rawValue)
            out.writeStaticString(";base64,")
            out.writeBytes(bytes[image])
            out.writeStaticString("\"}}")
        }
        out.writeStaticString("]")
    }

    private mutating func writeCalls(
        _ calls: JSONSlice, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        out.writeStaticString(",\"tool_calls\":[")
        var list: [JSONSlice] = []
        bytes.forEachElement(of: calls) { list.append($0) }
        for (number, call) in list.enumerated() {
            let function = bytes.goMember("function", of: call)
            guard let function, let name = bytes.goMember("name", of: function), bytes[name][0] == 0x22 else {
                throw .at("messages[\(index)].tool_calls[\(number)].function.name", "is missing")
            }
            let given = bytes.goMember("id", of: call).flatMap { bytes[$0][0] == 0x22 && $0.count > 2 ? $0 : nil }
            let id = given.map { Array(bytes[$0.unquoted]) } ?? Array("call_\(index)_\(number)".utf8)
            open.append((id, name))
            if number > 0 { out.writeStaticString(",") }
            out.writeStaticString("{\"id\":\"")
            out.writeBytes(id)
            out.writeStaticString("\",\"type\":\"function\",\"function\":{\"name\":")
            out.writeBytes(bytes[name])
            out.writeStaticString(",\"arguments\":\"")
            if let arguments = bytes.goMember("arguments", of: function) {
                out.writeEscaped(bytes[arguments])
            } else {
                out.writeStaticString("{}")
            }
            out.writeStaticString("\"}}")
        }
        out.writeStaticString("]")
    }

    /// Which call it is the result of.
    private mutating func writeCallID(
        of message: OllamaMessage, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        let id: [UInt8]
        if message.toolCallID.count > 2 {
            id = Array(bytes[message.toolCallID.unquoted])
            if let position = open.firstIndex(where: { $0.id == id }) { open.remove(at: position) }
        } else {
            let named = message.toolName.isAbsent ? nil : JSONString.decode(bytes[message.toolName.unquoted])
            let ofName = named.flatMap { name in
                open.firstIndex { JSONString.decode(bytes[$0.name.unquoted]) == name }
            }
            guard let position = ofName ?? open.indices.first else {
                throw .at("messages[\(index)]", "is a result, and every call before it has one already")
            }
            id = open.remove(at: position).id
        }
        out.writeStaticString(",\"tool_call_id\":\"")
        out.writeBytes(id)
        out.writeStaticString("\"")
    }
}
