/// A name with `*` in it, each of which stands for any run of letters, also for none: `openai/*`, `*`, `bedrock/*.claude-*`.
struct ModelPattern: Sendable, Equatable {
    private let bytes: [UInt8]
    /// Letters besides the stars: of two patterns that fit, the one with more says more.
    let weight: Int

    /// Nil for a name without a star.
    init?(_ text: String) {
        guard text.utf8.contains(UInt8(ascii: "*")) else { return nil }
        bytes = Array(text.utf8)
        weight = bytes.count { $0 != UInt8(ascii: "*") }
    }

    /// Whether a name fits, as a whole.
    func matches(_ name: String) -> Bool {
        let name = name.utf8
        var (position, index) = (name.startIndex, 0)
        // Where the last star stands, and how far it reaches; a mismatch lets it reach one letter further.
        var star = -1
        var reach = position
        while position < name.endIndex {
            if index < bytes.count, bytes[index] == UInt8(ascii: "*") {
                (star, reach) = (index, position)
                index += 1
            } else if index < bytes.count, bytes[index] == name[position] {
                index += 1
                position = name.index(after: position)
            } else if star >= 0 {
                reach = name.index(after: reach)
                (position, index) = (reach, star + 1)
            } else {
                return false
            }
        }
        return bytes[index...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
