import NIOCore

/// The answer to a request that only loads a model, or unloads it, where there is nothing to load.
enum OllamaLoadAnswer {
    static func write(_ request: ClientRequest, _ opening: OllamaHead.Opening, unixSeconds: Int) -> ByteBuffer {
        let head = OllamaHead(
            opening, AnswerIdentity(model: request.rawModel, created: unixSeconds, responseID: 0))
        var out = ByteBuffer(bytes: head.bytes)
        out.writeStaticString(
            opening == .message ? "\"},\"done\":true,\"done_reason\":" : "\",\"done\":true,\"done_reason\":")
        out.writeStaticString(request.unloads ? "\"unload\"}" : "\"load\"}")
        return out
    }
}

extension ClientRequest {
    /// Whether the model is to be kept for no time: one that is a load, too, asks a box to unload it.
    public var unloads: Bool {
        guard fields.has(.keepAlive) else { return false }
        return body.withUnsafeReadableBytes { bytes in
            let value = JSONValue(fields[.keepAlive], of: bytes)
            guard let text = value.text else { return JSONNumber.double(value.raw) == 0 }
            // A duration of Go's: digits that are all zero, with a unit or without.
            let digits = text.prefix { $0 == 0x30 || $0 == 0x2e }
            return !digits.isEmpty && !text.dropFirst(digits.count).contains { (0x30...0x39).contains($0) }
        }
    }
}
