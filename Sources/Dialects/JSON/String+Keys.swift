extension String {
    /// The text with `sk-...` and the last four letters for each key that stands in it: clients put keys where names belong, and
    /// names are shown, logged and kept.
    public var hidingKeys: String {
        var text = self
        return text.withUTF8 { KeyInText.hidden(in: UnsafeRawBufferPointer($0)) } ?? self
    }
}

/// How a virtual key, or one of a provider that looks alike, is told from a name: it begins with `sk-`, where no word goes on, and has
/// so many letters as no name has.
public enum KeyInText {
    private static let beginning = "sk-"
    /// The fewest letters of what is taken for a key, as of keys that users choose.
    private static let least = 16

    /// Whether a text has a key in it. Looks at nothing of a short one.
    public static func isPart(of text: UnsafeRawBufferPointer) -> Bool { next(in: text, from: 0) != nil }

    /// The text with its keys hidden; nil where it has none.
    static func hidden(in text: UnsafeRawBufferPointer) -> String? {
        guard var key = next(in: text, from: 0) else { return nil }
        var (shown, place) = ([UInt8](), 0)
        while true {
            shown += text[place..<key.lowerBound]
            shown += Array("\(beginning)...".utf8)
            shown += text[(key.upperBound - 4)..<key.upperBound]
            place = key.upperBound
            guard let other = next(in: text, from: place) else { break }
            key = other
        }
        shown += text[place...]
        return String(decoding: shown, as: UTF8.self)
    }

    /// Where the first key behind a place stands.
    private static func next(in text: UnsafeRawBufferPointer, from place: Int) -> Range<Int>? {
        guard text.count >= least else { return nil }
        var start = place
        while start <= text.count - least {
            guard text[start] == UInt8(ascii: "s"), text[start + 1] == UInt8(ascii: "k"),
                text[start + 2] == UInt8(ascii: "-"), !isWithinWord(text, start)
            else {
                start += 1
                continue
            }
            var end = start + beginning.utf8.count
            while end < text.count,
                isAlphanumeric(text[end]) || text[end] == UInt8(ascii: "-") || text[end] == UInt8(ascii: "_")
            {
                end += 1
            }
            if end - start >= least { return start..<end }
            start = end
        }
        return nil
    }

    /// Whether a word goes on at a place. The end of an escape is no word: JSON's `\n` and `\u000a`, and the `%0A` of addresses.
    private static func isWithinWord(_ text: UnsafeRawBufferPointer, _ place: Int) -> Bool {
        guard place > 0, isAlphanumeric(text[place - 1]) else { return false }
        let backslash = UInt8(ascii: "\\")
        // However many there are: JSON stands within JSON in the arguments of calls.
        if place >= 2, text[place - 2] == backslash, "bfnrt".utf8.contains(text[place - 1]) { return false }
        if place >= 6, text[place - 5] == UInt8(ascii: "u"), text[place - 6] == backslash { return false }
        return place < 3 || text[place - 3] != UInt8(ascii: "%")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
