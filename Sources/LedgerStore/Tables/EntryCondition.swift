import Ledger

/// A filter in SQL: constant texts, and the values for their parameters.
struct EntryCondition {
    private var parts: [String] = []
    private(set) var values: [Cell] = []

    init(_ filter: EntryFilter) {
        add("start_at >= ?", filter.since.map { .integer($0.microseconds) })
        add("start_at < ?", filter.until.map { .integer($0.microseconds) })
        add("key = ?", filter.key.map { .blob($0.bytes) })
        add("user_id = ?", filter.userID.map { .text($0) })
        add("team_id = ?", filter.teamID.map { .text($0) })
        add("customer = ?", filter.customer.map { .text($0) })
        add("model_asked = ?", filter.modelAsked.map { .text($0) })
        add("request_id = ?", filter.requestID.map { .text($0) })
        add("call_id = ?", filter.callID.map { .text($0) })
        add("deployment = ?", filter.deployment.map { .text($0) })
        add("error = ?", filter.error.map { .text($0) })
        add("status = ?", filter.status.map { Cell($0) })
        add("money + failed_money >= ?", filter.leastSpent.map { Cell($0) })
        add("money + failed_money <= ?", filter.mostSpent.map { Cell($0) })
        // As `LedgerEntry.hasFailed`.
        add("CASE WHEN error IS NOT NULL OR status >= 400 THEN 1 ELSE 0 END = ?", filter.hasFailed.map { Cell($0) })
    }

    /// Only rows behind this one.
    mutating func add(_ after: EntryPage.Place) {
        parts.append("(start_at, number) < (?, ?)")
        values += [.integer(after.start.microseconds), .integer(after.number)]
    }

    /// Empty, or all of it behind `WHERE`.
    var text: String { parts.isEmpty ? "" : "WHERE " + parts.joined(separator: " AND ") }

    private mutating func add(_ part: String, _ value: Cell?) {
        guard let value else { return }
        parts.append(part)
        values.append(value)
    }
}
