/// One sentence about a configuration: a fault or a warning, with its place.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    /// Where; `nil` when it concerns no line (an environment variable, a file that is not there).
    public var mark: SourceMark?
    /// The dotted path of the key, such as `drover.probe.interval`; empty when it concerns the whole file.
    public var path: String
    /// The fault, and a remedy.
    public var message: String

    /// A sentence about the key at `path`.
    public init(mark: SourceMark?, path: String, message: String) {
        self.mark = mark
        self.path = path
        self.message = message
    }

    /// `FILE:LINE:COLUMN: path: message`, without the parts that are not known.
    public var description: String { rendered(as: nil) }

    /// As ``description``, with a word such as `warning` before the path.
    func rendered(as label: String?) -> String {
        [mark?.description, label, path.isEmpty ? nil : Self.cut(path), Self.cut(message)].compactMap(\.self)
            .joined(separator: ": ")
    }

    /// A text that cites a value cites no book.
    private static func cut(_ text: String) -> String {
        text.utf8.count > 2000 ? "\(text.prefix(2000))…" : text
    }
}
