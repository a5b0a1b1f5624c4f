import CFaultSim
import NIOCore

extension ByteBuffer {
    /// Bytes from the reader index to the first place of a text; nil where it is not.
    func distance(to text: StaticString, from offset: Int = 0) -> Int? {
        withUnsafeReadableBytes { raw -> Int? in
            guard raw.count > offset, let base = raw.baseAddress else { return nil }
            let found = drover_find(base + offset, raw.count - offset, text.utf8Start, text.utf8CodeUnitCount)
            return found < 0 ? nil : offset + found
        }
    }

    func has(_ text: StaticString) -> Bool { distance(to: text) != nil }

    /// The number in decimal digits behind the first place of a text.
    func number(behind text: StaticString) -> Int? {
        guard let at = distance(to: text) else { return nil }
        return withUnsafeReadableBytes { raw in
            var index = at + text.utf8CodeUnitCount
            while index < raw.count, raw[index] == 0x20 { index += 1 }
            var value: Int?
            while index < raw.count, raw[index] >= 0x30, raw[index] <= 0x39, (value ?? 0) < 1 << 40 {
                value = (value ?? 0) * 10 + Int(raw[index] - 0x30)
                index += 1
            }
            return value
        }
    }

    /// What stands between the first place of a text and the next quotation mark.
    func firstQuoted(behind text: StaticString) -> String { first(between: text, and: "\"") }

    /// What stands between the first place of a text and the next place of another.
    func first(between text: StaticString, and last: StaticString) -> String {
        guard let at = distance(to: text) else { return "" }
        let begin = at + text.utf8CodeUnitCount
        let end = distance(to: last, from: begin) ?? readableBytes
        return getString(at: readerIndex + begin, length: end - begin) ?? ""
    }

    /// All that stands between a text and the next quotation mark, wherever that text is.
    func quoted(behind text: StaticString) -> String {
        var all = ""
        var offset = 0
        while let at = distance(to: text, from: offset) {
            let begin = at + text.utf8CodeUnitCount
            let end = distance(to: "\"", from: begin) ?? readableBytes
            all += getString(at: readerIndex + begin, length: end - begin) ?? ""
            offset = end
        }
        return all
    }
}
