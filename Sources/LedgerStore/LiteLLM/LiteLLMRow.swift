import Ledger

/// A row of LiteLLM's, its cells as PostgreSQL writes them in text; those that are NULL are not in it.
public struct LiteLLMRow: Sendable, Equatable {
    /// By the column's name.
    public var cells: [String: String]

    /// A row of these cells.
    public init(_ cells: [String: String]) { self.cells = cells }

    /// The cell; nil where it is NULL, or empty.
    func text(_ column: String) -> String? { cells[column].flatMap { $0.isEmpty ? nil : $0 } }

    /// `t` or `true`.
    func flag(_ column: String) -> Bool { ["t", "true"].contains(cells[column]) }

    /// A moment without a zone, which is UTC.
    func moment(_ column: String) -> WallTime? { text(column).flatMap { WallTime(iso: $0) } }

    /// A JSON value; null where there is none.
    func json(_ column: String) -> JSONTree { text(column).flatMap { JSONTree($0) } ?? .null }

    /// A JSON object as it stands; an empty one where there is none.
    func object(_ column: String) -> String {
        guard case .members = json(column), let text = text(column) else { return "{}" }
        return text
    }

    /// The texts of an array: `{a,"b c",NULL}`.
    func list(_ column: String) -> [String] {
        guard let text = text(column), text.first == "{", text.last == "}" else { return [] }
        var list: [String] = []
        var word = ""
        var (isQuoted, wasQuoted, isEscaped) = (false, false, false)
        func end() {
            if wasQuoted || !word.isEmpty && word != "NULL" { list.append(word) }
            (word, wasQuoted) = ("", false)
        }
        for character in text.dropFirst().dropLast() {
            switch character {
            case _ where isEscaped:
                word.append(character)
                isEscaped = false
            case "\\": isEscaped = true
            case "\"": (isQuoted, wasQuoted) = (!isQuoted, true)
            case "," where !isQuoted: end()
            default: word.append(character)
            }
        }
        end()
        return list
    }

    /// Whether a column says something that is more than nothing.
    func says(_ column: String) -> Bool {
        guard let text = text(column), text != "f", text != "false", text != "{}" else { return false }
        return JSONTree(text).map { !$0.isEmpty } ?? true
    }

    /// When and by whom it was made and last changed, as far as it says so.
    func stamps(at now: WallTime) -> Stamps {
        var stamps = Stamps(at: moment("created_at") ?? now, by: text("created_by") ?? "default_user_id")
        stamps.updatedAt = moment("updated_at") ?? stamps.createdAt
        stamps.updatedBy = text("updated_by") ?? stamps.createdBy
        return stamps
    }
}
