import NIOCore

/// A picture, a sound or a file in a message: its bytes, or where Google can fetch it.
struct GeminiMedia {
    private enum Source {
        /// The base64, inside of a string.
        case inline(JSONSlice)
        /// The address, a string with its quotes.
        case address(JSONSlice)
        /// The name of a file uploaded to Google (`files/abc`), inside of a string.
        case upload(JSONSlice)
    }

    private let source: Source
    /// `image/png`; nil where Google knows it itself.
    private let type: String?

    private init(_ source: Source, _ type: String?) {
        self.source = source
        self.type = type
    }

    /// A picture, a sound or a file.
    init(_ block: Block, of bytes: UnsafeRawBufferPointer) throws(RequestFault) {
        let place = block.place
        switch block.kind {
        case .image(let media), .shown(let media):
            if let type = media.picture {
                self.init(.inline(media.data.unquoted), "\(type.mediaType)")
            } else {
                try self.init(media.data, hint: media.type, of: bytes) { place.path(.image) }
            }
        case .audio(let media): try self.init(sound: media, of: bytes, at: place)
        case .file(let media): try self.init(file: media, of: bytes, at: place)
        case .text, .refusal, .thinking, .redacted, .call:
            throw place.fault(.kind, "must be a picture, a sound or a file")
        }
    }

    private init(sound: Block.Media, of bytes: UnsafeRawBufferPointer, at place: Place) throws(RequestFault) {
        guard sound.data.count > 2 else { throw place.fault(.sound, "must be a string") }
        guard !sound.type.isAbsent else {
            throw place.fault(.soundType, "must be a string such as \"wav\" or \"mp3\"")
        }
        let name = JSONString.decode(bytes[sound.type.unquoted])
        self.init(.inline(sound.data.unquoted), name.hasPrefix("audio/") ? name : "audio/" + name)
    }

    private init(file: Block.Media, of bytes: UnsafeRawBufferPointer, at place: Place) throws(RequestFault) {
        let said = file.type.isAbsent ? nil : JSONString.decode(bytes[file.type.unquoted])
        if file.id.count > 2 {
            if bytes[file.id.unquoted].starts(with: "files/") {
                self.init(.upload(file.id.unquoted), said)
            } else {
                try self.init(file.id, hint: file.type, of: bytes) { place.path(.fileID) }
            }
            return
        }
        guard file.data.count > 2 else {
            throw place.fault(
                .file, "must have `\(place.name(.fileData))` or `\(place.name(.fileID))`")
        }
        guard !bytes[file.data.unquoted].starts(with: "data:") else {
            try self.init(file.data, hint: file.type, of: bytes) { place.path(.fileData) }
            return
        }
        // Bare base64: the type is said beside it, or the name tells.
        let name = file.name.count > 2 ? JSONString.decode(bytes[file.name.unquoted]) : nil
        guard let known = said ?? name.flatMap({ Self.type(ofName: $0) }) else {
            throw place.fault(.fileData, "must name its type: data:application/pdf;base64,…")
        }
        self.init(.inline(file.data.unquoted), known)
    }

    /// A data URI or an address.
    private init(
        _ url: JSONSlice, hint: JSONSlice, of bytes: UnsafeRawBufferPointer, path: () -> String
    ) throws(RequestFault) {
        let text = bytes[url.unquoted]
        let hint = hint.isAbsent ? nil : JSONString.decode(bytes[hint.unquoted])
        if text.starts(with: "data:") {
            let (data, declared) = try Self.takeApart(url, of: bytes, path: path)
            guard let known = hint ?? declared else {
                throw .at(path(), "must name its type: data:image/png;base64,…")
            }
            self.init(.inline(data), known)
            return
        }
        let address = JSONString.decode(text)
        guard address.hasPrefix("https://") || address.hasPrefix("gs://") else {
            throw .at(path(), "must be a data URI such as data:image/png;base64,… or an address with https:// or gs://")
        }
        let known = hint ?? Self.type(ofName: address)
        // Of what was uploaded to Google it knows the type itself.
        guard known != nil || address.hasPrefix("https://generativelanguage.googleapis.com/") else {
            throw .at(path(), "does not end in a known extension; say its type in `format` (\"image/png\")")
        }
        self.init(.address(url), known)
    }

