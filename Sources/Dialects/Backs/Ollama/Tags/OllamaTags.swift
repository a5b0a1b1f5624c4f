public import NIOCore

/// Reads what an instance says about itself: `/api/tags`, `/api/ps`, `/api/version`. Cold: only when a body changed.
public enum OllamaTags {
    /// The tags of `/api/tags`; nil when the body is not such an answer. Entries without a name are left out.
    public static func tags(_ body: ByteBuffer) -> [OllamaTag]? {
        models(body) { bytes, entry in
            guard let name = text("name", of: entry, in: bytes) ?? text("model", of: entry, in: bytes) else {
                return nil
            }
            let capabilities = capabilities(of: entry, in: bytes)
            var words: [String] = []
            if let capabilities {
                bytes.forEachElement(of: capabilities) { word in
                    if bytes[word][0] == 0x22 { words.append(JSONString.decode(bytes[word.unquoted])) }
                }
            }
            func can(_ what: StaticString) -> Bool? { capabilities.map { bytes.hasElement(what, in: $0) } }
            return OllamaTag(
                name: name, digest: text("digest", of: entry, in: bytes) ?? "",
                size: number("size", of: entry, in: bytes),
                isRemote: !(text("remote_host", of: entry, in: bytes) ?? "").isEmpty,
                thinks: can("\"thinking\""), chats: can("\"completion\""), embeds: can("\"embedding\""),
                capabilities: words, modifiedAt: text("modified_at", of: entry, in: bytes) ?? "",
                details: object("details", of: entry, in: bytes) ?? "")
        }
    }

    /// The loaded models of `/api/ps`; nil when the body is not such an answer. Entries without a name are left out.
    public static func loaded(_ body: ByteBuffer) -> [OllamaLoaded]? {
        models(body) { bytes, entry in
            guard let name = text("model", of: entry, in: bytes) ?? text("name", of: entry, in: bytes) else {
                return nil
            }
            let context = number("context_length", of: entry, in: bytes)
            return OllamaLoaded(
                model: name, contextLength: context > 0 ? Int(context) : nil,
                size: number("size", of: entry, in: bytes), sizeVRAM: number("size_vram", of: entry, in: bytes),
                expiresAt: text("expires_at", of: entry, in: bytes) ?? "")
        }
    }

    /// The version of `/api/version`; nil when the body is not such an answer.
    public static func version(_ body: ByteBuffer) -> String? {
        withObject(body) { bytes, whole in text("version", of: whole, in: bytes) }
    }

    /// The entries of `models`; `null`, as Go writes an empty list, is none.
    private static func models<Entry>(
        _ body: ByteBuffer, _ read: (UnsafeRawBufferPointer, JSONSlice) -> Entry?
    ) -> [Entry]? {
        withObject(body) { bytes, whole in
            var hasModels = false
            bytes.forEachMember(of: whole) { name, _ in if bytes[name].equals("models") { hasModels = true } }
            guard hasModels else { return nil }
            guard let list = bytes.member("models", of: whole) else { return [] }
            guard bytes[list][0] == 0x5b else { return nil }
            var entries: [Entry] = []
            bytes.forEachElement(of: list) { entry in
                if let read = read(bytes, entry) { entries.append(read) }
            }
            return entries
        }
    }

    private static func withObject<Result>(
        _ body: ByteBuffer, _ read: (UnsafeRawBufferPointer, JSONSlice) -> Result?
    ) -> Result? {
        body.withUnsafeReadableBytes { bytes in
            var scanner = JSONScanner(bytes)
            guard scanner.skipSpace(), scanner.byte == 0x7b, let whole = scanner.takeValue(depth: 0), scanner.atEnd()
            else { return nil }
            return read(bytes, whole)
        }
    }

    private static func text(_ name: StaticString, of entry: JSONSlice, in bytes: UnsafeRawBufferPointer) -> String? {
        guard let value = bytes.member(name, of: entry), bytes[value][0] == 0x22 else { return nil }
        return JSONString.decode(bytes[value.unquoted])
    }

    /// The list, where there is one with anything in it.
    private static func capabilities(of entry: JSONSlice, in bytes: UnsafeRawBufferPointer) -> JSONSlice? {
        guard let list = bytes.member("capabilities", of: entry), bytes[list][0] == 0x5b else { return nil }
        return bytes.isEmptyContainer(list) ? nil : list
    }

    private static func object(_ name: StaticString, of entry: JSONSlice, in bytes: UnsafeRawBufferPointer) -> String? {
        guard let value = bytes.member(name, of: entry), bytes[value][0] == 0x7b else { return nil }
        return String(decoding: bytes[value], as: UTF8.self)
    }

    private static func number(_ name: StaticString, of entry: JSONSlice, in bytes: UnsafeRawBufferPointer) -> Int64 {
        bytes.member(name, of: entry).flatMap { JSONNumber.integer(bytes[$0]) }.map(Int64.init) ?? 0
    }
}
