import Ledger
import SQLite

/// A filter in SQL: constant texts, and the values for their parameters.
struct EntryCondition {
    private var parts: [String] = []
    private(set) var values: [Value] = []

    init(_ filter: EntryFilter) {
        add("start_at >= ?", filter.since.map { .integer($0.microseconds) })
        add("start_at < ?", filter.until.map { .integer($0.microseconds) })
        add("key = ?", filter.key.map { .blob($0.bytes) })
        add("user_id = ?", filter.userID.map { .text($0) })
        add("team_id = ?", filter.teamID.map { .text($0) })
        add("customer = ?", filter.customer.map { .text($0) })
        add("model_asked = ?", filter.modelAsked.map { .text($0) })
        add("model = ?", filter.model.map { .text($0) })
        add("instance = ?", filter.instance.map { .text($0) })
        add("request_id = ?", filter.requestID.map { .text($0) })
        add("call_id = ?", filter.callID.map { .text($0) })
        // As `LedgerEntry.hasFailed`.
        add("(error IS NOT NULL OR status >= 400) = ?", filter.hasFailed.map { Value($0) })
        add("money >= ?", filter.leastMoney.map { Value($0) })
        add("money <= ?", filter.mostMoney.map { Value($0) })
    }

    /// Only rows behind this one.
    mutating func add(_ after: EntryPage.Place) {
        parts.append("(start_at, number) < (?, ?)")
        values += [.integer(after.start.microseconds), .integer(after.number)]
    }

    /// Empty, or all of it behind `WHERE`.
    var text: String { parts.isEmpty ? "" : "WHERE " + parts.joined(separator: " AND ") }

    private mutating func add(_ part: String, _ value: Value?) {
        guard let value else { return }
        parts.append(part)
        values.append(value)
    }
}
