/// A web page that came in place of an answer: from a proxy, an edge, or another server on the port.
struct WebPage: Equatable {
    /// The text of its title, or of its first heading; nil where it has neither.
    let title: String?

    /// Letters of a title that are worth showing.
    private static let titleLimit = 120
    /// How far a title is looked for.
    private static let searchLimit = 4096

    /// Nil for what is no markup: an answer is an object or text, and neither begins with `<`.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var start = bytes[...]
        // A byte order mark, and white space.
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { start = start.dropFirst(3) }
        start = start.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard start.first == UInt8(ascii: "<") else { return nil }
        self.init(markup: start.prefix(Self.searchLimit))
    }

    private init(markup: some Collection<UInt8>) {
        let text = String(decoding: markup, as: UTF8.self)
        title = Self.text(of: "title", in: text) ?? Self.text(of: "h1", in: text)
    }

    /// In words that fit behind `answered 502:`.
    var words: String { title.map { "a web page, \"\($0)\"" } ?? "a web page without a title" }

    /// The text with a page in it, up to its end, told by its title.
    static func told(in text: String) -> String {
        guard text.contains("<") else { return text }
        for start in text.indices where text[start] == "<" {
            let head = text[start...].prefix(9).lowercased()
            guard head.hasPrefix("<!doctype") || head.hasPrefix("<html") else { continue }
            return text[..<start] + WebPage(markup: text[start...].utf8.prefix(searchLimit)).words
        }
        return text
    }

    private static func text(of tag: String, in page: String) -> String? {
        let lower = page.lowercased()
        // Places in the small letters are places in the page only where both are as long.
        guard lower.utf8.count == page.utf8.count else { return nil }
        guard let opening = lower.firstRange(of: "<\(tag)"), let end = lower[opening.upperBound...].firstIndex(of: ">"),
            let closing = lower[end...].firstRange(of: "</\(tag)")
        else { return nil }
        let utf8 = Array(page.utf8)
        let from = lower.utf8.distance(from: lower.startIndex, to: lower.index(after: end))
        let to = lower.utf8.distance(from: lower.startIndex, to: closing.lowerBound)
        guard from < to else { return nil }
        return plain(String(decoding: utf8[from..<to], as: UTF8.self))
    }

    /// One line without tags, entities or keys.
    private static func plain(_ text: String) -> String? {
        var line = ""
        var isInTag = false
        for scalar in text.unicodeScalars {
            if scalar == "<" { isInTag = true }
            if !isInTag { line.unicodeScalars.append(scalar.value < 0x20 ? " " : scalar) }
            if scalar == ">" { isInTag = false }
        }
        for (entity, sign) in [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "'"), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&"),
        ] {
            line = line.replacing(entity, with: sign)
        }
        line = line.replacing("\"", with: "'").split(separator: " ").joined(separator: " ")
        // First without keys: one that is cut would not be known.
        let shown = String(RedactedKeys.redact(line).prefix(titleLimit))
        return shown.isEmpty ? nil : shown
    }
}
