import Dialects
import Ledger
import LedgerStore

/// Requests and spend, day by day.
extension SpendRoutes {
    // MARK: Of everybody

    func activity(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        .object(Self.activity(try await sums(.all, call, isByDay: true)))
    }

    func modelActivity(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let sums = try await sums(.modelAsked, call, isByDay: true)
        let models = Set(sums.map(\.name)).sorted()
        return .array(
            models.map { model in
                .object([("model", .string(model))] + Self.activity(sums.filter { $0.name == model }))
            })
    }

    private static func activity(_ sums: [SpendSum]) -> KeyRow.Members {
        let days = sums.map { sum -> JSONText in
            let date = sum.day.map { CivilDay(of: $0.start).short } ?? ""
            return .object([
                ("date", .string(date)), ("api_requests", .integer(Int(sum.requests))),
                ("total_tokens", .integer(sum.tokens)),
            ])
        }
        return [
            ("daily_data", .array(days)), ("sum_api_requests", .integer(sums.reduce(0) { $0 + Int($1.requests) })),
            ("sum_total_tokens", .integer(sums.reduce(0) { $0 + $1.tokens })),
        ]
    }

    // MARK: In full

    /// The days of a user's keys, or of one key; all there is for those who may see it and name neither.
    func userActivity(_ call: AdminCall, isPaged: Bool) async throws(AdminFault) -> JSONText {
        try needDays(call)
        var activity = DailyActivity()
        try await collect(call, of: try owner(call), into: &activity)
        return try answer(activity, call, isPaged: isPaged)
    }

    /// The days of teams' keys: of those that are named, else of all that the caller may see.
    func teamActivity(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try needDays(call)
        var activity = DailyActivity()
        let teams = try teamsAsked(call)
        if let name = call.query("api_key") {
            let key = desk.rows.key(KeyHash(naming: name))
            guard let team = key?.teamID, teams.contains(team) else {
                throw .invalid("api_key names no key of the teams that are asked for", "api_key")
            }
            try await collect(call, of: .key(account(of: name)), in: team, into: &activity)
        } else {
            for team in teams { try await collect(call, of: .team(team), in: team, into: &activity) }
        }
        return try answer(activity, call, isPaged: true)
    }

    private func teamsAsked(_ call: AdminCall) throws(AdminFault) -> [String] {
        let (several, one) = (call.ids("team_ids"), call.ids("team_id"))
        if let several, let one, Set(several) != Set(one) {
            throw .invalid("team_ids and team_id contradict each other; name one of them", "team_id")
        }
        let left = Set(call.ids("exclude_team_ids") ?? [])
        guard let ids = several ?? one else {
            let seen = desk.rows.teams().rows.filter { call.by.maySeeAll || call.by.leads($0) }
            return seen.map(\.id).filter { !left.contains($0) }
        }
        for id in ids { try checkLead(of: id, call) }
        return ids.filter { !left.contains($0) }
    }

    private func collect(
        _ call: AdminCall, of owner: SumQuery.Owner, in team: String? = nil, into activity: inout DailyActivity
    ) async throws(AdminFault) {
        // One model is a part of the sums by model, and of no other.
        if let model = call.query("model") {
            let sums = try await sums(.model, call, owner: owner, isByDay: true).filter { $0.name == model }
            activity.add(sums, as: .all)
            return activity.add(sums, as: .model)
        }
        for dimension in DailyActivity.dimensions {
            let sums = try await sums(dimension, call, owner: owner, isByDay: true)
            activity.add(sums, as: dimension)
            if dimension == .all, let team { activity.add(sums, as: .team, named: team) }
        }
    }

    private func answer(_ activity: DailyActivity, _ call: AdminCall, isPaged: Bool) throws(AdminFault) -> JSONText {
        let number = try call.number("page", default: 1, atMost: 1_000_000)
        let size = try call.number("page_size", default: 50, atMost: 1000)
        return activity.answer(page: isPaged ? number : 1, size: isPaged ? size : .max, rows: desk.rows)
    }

    func needDays(_ call: AdminCall) throws(AdminFault) {
        for name in ["start_date", "end_date"] where call.query(name) == nil {
            throw .invalid("Please provide start_date and end_date", name)
        }
    }
}
