import NIOCore

/// Makes tool calls as Ollama has them, with an object for the arguments:
/// `{"id":…,"function":{"index":…,"name":…,"arguments":{…}}}`.
///
/// A call whose arguments are not an object, as when the limit of tokens cut it off, is left out, as Ollama does it.
struct OllamaCalls: Sendable {
    private let responseID: UInt64
    private var count = 0

    /// The call whose arguments come in pieces.
    private struct Open: Sendable {
        let id: [UInt8]?
        let name: [UInt8]
        /// The inside of a JSON string so far.
        var arguments: [UInt8] = []
    }
    private var open: Open?

    init(responseID: UInt64) { self.responseID = responseID }

    /// A call that is whole.
    mutating func take(_ call: AnswerToolCall) -> ByteBuffer? {
        let arguments = call.arguments
        let isString = arguments.first == 0x22
        let object =
            isString
            ? Self.object(inside: UnsafeRawBufferPointer(rebasing: arguments.dropFirst().dropLast()))
            : arguments.first == 0x7b ? Self.onOneLine(arguments) : nil
        guard let object else { return nil }
        return write(call.id, call.name, object, signature: call.signature)
    }

    mutating func begin(id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer) {
        open = Open(id: id.map { Array($0) }, name: Array(name))
    }

    mutating func add(_ text: UnsafeRawBufferPointer) { open?.arguments.append(contentsOf: text) }

    /// The call that was open.
    mutating func end() -> ByteBuffer? {
        guard let call = open.take(), let object = call.arguments.withUnsafeBytes(Self.object) else { return nil }
        return call.name.withUnsafeBytes { name in
            guard let id = call.id else { return write(nil, name, object) }
            return id.withUnsafeBytes { write($0, name, object) }
        }
    }

    private mutating func write(
        _ id: UnsafeRawBufferPointer?, _ name: UnsafeRawBufferPointer, _ object: [UInt8],
        signature: UnsafeRawBufferPointer? = nil
    ) -> ByteBuffer {
        var out = ByteBuffer()
        out.writeStaticString("{\"id\":\"")
        out.writeCallID(id, number: count, responseID: responseID, signature: signature)
        out.writeStaticString("\",\"function\":{\"index\":")
        out.writeDecimal(count)
        out.writeStaticString(",\"name\":\"")
        out.writeBytes(name)
        out.writeStaticString("\",\"arguments\":")
        out.writeBytes(object)
        out.writeStaticString("}}")
        count += 1
        return out
    }

    private static func object(inside text: UnsafeRawBufferPointer) -> [UInt8]? {
        JSONString.object(inside: text).map { $0.withUnsafeBytes(onOneLine) }
    }

    /// JSON without line breaks, which a line of a stream must not have: they can only stand between tokens.
    static func onOneLine(_ json: UnsafeRawBufferPointer) -> [UInt8] {
        json.map { $0 == 0x0a || $0 == 0x0d ? 0x20 : $0 }
    }
}
