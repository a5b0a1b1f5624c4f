/// An upstream's own words about a failure, fit to be shown: without secrets, on one line, not too long.
enum ErrorWords {
    /// Letters that are worth showing.
    static let limit = 500
    /// Bytes of a body that may hold them: one that is cut too early would show the half of a key, which nobody knows for one.
    static let reach = 4096

    /// The words in a text; empty where it has none.
    static func line(_ text: String, atMost limit: Int = limit) -> String {
        // First without secrets, for the same reason.
        let plain = String(RedactedKeys.redact(text).unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
        var line = plain.prefix(limit)
        while line.first == " " { line.removeFirst() }
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    /// The words in a body that is none of the upstream's own errors.
    static func line(of body: UnsafeRawBufferPointer, atMost limit: Int = limit) -> String {
        line(String(decoding: body.prefix(reach), as: UTF8.self), atMost: limit)
    }
}
