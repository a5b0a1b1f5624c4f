import NIOCore

/// A picture or a document: base64 out of a data URI, or where the provider finds it.
struct AnthropicMedia {
    private enum Source {
        /// `type` is the inside of a JSON string.
        case base64(type: JSONSlice, data: JSONSlice)
        /// Base64 whose URI does not say what it is, or says so with a name that the API does not know.
        case told(type: StaticString, data: JSONSlice)
        case url(JSONSlice)
        /// One that the client has sent to the provider before.
        case file(JSONSlice)
    }

    private let source: Source
    private let isDocument: Bool

    /// A picture, or a document written as one.
    init(picture: Block.Media, of bytes: UnsafeRawBufferPointer, at place: Place) throws(RequestFault) {
        if let type = picture.picture {
            source = .told(type: type.mediaType, data: picture.data.unquoted)
            isDocument = false
            return
        }
        let raw = bytes[picture.data.unquoted]
        if raw.starts(with: "https:") || raw.starts(with: "http:") {
            source = .url(picture.data.unquoted)
            isDocument = false
            return
        }
        guard raw.starts(with: "data:") else {
            throw place.fault(.image, "must be a URL or a data URI such as data:image/png;base64,…")
        }
        self = try Self(dataURI: picture.data.unquoted, in: bytes) { place.path(.image) }
    }

    init(file: Block.Media, of bytes: UnsafeRawBufferPointer, at place: Place) throws(RequestFault) {
        if !file.data.isAbsent {
            self = try Self(dataURI: file.data.unquoted, in: bytes) { place.path(.fileData) }
            return
        }
        guard !file.id.isAbsent else {
            throw place.fault(.file, "must have `\(place.name(.fileData))`: data:application/pdf;base64,…")
        }
        let raw = bytes[file.id.unquoted]
        isDocument = true
        source =
            raw.starts(with: "https:") || raw.starts(with: "http:") ? .url(file.id.unquoted) : .file(file.id.unquoted)
    }

    private init(
        dataURI uri: JSONSlice, in bytes: UnsafeRawBufferPointer, path: () -> String
    ) throws(RequestFault) {
        let raw = bytes[uri]
        guard raw.starts(with: "data:"), let address = raw.baseAddress else {
            throw .at(path(), "must be a data URI: data:application/pdf;base64,…")
        }
        let p = address.assumingMemoryBound(to: UInt8.self)
        let comma = JSONScanner.firstOffset(of: 0x2c, p, 0, raw.count)
        let declares = UnsafeRawBufferPointer(rebasing: raw[max(0, min(comma, raw.count) - 7)..<comma])
        guard comma < raw.count - 1, declares.equals(";base64") else {
            throw .at(path(), "must hold base64: data:image/png;base64,…")
        }
        let start = Int(uri.start)
        let data = JSONSlice(from: start + comma + 1, to: start + raw.count)
        // Other parameters of the type (a name, a set of letters) are nothing to the API.
        let semicolon = JSONScanner.firstOffset(of: 0x3b, p, 0, comma)
        let type = JSONSlice(from: start + 5, to: start + semicolon)
        let words = bytes[type]
        if words.isEmpty {
            let sniffed = Self.type(of: bytes[data])
            source = .told(type: sniffed, data: data)
            isDocument = "\(sniffed)" == "application/pdf"
        } else if words.spells("application/pdf") {
            source = .base64(type: type, data: data)
            isDocument = true
        } else if words.spells("image/jpg") {
            source = .told(type: "image/jpeg", data: data)
            isDocument = false
        } else {
            guard JSONString.decode(words).hasPrefix("image/") else {
                throw .at(path(), "must hold a picture or a PDF; send other files as text")
            }
            source = .base64(type: type, data: data)
            isDocument = false
        }
    }

    /// By how the base64 begins.
    private static func type(of data: UnsafeRawBufferPointer) -> StaticString {
        if data.starts(with: "JVBERi") { return "application/pdf" }
        if data.starts(with: "/9j/") || data.starts(with: "\\/9j\\/") { return "image/jpeg" }
        if data.starts(with: "R0lG") { return "image/gif" }
        return data.starts(with: "UklG") ? "image/webp" : "image/png"
    }

    /// Writes the block without its closing brace.
    func write(of bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        out.writeStaticString("{\"type\":\"")
        out.writeStaticString(isDocument ? "document" : "image")
        out.writeStaticString("\",\"source\":{\"type\":\"")
        switch source {
        case .base64(let type, let data):
            out.writeStaticString("base64\",\"media_type\":\"")
            out.writeBytes(bytes[type])
            out.writeStaticString("\",\"data\":\"")
            out.writeBytes(bytes[data])
        case .told(let type, let data):
            out.writeStaticString("base64\",\"media_type\":\"")
            out.writeStaticString(type)
            out.writeStaticString("\",\"data\":\"")
            out.writeBytes(bytes[data])
        case .url(let url):
            out.writeStaticString("url\",\"url\":\"")
            out.writeBytes(bytes[url])
        case .file(let id):
            out.writeStaticString("file\",\"file_id\":\"")
            out.writeBytes(bytes[id])
        }
        out.writeStaticString("\"}")
    }
}
