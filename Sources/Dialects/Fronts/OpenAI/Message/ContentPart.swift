/// One part of a message's content.
struct ContentPart {
    enum Kind {
        /// Words; the slice is a string.
        case text(JSONSlice)
        /// A picture; the slice is the URL's string.
        case image(JSONSlice)
        case audio, file
    }

    let kind: Kind
    /// Of what is not text: the value that says all about it.
    private(set) var holder = JSONSlice()
    /// Anthropic's mark of a beginning that is worth keeping.
    private(set) var mark = JSONSlice()

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
        var file = JSONSlice()
        var audio = JSONSlice()
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
                        let start = scanner.position
                        image = try Self.url(&scanner, in: bytes, path: path)
                        holder = JSONSlice(from: start, to: scanner.position)
                    } else {
                        // Some clients write the URL itself in place of the object.
                        try Self.take(&image, 4, &met, &scanner) { "\(path()).image_url" }
                    }
                } else if bytes[name].equals("refusal") {
                    try Self.take(&refusal, 8, &met, &scanner) { "\(path()).refusal" }
                } else {
                    guard let value = scanner.takeValue(depth: 5) else { throw .brokenJSON(scanner) }
                    if bytes[value].equals("null") { continue }
                    if bytes[name].equals("cache_control") {
                        mark = value
                    } else if bytes[name].equals("file") {
                        file = value
                    } else if bytes[name].equals("input_audio") {
                        audio = value
                    }
                }
            }
        }
        guard !type.isAbsent else { throw .at("\(path()).type", "is missing") }
        let kind = bytes[type.unquoted]
        if kind.equals("text") {
            guard !text.isAbsent else { throw .at("\(path()).text", "must be a string") }
            self.kind = .text(text)
        } else if kind.equals("refusal") {
            guard !refusal.isAbsent else { throw .at("\(path()).refusal", "must be a string") }
            self.kind = .text(refusal)
        } else if kind.equals("image_url") {
            guard !image.isAbsent else { throw .at("\(path()).image_url.url", "must be a string") }
            self.kind = .image(image)
        } else if kind.equals("input_audio") {
            self.kind = .audio
            holder = audio
        } else if kind.equals("file") {
            self.kind = .file
            holder = file
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

    // MARK: Blocks

    /// The part in neutral words.
    func block(in bytes: UnsafeRawBufferPointer) -> Block.Kind {
        switch kind {
        case .text(let text): .text(text)
        case .image(let url): .image(Self.picture(url, in: holder, of: bytes))
        case .audio: .audio(Self.media(holder, data: "data", of: bytes))
        case .file: .file(Self.media(holder, data: "file_data", of: bytes))
        }
    }

    /// A picture by the string of its URL, and the object that holds it.
    static func picture(_ url: JSONSlice, in holder: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Block.Media {
        // Only an address may need its type said, and only beside one is it cheap to look for.
        if bytes[url.unquoted].starts(with: "data:") { return Block.Media(data: url) }
        var media = media(holder, data: "url", of: bytes)
        media.data = url
        return media
    }

    /// A type may be said under any of LiteLLM's names for it.
    private static func media(
        _ holder: JSONSlice, data: StaticString, of bytes: UnsafeRawBufferPointer
    ) -> Block.Media {
        var media = Block.Media()
        guard !holder.isAbsent, bytes[holder][0] == 0x7b else { return media }
        var types = InlineArray<3, JSONSlice>(repeating: JSONSlice())
        bytes.forEachMember(of: holder) { name, value in
            guard bytes[value][0] == 0x22 else { return }
            let name = bytes[name]
            if name.equals(data) {
                media.data = value
            } else if name.equals("file_id") {
                media.id = value
            } else if name.equals("filename") {
                media.name = value
            } else if value.count > 2 {
                if name.equals("format") { types[0] = value }
                if name.equals("mime_type") { types[1] = value }
                if name.equals("content_type") { types[2] = value }
            }
        }
        media.type = !types[0].isAbsent ? types[0] : !types[1].isAbsent ? types[1] : types[2]
        return media
    }
}
