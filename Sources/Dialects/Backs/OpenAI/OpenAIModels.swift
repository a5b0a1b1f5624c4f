public import NIOCore

/// Reads what an instance that speaks like OpenAI says that it serves: `GET /v1/models`. Cold: only when a body changed.
public enum OpenAIModels {
    /// The ids in `data`, as they are written; nil when the body is not such an answer. Entries without an id are left
    /// out.
    public static func ids(_ body: ByteBuffer) -> [String]? {
        body.withUnsafeReadableBytes { bytes in
            var scanner = JSONScanner(bytes)
            guard scanner.skipSpace(), scanner.byte == 0x7b, let whole = scanner.takeValue(depth: 0), scanner.atEnd(),
                let data = bytes.member("data", of: whole), bytes[data][0] == 0x5b
            else { return nil }
            var ids: [String] = []
            bytes.forEachElement(of: data) { entry in
                guard let id = bytes.member("id", of: entry), bytes[id][0] == 0x22 else { return }
                ids.append(JSONString.decode(bytes[id.unquoted]))
            }
            return ids
        }
    }
}
