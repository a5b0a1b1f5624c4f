/// The text in the items of `/v1/responses`, for an estimate of a prompt's tokens.
enum ResponsesText {
    /// Members whose strings are no words to the model: what something is or is called, and what is a medium.
    private static let wordless: [StaticString] = [
        "type", "id", "call_id", "role", "status", "image_url", "file_data", "file_url", "file_id", "detail", "result",
        "encrypted_content", "input_audio",
    ]
    /// Values lie no deeper in an item that is read here.
    private static let deepest = 8

    /// Bytes of the text in an input: a string, or a list of items.
    static func size(of input: JSONSlice, in bytes: UnsafeRawBufferPointer) -> Int { size(input, bytes, depth: 0) }

    private static func size(_ value: JSONSlice, _ bytes: UnsafeRawBufferPointer, depth: Int) -> Int {
        guard depth < deepest else { return Int(value.count) }
        switch bytes[value][0] {
        case 0x22: return Int(value.count) - 2
        case 0x5b:
            var sum = 0
            bytes.forEachElement(of: value) { sum += size($0, bytes, depth: depth + 1) }
            return sum
        case 0x7b:
            var sum = 0
            bytes.forEachMember(of: value) { name, member in
                if wordless.contains(where: { bytes[name].equals($0) }) { return }
                sum += size(member, bytes, depth: depth + 1)
            }
            return sum
        default: return 0
        }
    }
}