    /// The base64 of a data URI, and the type before it. Escapes may stand in both (`\/`): the base64 stays inside a
    /// JSON string.
    private static func takeApart(
        _ url: JSONSlice, of bytes: UnsafeRawBufferPointer, path: () -> String
    ) throws(RequestFault) -> (data: JSONSlice, type: String?) {
        let text = bytes[url.unquoted]
        let p = text.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
        let comma = JSONScanner.firstOffset(of: 0x2c, p, 0, text.count)
        let declares = UnsafeRawBufferPointer(rebasing: text[max(0, comma - 7)..<comma])
        guard comma < text.count - 1, declares.equals(";base64") else {
            throw .at(path(), "must hold base64: data:image/png;base64,…")
        }
        let words = UnsafeRawBufferPointer(rebasing: text[5..<comma])
        let name = words.firstIndex(of: 0x3b).map { UnsafeRawBufferPointer(rebasing: words[..<$0]) } ?? words
        let data = JSONSlice(from: Int(url.start) + 1 + comma + 1, to: Int(url.start) + Int(url.count) - 1)
        // Many write it so; Google knows only the registered name.
        let type = JSONString.decode(name).lowercased()
        return (data, type.isEmpty ? nil : type == "image/jpg" ? "image/jpeg" : type)
    }

    /// The type of a file by its extension, of those that Gemini reads.
    static func type(ofName name: String) -> String? {
        let path = name.prefix { $0 != "?" && $0 != "#" }
        guard let dot = path.lastIndex(of: ".") else { return nil }
        switch path[path.index(after: dot)...].lowercased() {
        case "jpg", "jpeg": return "image/jpeg"
        case "png": return "image/png"
        case "webp": return "image/webp"
        case "heic": return "image/heic"
        case "heif": return "image/heif"
        case "gif": return "image/gif"
        case "mp4": return "video/mp4"
        case "mov": return "video/mov"
        case "mpeg", "mpg": return "video/mpeg"
        case "avi": return "video/avi"
        case "wmv": return "video/wmv"
        case "flv": return "video/x-flv"
        case "webm": return "video/webm"
        case "mp3": return "audio/mp3"
        case "wav": return "audio/wav"
        case "ogg": return "audio/ogg"
        case "aac": return "audio/aac"
        case "flac": return "audio/flac"
        case "aiff": return "audio/aiff"
        case "pdf": return "application/pdf"
        case "txt": return "text/plain"
        case "md": return "text/md"
        case "html": return "text/html"
        case "csv": return "text/csv"
        case "xml": return "text/xml"
        default: return nil
        }
    }

    /// Writes the part.
    func write(of bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        switch source {
        case .inline(let data):
            out.writeStaticString("{\"inlineData\":{\"mimeType\":")
            out.writeQuoted(type ?? "")
            out.writeStaticString(",\"data\":\"")
            out.writeBytes(bytes[data])
            out.writeStaticString("\"}}")
        case .address(let url):
            openFile(into: &out)
            out.writeBytes(bytes[url])
            out.writeStaticString("}}")
        case .upload(let name):
            openFile(into: &out)
            out.writeStaticString("\"https://generativelanguage.googleapis.com/v1beta/")
            out.writeBytes(bytes[name])
            out.writeStaticString("\"}}")
        }
    }

    private func openFile(into out: inout ByteBuffer) {
        out.writeStaticString("{\"fileData\":{")
        if let type {
            out.writeStaticString("\"mimeType\":")
            out.writeQuoted(type)
            out.writeStaticString(",")
        }
        out.writeStaticString("\"fileUri\":")
    }
}
