import Dialects
import Ledger
import LedgerStore

/// What was spent day by day, in the shape of LiteLLM's `/user/daily/activity`.
struct DailyActivity {
    /// A day's sums, by what they are made by and by name.
    private var days: [Day: [SpendDimension: [String: SpendSum]]] = [:]

    /// The parts of a day, by LiteLLM's names for them.
    private static let parts: [(name: String, dimension: SpendDimension)] = [
        ("models", .model), ("model_groups", .modelAsked), ("providers", .provider), ("api_keys", .key),
        ("entities", .team),
    ]

    /// What a store is asked for, one sum per day and name.
    static let dimensions: [SpendDimension] = [.all, .model, .modelAsked, .provider, .key]

    /// Adds sums of days to those that there are.
    /// - Parameter name: theirs in that dimension, where they were made by another.
    mutating func add(_ sums: [SpendSum], as dimension: SpendDimension, named name: String? = nil) {
        for sum in sums {
            guard let day = sum.day else { continue }
            let name = dimension == .all ? "" : name ?? sum.name
            days[day, default: [:]][dimension, default: [:]][name, default: SpendSum(name: name, day: day)].add(sum)
        }
    }

    /// So many days to a page, the newest first.
    func answer(page: Int, size: Int, rows: LedgerRows) -> JSONText {
        let shown = Page(of: days.keys.sorted(by: >), number: page, size: size)
        var total = SpendSum(name: "")
        for day in days.values { day[.all]?.values.forEach { total.add($0) } }
        return .object([
            ("results", .array(shown.rows.map { row(of: $0, rows) })),
            (
                "metadata",
                .object(
                    Self.metrics(of: total).map { ("total_\($0.name)", $0.value) } + [
                        ("page", .integer(page)), ("total_pages", .integer(max(shown.pages, 1))),
                        ("has_more", .bool(page < shown.pages)),
                    ])
            ),
        ])
    }

    private func row(of day: Day, _ rows: LedgerRows) -> JSONText {
        let sums = days[day] ?? [:]
        let all = sums[.all]?[""] ?? SpendSum(name: "")
        let parts: KeyRow.Members = Self.parts.map { part in
            let named = (sums[part.dimension] ?? [:]).sorted { $0.key < $1.key }
            return (part.name, .object(named.map { Self.part($0.value, part.dimension, rows) }))
        }
        return .object([
            ("date", .string(day.start.date)), ("metrics", .object(Self.metrics(of: all))),
            ("breakdown", .object(parts)),
        ])
    }

    private static func part(_ sum: SpendSum, _ dimension: SpendDimension, _ rows: LedgerRows) -> (String, JSONText) {
        var (name, metadata) = (sum.name, KeyRow.Members())
        switch dimension {
        case .key:
            let key = KeyHash(hex: name).flatMap { rows.key(account: $0) }
            metadata = [("key_alias", .maybe(key?.alias)), ("team_id", .maybe(key?.teamID))]
            if name.isEmpty { name = SpendLogRow.masterKey }
        case .team: metadata = [("team_alias", .maybe(rows.team(name)?.alias))]
        default: break
        }
        return (name, .object([("metrics", .object(metrics(of: sum))), ("metadata", .object(metadata))]))
    }

    private static func metrics(of sum: SpendSum) -> KeyRow.Members {
        [
            ("spend", .dollars(sum.spent)), ("prompt_tokens", .integer(Int(sum.promptTokens))),
            ("completion_tokens", .integer(Int(sum.completionTokens))),
            ("cache_read_input_tokens", .integer(Int(sum.cachedTokens))), ("total_tokens", .integer(sum.tokens)),
            ("successful_requests", .integer(Int(sum.requests - sum.failures))),
            ("failed_requests", .integer(Int(sum.failures))), ("api_requests", .integer(Int(sum.requests))),
            ("compared_spend", .dollars(sum.comparedMoney)),
        ]
    }
}

extension SpendSum {
    /// Adds another sum of the same name.
    fileprivate mutating func add(_ other: SpendSum) {
        requests += other.requests
        failures += other.failures
        promptTokens += other.promptTokens
        completionTokens += other.completionTokens
        cachedTokens += other.cachedTokens
        money += other.money
        failedMoney += other.failedMoney
        comparedMoney += other.comparedMoney
    }
}
