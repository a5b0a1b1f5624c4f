public import NIOCore

/// The question of `/api/show`: what a model is.
public struct OllamaShowRequest: Sendable, Equatable {
    /// The name the client asks for.
    public let model: String
    /// Whether it wants long lists too.
    public let isVerbose: Bool

    /// Reads a body.
    ///
    /// - Throws: `RequestFault` in Ollama's words.
    public init(_ body: ByteBuffer) throws(RequestFault) {
        (model, isVerbose) = try body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            var scanner = JSONScanner(bytes)
            guard scanner.skipSpace() else { throw RequestFault("missing request body") }
            guard let whole = scanner.takeValue(depth: 0), scanner.atEnd() else { throw .brokenJSON(scanner) }
            guard bytes[whole][0] == 0x7b else { throw .unmarshalBody(bytes[whole], in: Self.goType) }
            let given = try Self.text("model", of: whole, in: bytes)
            let name = given.isEmpty ? try Self.text("name", of: whole, in: bytes) : given
            guard !name.isEmpty else { throw RequestFault("model is required", param: "model") }
            return (name, bytes.goMember("verbose", of: whole).map { bytes[$0].equals("true") } ?? false)
        }
    }

    /// The same question for a box, of its own name for the model. Nothing else of the client's goes there.
    public func body(asking tag: String) -> [UInt8] {
        JSONText.object([("model", .string(tag)), ("verbose", .bool(isVerbose))]).bytes
    }

    private static let goType: StaticString = "ShowRequest"

    private static func text(
        _ name: StaticString, of whole: JSONSlice, in bytes: UnsafeRawBufferPointer
    ) throws(RequestFault) -> String {
        guard let value = bytes.goMember(name, of: whole) else { return "" }
        guard bytes[value][0] == 0x22 else { throw .unmarshal(bytes[value], at: "\(name)", of: "string", in: goType) }
        return JSONString.decode(bytes[value.unquoted])
    }
}
