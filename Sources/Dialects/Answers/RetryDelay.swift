/// Google's word in an error's body for when to come back: `"retryDelay": "34.07s"` in a `RetryInfo`. Whoever passes such
/// an error on, be it Google's own OpenAI-compatible endpoint or a proxy that quotes it, is understood as well.
enum RetryDelay {
    private static let name = Array("retryDelay".utf8)

    /// Whole seconds, rounded up; nil where the body says none.
    static func seconds(in bytes: UnsafeRawBufferPointer) -> Int? {
        var start = 0
        while start + name.count <= bytes.count {
            guard bytes[start] == name[0], bytes[start..<start + name.count].elementsEqual(name) else {
                start += 1
                continue
            }
            start += name.count
            // A quoted error has its quotation marks escaped.
            let value = bytes[start...].drop { "\\\": ".utf8.contains($0) }
            if let seconds = duration(value) { return seconds }
        }
        return nil
    }

    /// Google's form of a duration: a decimal number and `s`.
    private static func duration(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        let whole = text.prefix { isDigit($0) }
        guard (1...9).contains(whole.count) else { return nil }
        var rest = text[whole.endIndex...]
        var isMore = false
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { isDigit($0) }
            isMore = fraction.contains { $0 != UInt8(ascii: "0") }
            rest = rest[fraction.endIndex...]
        }
        guard rest.first == UInt8(ascii: "s") else { return nil }
        return whole.reduce(0) { $0 * 10 + Int($1 & 0x0F) } + (isMore ? 1 : 0)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
