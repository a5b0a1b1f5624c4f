/// The id of a call as Bedrock takes it: at most 64 letters, digits and `_.:-`.
///
/// Ids that other providers gave out may be otherwise. The same one becomes the same each time, so that call and result
/// still belong together, and two that differ stay different. A client that made two of its ids collide would mix up only
/// its own calls, so a fast hash will do.
enum BedrockCallID {
    private static let limit = 64

    /// - Parameter raw: the inside of a JSON string.
    static func made(of raw: UnsafeRawBufferPointer) -> [UInt8] {
        if !raw.isEmpty, raw.count <= limit, raw.allSatisfy(isAllowed) { return Array(raw) }
        let kept = raw.prefix(limit - 17).map { isAllowed($0) ? $0 : 0x5f }
        var hash = ByteHash()
        hash.add(raw)
        let digits = withUnsafeBytes(of: hash.value.bigEndian) { Array($0) }
        return kept + [0x5f]
            + digits.flatMap { [JSONString.hexLetter($0 >> 4), JSONString.hexLetter($0 & 15)] }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x2e, 0x3a, 0x2d: true
        default: false
        }
    }
}
