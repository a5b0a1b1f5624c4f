/// The header by which a cloud names a request of ours in its own log.
///
/// Looked for in failed answers only, in a pass of its own: a good answer's head is read without it.
enum UpstreamRequestID {
    static let maximumLength = 128

    /// OpenAI and Azure, Anthropic, Amazon.
    private static let names = ["x-request-id", "request-id", "x-amzn-requestid"].map { Array($0.utf8) }

    /// The first that is given, up to the first byte that is not visible ASCII.
    static func find(inHead head: UnsafeRawBufferPointer) -> String? {
        for line in head.split(separator: 0x0A) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            guard names.contains(name) else { continue }
            let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
            let visible = value.prefix { (0x21...0x7E).contains($0) }.prefix(maximumLength)
            if !visible.isEmpty { return String(decoding: visible, as: UTF8.self) }
        }
        return nil
    }
}
