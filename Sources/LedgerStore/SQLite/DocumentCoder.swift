import FoundationEssentials
import SQLite

/// Rows of the directory as JSON documents.
struct DocumentCoder {
    private let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
    private let decoder = JSONDecoder()

    /// The row in JSON. The directory's rows are made of texts, whole numbers and lists, that JSON can say without exception.
    func encode(_ row: some Encodable) -> String {
        do {
            return String(decoding: try encoder.encode(row), as: UTF8.self)
        } catch {
            preconditionFailure("a row that JSON cannot say: \(error)")
        }
    }

    /// Reads a row. One of an older release, that lacks members, has those of `plain`.
    func decode<Document: Codable>(
        _ text: String, plain: @autoclosure () -> Document, _ connection: Connection
    ) -> Document? {
        if let row = try? decoder.decode(Document.self, from: Data(text.utf8)) { return row }
        let merged = try? connection.rows("SELECT json_patch(?, ?)", [.text(encode(plain())), .text(text)]) {
            $0.text(0)
        }
        return merged?.first.flatMap { try? decoder.decode(Document.self, from: Data($0.utf8)) }
    }

    /// The list in JSON; nil for an empty one.
    func encode(list: [String]) -> String? { list.isEmpty ? nil : encode(list) }

    /// Reads what `encode(list:)` wrote.
    func decode(list: String?) -> [String] {
        guard let list else { return [] }
        return (try? decoder.decode([String].self, from: Data(list.utf8))) ?? []
    }
}
