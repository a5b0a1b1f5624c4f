/// One part of a message's content.
enum ContentPart {
    /// Words; the slice is a string.
    case text(JSONSlice)
    /// A picture; the slice is the URL's string.
    case image(JSONSlice)
    /// Sound, or a file: known to OpenAI, not to every upstream.
    case other(String)

    /// Reads the part at hand in one pass: pictures are large.
    ///
    /// - Throws: `RequestFault` with the path of what is wrong, which `path` makes.
    init(
        _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer, path: () -> String
    ) throws(RequestFault) {
        guard scanner.byte == 0x7b else {
            guard scanner.skipValue(depth: 4) else { throw .brokenJSON(scanner) }
            throw .at(path(), "must be an object")
        }
        scanner.position &+= 1
        var type = JSONSlice()
        var text = JSONSlice()
        var refusal = JSONSlice()
        var image = JSONSlice()
        var name = JSONSlice()
        var first = true
        var met: UInt8 = 0
        loop: while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw .brokenJSON(scanner)
            case .end: break loop
            case .value:
                if bytes[name].equals("type") {
                    try Self.take(&type, 1, &met, &scanner) { "\(path()).type" }
                } else if bytes[name].equals("text") {
                    try Self.take(&text, 2, &met, &scanner) { "\(path()).text" }
                } else if bytes[name].equals("image_url") {
                    if scanner.byte == 0x7b {
                        image = try Self.url(&scanner, in: bytes, path: path)
                    } else {
                        // Some clients write the URL itself in place of the object.
                        try Self.take(&image, 4, &met, &scanner) { "\(path()).image_url" }
                    }
                } else if bytes[name].equals("refusal") {
                    try Self.take(&refusal, 8, &met, &scanner) { "\(path()).refusal" }
                } else {
                    guard scanner.skipValue(depth: 5) else { throw .brokenJSON(scanner) }
                }
            }
        }
        guard !type.isAbsent else { throw .at("\(path()).type", "is missing") }
        let kind = bytes[type.unquoted]
        if kind.equals("text") {
            guard !text.isAbsent else { throw .at("\(path()).text", "must be a string") }
            self = .text(text)
        } else if kind.equals("refusal") {
            guard !refusal.isAbsent else { throw .at("\(path()).refusal", "must be a string") }
            self = .text(refusal)
        } else if kind.equals("image_url") {
            guard !image.isAbsent else { throw .at("\(path()).image_url.url", "must be a string") }
            self = .image(image)
        } else if kind.equals("input_audio") || kind.equals("file") {
            self = .other(JSONString.decode(kind))
        } else {
            throw .at("\(path()).type", "must be one of text, image_url, input_audio, file, refusal")
        }
    }

    /// Takes a string that may come once; `null` is none.
    private static func take(
        _ slice: inout JSONSlice, _ bit: UInt8, _ met: inout UInt8, _ scanner: inout JSONScanner, path: () -> String
    ) throws(RequestFault) {
        guard met & bit == 0 else { throw .at(path(), "is given twice") }
        met |= bit
        let kind = scanner.byte
        guard let value = scanner.takeValue(depth: 5) else { throw .brokenJSON(scanner) }
        guard kind == 0x22 || kind == 0x6e else { throw .at(path(), "must be a string") }
        if kind == 0x22 { slice = value }
    }

    private static func url(
        _ scanner: inout JSONScanner, in bytes: UnsafeRawBufferPointer, path: () -> String
    ) throws(RequestFault) -> JSONSlice {
        scanner.position &+= 1
        var url = JSONSlice()
        var name = JSONSlice()
        var first = true
        var met: UInt8 = 0
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: throw .brokenJSON(scanner)
            case .end: return url
            case .value:
                if bytes[name].equals("url") {
                    try take(&url, 1, &met, &scanner) { "\(path()).image_url.url" }
                } else {
                    guard scanner.skipValue(depth: 6) else { throw .brokenJSON(scanner) }
                }
            }
        }
    }
}
