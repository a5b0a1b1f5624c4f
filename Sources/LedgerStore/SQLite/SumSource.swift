import Ledger
import SQLite

/// The table that answers a query for sums, in SQL: constant texts, and the values for their parameters.
struct SumSource {
    let table: String
    let name: String
    let day: String
    /// How many requests, and how many that failed.
    let counts: String
    let condition: String
    let values: [Value]

    init(_ query: SumQuery) {
        // The sums of one key, user or team are not kept by what can have any number of names.
        let isDetailed = query.owner != .everyone && (query.dimension == .customer || query.dimension == .tag)
        if isDetailed {
            table = query.dimension == .tag ? "requests, json_each(requests.tags)" : "requests"
            name = query.dimension == .tag ? "json_each.value" : "coalesce(customer, '')"
            day = "start_at / 86400000000"
            counts = "count(*), sum(error IS NOT NULL OR status >= 400)"
        } else {
            table = query.owner == .everyone ? "daily" : "daily_owned"
            name = query.owner == .everyone ? "name" : Self.column(query.dimension)
            day = "day"
            counts = "sum(requests), sum(failures)"
        }

        var parts: [String] = []
        var values: [Value] = []
        func add(_ part: String, _ value: Value?) {
            guard let value else { return }
            parts.append(part)
            values.append(value)
        }
        switch query.owner {
        case .everyone: add("dimension = ?", .integer(query.dimension.rawValue))
        case .key(let hash):
            add("\(isDetailed ? "requests.key" : "key") = ?", isDetailed ? .blob(hash.bytes) : .text(hash.hex))
        case .user(let id): add("user_id = ?", .text(id))
        case .team(let id): add("team_id = ?", .text(id))
        }
        if isDetailed {
            add("start_at >= ?", query.since.map { .integer($0.start.microseconds) })
            add("start_at < ?", query.until.map { .integer(Day(number: $0.number + 1).start.microseconds) })
        } else {
            add("day >= ?", query.since.map { .integer($0.number) })
            add("day <= ?", query.until.map { .integer($0.number) })
        }
        add("\(name) = ?", query.name.map { .text($0) })
        condition = "WHERE " + parts.joined(separator: " AND ")
        self.values = values
    }

    private static func column(_ dimension: SpendDimension) -> String {
        switch dimension {
        case .key: "key"
        case .user: "user_id"
        case .team: "team_id"
        case .modelAsked: "model_asked"
        case .model: "model"
        case .provider: "provider"
        case .instance: "instance"
        case .all, .customer, .tag: "''"
        }
    }
}
