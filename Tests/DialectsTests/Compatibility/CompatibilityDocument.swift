import Foundation
import Testing

/// The tables of docs/COMPATIBILITY.md, each behind its heading. With `DROVER_WRITE_TABLES=1` a test that makes one writes it.
enum CompatibilityDocument {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../docs/COMPATIBILITY.md")

    private static var text: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

    /// Where the rows of the table behind a heading stand.
    private static func place(_ heading: String, in text: String) -> Range<String.Index>? {
        guard let start = text.firstRange(of: "\n\(heading)\n") else { return nil }
        let end = text[start.upperBound...].firstRange(of: "\n#")?.lowerBound ?? text.endIndex
        guard let first = text[start.upperBound..<end].firstRange(of: "\n|") else { return nil }
        let last = text[first.upperBound..<end].firstRange(of: "\n\n")?.lowerBound ?? end
        return text.index(after: first.lowerBound)..<last
    }

    /// The table behind a heading is this one.
    static func expect(_ rows: [String], behind heading: String) throws {
        var text = Self.text
        let place = try #require(Self.place(heading, in: text), "no table behind `\(heading)`")
        guard ProcessInfo.processInfo.environment["DROVER_WRITE_TABLES"] == nil else {
            text.replaceSubrange(place, with: rows.joined(separator: "\n"))
            return try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let written = text[place].split(separator: "\n").map(String.init)
        #expect(written == rows, "the table should be:\n\(rows.joined(separator: "\n"))")
    }

    static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    static func line(_ count: Int) -> String { "|" + String(repeating: "---|", count: count) }
}
