/// A picture or a document, as a block of Converse.
struct BedrockMedia {
    enum Kind {
        case image(format: StaticString)
        case document(format: StaticString)
    }

    let kind: Kind
    /// The inside of a string.
    let base64: JSONSlice

    private static let images: [(type: StaticString, format: StaticString)] = [
        ("image/png", "png"), ("image/jpeg", "jpeg"), ("image/jpg", "jpeg"), ("image/gif", "gif"),
        ("image/webp", "webp"),
    ]
    private static let documents: [(type: StaticString, format: StaticString)] = [
        ("application/pdf", "pdf"), ("text/csv", "csv"), ("application/msword", "doc"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("application/vnd.ms-excel", "xls"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"), ("text/html", "html"),
        ("text/plain", "txt"), ("text/markdown", "md"),
    ]

    /// - Throws: `RequestFault` for sounds, and for anything but base64 of a type that Bedrock knows.
    init(_ block: Block, in bytes: UnsafeRawBufferPointer) throws(RequestFault) {
        let place = block.place
        switch block.kind {
        case .image(let media):
            if let type = media.picture {
                kind = .image(format: type.name)
                base64 = media.data.unquoted
            } else {
                self = try Self(media.data, in: bytes) { place.path(.image) }
            }
        case .file(let media):
            guard !media.data.isAbsent else {
                throw place.fault(.fileData, "must hold the file as a data URI: Bedrock knows no uploads")
            }
            self = try Self(file: media, in: bytes) { place.path(.fileData) }
        default:
            throw place.fault(
                .kind, "is \"\(place.word(for: block.kind))\", which Bedrock does not take; send text, images or files")
        }
    }

    /// A data URI, or base64 whose type is said beside it.
    private init(file: Block.Media, in bytes: UnsafeRawBufferPointer, path: () -> String) throws(RequestFault) {
        guard !file.type.isAbsent, !bytes[file.data.unquoted].starts(with: "data:") else {
            self = try Self(file.data, in: bytes, path: path)
            return
        }
        kind = try Self.kind(of: JSONString.decode(bytes[file.type.unquoted]).lowercased(), path: path)
        base64 = file.data.unquoted
    }

    /// Reads a data URI, a JSON string. Escapes may stand in its base64 (`\/`): it stays inside a JSON string.
    private init(_ url: JSONSlice, in bytes: UnsafeRawBufferPointer, path: () -> String) throws(RequestFault) {
        let text = bytes[url.unquoted]
        guard text.starts(with: "data:") else {
            throw .at(
                path(),
                "must be a data URI such as data:image/png;base64,…: neither Bedrock nor the gateway fetches files")
        }
        let p = text.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
        let comma = JSONScanner.firstOffset(of: 0x2c, p, 0, text.count)
        let declared = JSONString.decode(UnsafeRawBufferPointer(rebasing: text[5..<comma])).lowercased()
        let words = declared.split(separator: ";")
        guard comma < text.count - 1, words.count > 1, words.last == "base64", let type = words.first else {
            throw .at(path(), "must hold base64: data:image/png;base64,…")
        }
        base64 = JSONSlice(from: Int(url.start) + 1 + comma + 1, to: Int(url.start) + Int(url.count) - 1)
        kind = try Self.kind(of: String(type), path: path)
    }

    private static func kind(of type: String, path: () -> String) throws(RequestFault) -> Kind {
        if let image = images.first(where: { "\($0.type)" == type }) { return .image(format: image.format) }
        if let document = documents.first(where: { "\($0.type)" == type }) { return .document(format: document.format) }
        throw .at(
            path(),
            "is of type \(type), which Bedrock does not take; send PNG, JPEG, GIF or WebP, or PDF, CSV, Word, Excel, "
                + "HTML, plain text or Markdown")
    }
}
