/// The media in a request's body, for an upper bound of what it comes to.
///
/// Told by names alone, of fields and of kinds, so that it holds for every front: what looks like a medium in a text counts too.
struct MediaBound {
    /// Pictures and other parts that are no text, or more.
    private(set) var pictures = 0
    /// Bytes of sounds, films and files, base64 or text: no provider makes more than a token of each.
    private(set) var bytes = 0

    /// Values lie no deeper in a part that a provider reads.
    private static let deepest = 12
    private static let words = ["image", "input_", "file", "document", "video", "audio"]
    /// Members that hold one, and kinds of parts that are one.
    private static let weighty: [StaticString] = OpenAIWords.weighty + ["document", "video"]

    init(_ body: UnsafeRawBufferPointer) {
        var rest = body[...]
        while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
            rest = rest[(quote + 1)...]
            if Self.words.contains(where: { rest.starts(with: $0.utf8) }) { pictures += 1 }
        }
        // Texts alone are not walked through once more.
        if pictures > 0 { walk(body.object, of: body, depth: 0) }
    }

    private mutating func walk(_ value: JSONSlice, of body: UnsafeRawBufferPointer, depth: Int) {
        guard depth < Self.deepest else { return }
        switch body[value][0] {
        case 0x7b:
            if isWeighty(value, in: body) {
                bytes += Int(value.count)
                return
            }
            body.forEachMember(of: value) { name, member in
                let name = body[name]
                if Self.weighty.contains(where: { name.spells($0) }) {
                    bytes += Int(member.count)
                } else {
                    // Ollama's, each a string without a name.
                    if name.spells("images"), body[member][0] == 0x5b {
                        body.forEachElement(of: member) { _ in pictures += 1 }
                    }
                    walk(member, of: body, depth: depth + 1)
                }
            }
        case 0x5b: body.forEachElement(of: value) { walk($0, of: body, depth: depth + 1) }
        case 0x22:
            // A file in the place of a picture.
            let text = body[value].dropFirst()
            if text.starts(with: "data:".utf8), !text.starts(with: "data:image/".utf8) { bytes += Int(value.count) }
        default: break
        }
    }

    /// Whether it is a part of such a kind, wherever it keeps its bytes.
    private func isWeighty(_ part: JSONSlice, in body: UnsafeRawBufferPointer) -> Bool {
        guard let type = body.member("type", of: part), body[type][0] == 0x22 else { return false }
        let kind = body[type.unquoted]
        return Self.weighty.contains { kind.spells($0) }
    }
}
