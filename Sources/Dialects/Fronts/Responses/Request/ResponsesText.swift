/// The text in the items of `/v1/responses`, for an estimate of a prompt's tokens.
enum ResponsesText {
    /// Members whose strings are no words to the model: what something is or is called, and what is a medium.
    private static let wordless: [StaticString] = [
        "type", "id", "call_id", "role", "status", "image_url", "file_data", "file_url", "file_id", "detail", "result",
        "encrypted_content", "input_audio",
    ]
    /// The same of what a tool gives back, where other names are the tool's own.
    private static let media: [StaticString] = ["image_url", "file_data", "file_url", "input_audio"]
    /// Values lie no deeper in an item that is read here.
    private static let deepest = 8

    /// Bytes of the text in an input: a string, or a list of items.
    static func size(of input: JSONSlice, in bytes: UnsafeRawBufferPointer) -> Int {
        size(input, bytes, without: wordless, depth: 0)
    }

    private static func size(
        _ value: JSONSlice, _ bytes: UnsafeRawBufferPointer, without skipped: [StaticString], depth: Int
    ) -> Int {
        guard depth < deepest else { return Int(value.count) }
        switch bytes[value][0] {
        case 0x22: return Int(value.count) - 2
        case 0x5b:
            var sum = 0
            bytes.forEachElement(of: value) { sum += size($0, bytes, without: skipped, depth: depth + 1) }
            return sum
        case 0x7b:
            var sum = 0
            bytes.forEachMember(of: value) { name, member in
                let label = bytes[name]
                if skipped.contains(where: { label.equals($0) }) { return }
                // A call's arguments are the model's own words, whatever they are called.
                if label.spells("arguments") {
                    sum += Int(member.count)
                } else {
                    let next = label.spells("output") ? media : skipped
                    sum += size(member, bytes, without: next, depth: depth + 1)
                }
            }
            return sum
        default: return 0
        }
    }
}
