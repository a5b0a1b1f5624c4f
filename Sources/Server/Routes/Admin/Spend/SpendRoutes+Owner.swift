import Ledger
import LedgerStore

/// Whose requests are asked for, and whether the caller may see them.
extension SpendRoutes {
    /// The rows that are asked for, of those that the caller may see.
    func filter(_ call: AdminCall) throws(AdminFault) -> EntryFilter {
        var filter = EntryFilter()
        let span = try call.span()
        (filter.since, filter.until) = (span.since, span.until)
        filter.userID = try call.userAsked()
        filter.key = try keyAsked(call).map { account(of: $0) }
        filter.teamID = call.query("team_id")
        filter.customer = call.query("end_user")
        filter.requestID = call.query("request_id")
        filter.callID = call.query("call_id")
        filter.modelAsked = call.query("model")
        if let status = call.query("status_filter") {
            guard ["success", "failure"].contains(status) else {
                throw .invalid("status_filter is success or failure", "status_filter")
            }
            filter.hasFailed = status == "failure"
        }
        try addKinds(call, to: &filter)
        guard !call.by.maySeeAll else { return filter }
        // Others see what is their own.
        if let own = call.by.userID {
            filter.userID = own
            filter.since = [filter.since, beginning(of: own)].compactMap(\.self).max()
            return filter
        }
        let own = call.by.facts?.key.account
        guard filter.key == nil || filter.key == own else { throw .notFound(Self.unseen) }
        filter.key = own
        return filter
    }

    /// Since when what is kept of a user is its own: what was before is somebody else's who had this id, and was deleted.
    func beginning(of user: String) -> WallTime? {
        desk.rows.user(user).map {
            WallTime(microseconds: max($0.stamps.createdAt.microseconds, Self.slack) - Self.slack)
        }
    }

    /// The same for sums, of a user or of a team: the day.
    func beginning(of owner: SumQuery.Owner?) -> Day? {
        switch owner {
        case .user(let id): beginning(of: id).map { Day(of: $0) }
        case .team(let id): desk.rows.team(id).map { Day(of: $0.stamps.createdAt) }
        default: nil
        }
    }

    /// What LiteLLM's list of requests can be narrowed by besides.
    private func addKinds(_ call: AdminCall, to filter: inout EntryFilter) throws(AdminFault) {
        filter.deployment = call.query("model_id")
        if let code = call.query("error_code") {
            // LiteLLM's are statuses; the rows show the error's code.
            if let status = Int(code) { filter.status = status } else { filter.error = code }
        }
        (filter.leastSpent, filter.mostSpent) = (try call.dollars("min_spend"), try call.dollars("max_spend"))
        try call.refuseFilters("error_message", "session_id", "keyword")
        let order = (call.query("sort_by") ?? "startTime", call.query("sort_order") ?? "desc")
        guard order == ("startTime", "desc") else {
            throw .invalid(
                "requests are listed by startTime, the newest first; leave sort_by and sort_order out", "sort_by")
        }
    }

    /// The owner of the requests whose sums are asked for; the caller itself where it may not see all. Sums have one owner,
    /// so filters that no single one meets are refused: an answer by one of them would be taken for that of both.
    func owner(_ call: AdminCall) throws(AdminFault) -> SumQuery.Owner {
        let (user, team) = (try call.userAsked(), call.query("team_id"))
        if let team { try checkLead(of: team, call) }
        if let name = try keyAsked(call) {
            let key = desk.rows.key(KeyHash(naming: name))
            guard call.by.maySeeAll || key.map({ call.by.owns($0) }) ?? false else { throw .notFound(Self.unseen) }
            try check(name, isOf: user, "user_id")
            try check(name, isOf: team, "team_id", \.teamID)
            return .key(account(of: name))
        }
        if user != nil, team != nil {
            throw .invalid(
                "sums are kept of a user and of a team, not of a user's part in it; name one of them", "team_id")
        }
        if let team { return .team(team) }
        if let user = user ?? (call.by.maySeeAll ? nil : call.by.userID) { return .user(user) }
        return call.by.maySeeAll ? .everyone : call.by.facts.map { .key($0.key.account) } ?? .everyone
    }

    /// That a key is one of whom it is asked for together with.
    func check(
        _ name: String, isOf owner: String?, _ field: String, _ part: KeyPath<VirtualKey, String?> = \.userID
    ) throws(AdminFault) {
        guard let owner, desk.rows.key(KeyHash(naming: name))?[keyPath: part] != owner else { return }
        throw .invalid("api_key and \(field) contradict each other: the key is none of \(owner)", field)
    }

    /// That the caller may see what a team has done.
    func checkLead(of id: String, _ call: AdminCall) throws(AdminFault) {
        guard !call.by.maySeeAll else { return }
        let team = desk.rows.team(id)
        guard call.by.belongs(to: team) else { throw .notFound("Team not found, passed team id: \(id).") }
        guard call.by.leads(team) else {
            throw .forbidden("only a proxy admin, or an admin of the team \(id), may see what it has done")
        }
    }

    /// The key that is named, by either name of the parameter.
    private func keyAsked(_ call: AdminCall) throws(AdminFault) -> String? {
        let (key, other) = (call.query("api_key"), call.query("key"))
        if let key, let other, KeyHash(naming: key) != KeyHash(naming: other) {
            throw .invalid("api_key and key contradict each other; name one of them", "key")
        }
        guard let alias = call.query("key_alias") else { return key ?? other }
        // One that there is not has asked nothing: its hash is none's.
        let named = desk.rows.key(alias: alias)?.hash ?? KeyHash(of: "")
        if let key = key ?? other, KeyHash(naming: key) != named {
            throw .invalid("api_key and key_alias contradict each other; name one of them", "key_alias")
        }
        return named.hex
    }

    /// What a key's spend is booked under.
    func account(of name: String) -> KeyHash {
        let hash = KeyHash(naming: name)
        return desk.rows.key(hash)?.account ?? hash
    }

    private static let unseen = "Key not found in database"
    /// A user that a token has named first is made with its first request, whose start is told by another clock: microseconds.
    private static let slack: Int64 = 1_000_000
}

extension AdminCall {
    /// The user whose things are asked for, which is the caller where it may not see all.
    func userAsked() throws(AdminFault) -> String? {
        guard let user = query("user_id") else { return nil }
        guard by.maySeeAll || by.userID == user else {
            throw .forbidden("a user may see what is its own (user_id \(by.userID ?? "none"))")
        }
        return user
    }

    /// From `start_date` to `end_date`.
    func span() throws(AdminFault) -> Span {
        let (since, end) = (try moment("start_date"), try moment("end_date"))
        var until = end
        // A day alone is meant to its end.
        if let text = query("end_date"), let day = CivilDay(iso: text) {
            until = CivilDay(number: day.number + 1).start
        }
        if let since, let end, let until, since > end, since >= until {
            throw .invalid("start_date is after end_date, so that nothing lies between them", "start_date")
        }
        return Span(since: since, until: until, days: (since.map { Day(of: $0) }, end.map { Day(of: $0) }))
    }

    struct Span {
        /// The first moment.
        var since: WallTime?
        /// The moment that it ends before.
        var until: WallTime?
        /// The days that it begins and ends in.
        var days: (first: Day?, last: Day?)
    }
}
