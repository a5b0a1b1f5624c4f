/// A picture or a document out of a data URI, as a block of Converse.
enum BedrockMedia {
    /// The block's members up to its source, and the base64 inside the URI.
    enum Kind {
        case image(format: StaticString)
        case document(format: StaticString)
    }

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

    /// Reads a data URI. Escapes may stand in its base64 (`\/`): it stays inside a JSON string.
    ///
    /// - Parameters:
    ///   - url: a JSON string.
    ///   - path: the field's path, for faults.
    /// - Throws: `RequestFault` for anything but base64 of a type that Bedrock knows.
    static func read(
        _ url: JSONSlice, in bytes: UnsafeRawBufferPointer, path: () -> String
    ) throws(RequestFault) -> (kind: Kind, base64: JSONSlice) {
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
        let base64 = JSONSlice(from: Int(url.start) + 1 + comma + 1, to: Int(url.start) + Int(url.count) - 1)
        if let image = images.first(where: { "\($0.type)" == type }) { return (.image(format: image.format), base64) }
        if let document = documents.first(where: { "\($0.type)" == type }) {
            return (.document(format: document.format), base64)
        }
        throw .at(
            path(),
            "is of type \(type), which Bedrock does not take; send PNG, JPEG, GIF or WebP, or PDF, CSV, Word, Excel, "
                + "HTML, plain text or Markdown")
    }
}
