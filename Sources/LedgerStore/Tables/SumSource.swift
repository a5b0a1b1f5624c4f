import Ledger

/// The table that answers a query for sums, in SQL: constant texts, and the values for their parameters.
struct SumSource {
    let table: String
    let name: String
    let condition: String
    let values: [Cell]

    init(_ query: SumQuery) {
        var parts: [String] = []
        var values: [Cell] = []
        func add(_ part: String, _ value: Cell?) {
            guard let value else { return }
            parts.append(part)
            values.append(value)
        }

        let isNamed = query.dimension == .customer || query.dimension == .tag
        switch query.owner {
        case .everyone: table = "daily"
        case .key, .user, .team: table = isNamed ? "daily_named" : "daily_owned"
        }
        name = table == "daily_owned" ? Self.column(query.dimension) : "name"
        if table != "daily_owned" { add("dimension = ?", .integer(query.dimension.rawValue)) }
        switch query.owner {
        case .everyone: break
        case .key(let hash): add("key = ?", .text(hash.hex))
        case .user(let id): add("user_id = ?", .text(id))
        case .team(let id): add("team_id = ?", .text(id))
        }
        add("day >= ?", query.since.map { .integer($0.number) })
        add("day <= ?", query.until.map { .integer($0.number) })
        add("\(name) = ?", query.name.map { .text($0) })
        condition = "WHERE " + parts.joined(separator: " AND ")
        self.values = values
    }

    /// The column of `daily_owned` that has the name.
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
