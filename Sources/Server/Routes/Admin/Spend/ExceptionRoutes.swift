import Dialects
import Ledger
import LedgerStore

/// `/global/activity/exceptions`, `…/exceptions/deployment` and `…/cache_hits`: how requests ended, from their rows.
struct ExceptionRoutes {
    let spend: SpendRoutes

    /// LiteLLM shows so many deployments.
    private static let mostDeployments = 10

    /// The 429s of a model, day by day.
    func all(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        .object(Self.days(try await limited(call)))
    }

    /// The same by instance, those with the most first.
    func byDeployment(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        var byInstance: [String: [OutcomeCount]] = [:]
        for count in try await limited(call) { byInstance[count.instance, default: []].append(count) }
        func sum(_ counts: [OutcomeCount]) -> Int64 { counts.reduce(0) { $0 + $1.requests } }
        let order = byInstance.sorted { (sum($1.value), $0.key) < (sum($0.value), $1.key) }
        return .array(
            order.prefix(Self.mostDeployments).map { .object([("api_base", .string($0.key))] + Self.days($0.value)) })
    }

    private func limited(_ call: AdminCall) async throws(AdminFault) -> [OutcomeCount] {
        guard let model = call.query("model_group") else { throw .missing("model_group") }
        var filter = try self.filter(call)
        (filter.modelAsked, filter.hasFailed) = (model, true)
        return try await outcomes(filter).filter { $0.status == 429 }
    }

    private static func days(_ counts: [OutcomeCount]) -> KeyRow.Members {
        var days: [Day: Int64] = [:]
        for count in counts { days[count.day, default: 0] += count.requests }
        let rows = days.sorted { $0.key < $1.key }.map { day, requests -> JSONText in
            .object([
                ("date", .string(CivilDay(of: day.start).short)),
                ("num_rate_limit_exceptions", .integer(Int(requests))),
            ])
        }
        return [
            ("daily_data", .array(rows)),
            ("sum_num_rate_limit_exceptions", .integer(Int(days.values.reduce(0, +)))),
        ]
    }

    // MARK: Cache

    /// LiteLLM's sums for its cache. There is none here, so nothing is a hit; requests and failures are those that were.
    func cacheHits(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let (aliases, models) = (call.ids("key_aliases") ?? [], call.ids("models") ?? [])
        var filter = try self.filter(call)
        var counts: [OutcomeCount] = []
        if aliases.isEmpty {
            counts = try await outcomes(filter)
        } else {
            for alias in aliases.prefix(100) {
                guard let key = spend.desk.rows.key(alias: alias) else { continue }
                filter.key = key.account
                counts += try await outcomes(filter)
            }
        }
        let names = Set(counts.map(\.modelAsked)).subtracting([""]).sorted()
        if !models.isEmpty { counts = counts.filter { models.contains($0.modelAsked) } }
        return .object([
            ("groups", .array(Self.groups(counts))), ("totals", Self.totals(counts)),
            (
                "filter_options",
                .object([
                    ("key_aliases", .texts(spend.desk.rows.keys().rows.compactMap(\.alias).sorted())),
                    ("models", .texts(names)),
                ])
            ),
            ("error_breakdown", .array(Self.errors(counts))),
        ])
    }

    private static func groups(_ counts: [OutcomeCount]) -> [JSONText] {
        Dictionary(grouping: counts, by: \.callType).sorted { $0.key < $1.key }.map { type, counts in
            let generated = counts.reduce(0) { $0 + $1.completionTokens }
            return .object(
                [("call_type", .string(type.isEmpty ? "Unknown" : type))] + sums(counts) + [
                    ("generated_completion_tokens", .integer(Int(generated)))
                ])
        }
    }

    private static func totals(_ counts: [OutcomeCount]) -> JSONText {
        .object(sums(counts) + [("cache_hit_ratio", .double(0))])
    }

    private static func sums(_ counts: [OutcomeCount]) -> KeyRow.Members {
        let failed = counts.reduce(0) { $0 + ($1.hasFailed ? $1.requests : 0) }
        let all = counts.reduce(0) { $0 + $1.requests }
        return [
            ("api_requests", .integer(Int(all - failed))), ("cache_hits", .integer(0)),
            ("failed_requests", .integer(Int(failed))), ("cached_completion_tokens", .integer(0)),
        ]
    }

    /// The classes of failures, the most frequent first.
    private static func errors(_ counts: [OutcomeCount]) -> [JSONText] {
        struct Kind: Hashable {
            var type: String
            var status: Int
            var error: String
        }
        var kinds: [Kind: Int64] = [:]
        for count in counts where count.hasFailed {
            let type = count.callType.isEmpty ? "Unknown" : count.callType
            kinds[Kind(type: type, status: count.status, error: count.error ?? "Unknown"), default: 0] += count.requests
        }
        let order = kinds.sorted {
            ($1.value, $0.key.type, $0.key.status, $0.key.error) < ($0.value, $1.key.type, $1.key.status, $1.key.error)
        }
        return order.map { kind, requests in
            .object([
                ("call_type", .string(kind.type)), ("error_code", .string(String(kind.status))),
                ("error_class", .string(kind.error)), ("count", .integer(Int(requests))),
            ])
        }
    }

    // MARK: Parts

    private func filter(_ call: AdminCall) throws(AdminFault) -> EntryFilter {
        try spend.needDays(call)
        let span = try call.span()
        var filter = EntryFilter()
        (filter.since, filter.until) = (span.since, span.until)
        return filter
    }

    private func outcomes(_ filter: EntryFilter) async throws(AdminFault) -> [OutcomeCount] {
        try await spend.read { store throws(StoreError) in try await store.outcomes(filter) }
    }
}
