/// Lines out of bytes that come in pieces.
struct TextLines {
    private var rest: [UInt8] = []

    /// The lines that are whole now, blank ones left out.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) -> [String] {
        rest.append(contentsOf: bytes)
        guard let end = rest.lastIndex(of: 0x0a) else { return [] }
        let lines = rest[..<end].split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
        rest.removeSubrange(...end)
        return lines
    }
}
