/// The kinds of pictures that clouds take, told by how their base64 begins: Ollama's have no type beside them.
enum PictureType: String {
    case png, jpeg, gif, webp

    /// `png`.
    var name: StaticString {
        switch self {
        case .png: "png"
        case .jpeg: "jpeg"
        case .gif: "gif"
        case .webp: "webp"
        }
    }

    /// `image/png`.
    var mediaType: StaticString {
        switch self {
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .gif: "image/gif"
        case .webp: "image/webp"
        }
    }

    /// By the name that a client gives it, the inside of a JSON string.
    init?(mediaType name: UnsafeRawBufferPointer) {
        let known: [PictureType] = [.png, .jpeg, .gif, .webp]
        guard let type = known.first(where: { name.spells($0.mediaType) }) else { return nil }
        self = type
    }

    /// By how the picture itself begins.
    init?(bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
            self = .png
        } else if bytes.starts(with: [0xff, 0xd8, 0xff]) {
            self = .jpeg
        } else if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) {
            self = .gif
        } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
            self = .webp
        } else {
            return nil
        }
    }

    /// - Parameter base64: the inside of a JSON string; escapes may stand in it (`\/9j\/`).
    init?(base64: UnsafeRawBufferPointer) {
        // An escape has at most six bytes for one.
        let start = UnsafeRawBufferPointer(rebasing: base64.prefix(Self.looked * 6))
        var text: [UInt8] = []
        JSONString.unescape(start) { text.append(contentsOf: $0) }
        if text.starts(with: "iVBORw0KGgo".utf8) {
            self = .png
        } else if text.starts(with: "/9j/".utf8) {
            self = .jpeg
        } else if text.starts(with: "R0lGOD".utf8) {
            self = .gif
        } else if text.starts(with: "UklGR".utf8), text.dropFirst(11).starts(with: "XRUJQ".utf8) {
            // "RIFF", a length, "WEBP".
            self = .webp
        } else {
            return nil
        }
    }

    /// Letters that tell the kind.
    private static let looked = 16
}
