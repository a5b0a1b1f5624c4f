import Dialects
import Ledger
import LedgerStore

/// `/global/spend/report`: what teams, customers or keys have spent, and on what.
struct SpendReport {
    let spend: SpendRoutes

    func answer(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try spend.needDays(call)
        let user = call.query("internal_user_id")
        if let key = call.query("api_key") {
            try spend.check(key, isOf: user, "internal_user_id")
            try spend.check(key, isOf: call.query("team_id"), "team_id", \.teamID)
            try refuse("customer_id", beside: "api_key", call)
            return .array([try await row(ofKey: spend.account(of: key), call)])
        }
        if let user {
            for field in ["team_id", "customer_id"] { try refuse(field, beside: "internal_user_id", call) }
            return try await keys(of: .user(user), call)
        }
        let group = call.query("group_by") ?? (call.query("customer_id") == nil ? "team" : "customer")
        if group != "team" { try refuse("team_id", beside: "group_by=\(group)", call) }
        if group != "customer" { try refuse("customer_id", beside: "group_by=\(group)", call) }
        switch group {
        case "team": return try await teams(call)
        case "customer": return try await customers(call)
        case "api_key": return try await keys(of: .everyone, call)
        default: throw .invalid("group_by is team, customer or api_key", "group_by")
        }
    }

    /// A filter that the report would not go by: its answer would be taken for one that does.
    private func refuse(_ field: String, beside other: String, _ call: AdminCall) throws(AdminFault) {
        guard call.query(field) == nil else {
            throw .invalid("\(field) and \(other) do not go together; leave one of them out", field)
        }
    }

    // MARK: By day

    private func teams(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let named = call.query("team_id").map { [$0] }
        let ids: [String]
        if let named { ids = named } else { ids = try await spend.sums(.team, call).map(\.name).filter { !$0.isEmpty } }
        var days: [Day: [JSONText]] = [:]
        for id in ids {
            let models = try await spend.sums(.model, call, owner: .team(id), isByDay: true)
            let name = spend.desk.rows.team(id)?.alias ?? id
            for sum in try await spend.sums(.all, call, owner: .team(id), isByDay: true) {
                guard let day = sum.day else { continue }
                let parts = models.filter { $0.day == day }.map { model in
                    JSONText.object([
                        ("model", .string(model.name)), ("spend", .dollars(model.spent)),
                        ("total_tokens", .integer(model.tokens)),
                    ])
                }
                days[day, default: []].append(
                    .object([
                        ("team_name", .string(name)), ("team_id", .string(id)), ("total_spend", .dollars(sum.spent)),
                        ("metadata", .array(parts)),
                    ]))
            }
        }
        return Self.byDay(days, "teams")
    }

    private func customers(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let wanted = call.query("customer_id")
        var days: [Day: [JSONText]] = [:]
        for sum in try await spend.sums(.customer, call, isByDay: true) {
            guard let day = sum.day, !sum.name.isEmpty, wanted == nil || wanted == sum.name else { continue }
            days[day, default: []].append(
                .object([
                    ("customer", .string(sum.name)), ("total_spend", .dollars(sum.spent)),
                    ("total_tokens", .integer(sum.tokens)),
                ]))
        }
        return Self.byDay(days, "customers")
    }

    private static func byDay(_ days: [Day: [JSONText]], _ name: String) -> JSONText {
        .array(
            days.sorted { $0.key < $1.key }.map { day, rows in
                .object([("group_by_day", .string(day.start.date + "T00:00:00+00:00")), (name, .array(rows))])
            })
    }

    // MARK: By key

    private func keys(of owner: SumQuery.Owner, _ call: AdminCall) async throws(AdminFault) -> JSONText {
        var rows: [JSONText] = []
        for sum in try await spend.sums(.key, call, owner: owner) {
            if let key = KeyHash(hex: sum.name) { rows.append(try await row(ofKey: key, call)) }
        }
        return .array(rows)
    }

    private func row(ofKey key: KeyHash, _ call: AdminCall) async throws(AdminFault) -> JSONText {
        let models = try await spend.sums(.model, call, owner: .key(key))
        let all = try await spend.sums(.all, call, owner: .key(key)).first ?? SpendSum(name: "")
        return .object(
            [("api_key", .string(key.hex))] + Self.costs(of: all) + [
                (
                    "model_details",
                    .array(models.map { .object([("model", .string($0.name))] + Self.costs(of: $0)) })
                )
            ])
    }

    private static func costs(of sum: SpendSum) -> KeyRow.Members {
        [
            ("total_cost", .dollars(sum.spent)), ("total_input_tokens", .integer(Int(sum.promptTokens))),
            ("total_output_tokens", .integer(Int(sum.completionTokens))),
        ]
    }
}
