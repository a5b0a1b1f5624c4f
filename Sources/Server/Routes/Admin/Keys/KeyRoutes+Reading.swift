import Dialects
import Ledger

/// What is to be seen of keys.
extension KeyRoutes {
    /// One key; the caller's own where none is named.
    func info(_ call: AdminCall) throws(AdminFault) -> JSONText {
        let asked = call.query("key")
        let own = call.by.facts.map(\.key)
        // Whoever has signed in by a token has no row, and may see what stands for one.
        if asked == nil, let own, call.by.facts?.person != nil {
            return .object([("key", .string(own.name)), ("info", info(own, call))])
        }
        guard let name = asked ?? own?.hash.hex else { throw .notFound(Self.unseen) }
        let key = try find(name, for: call, message: Self.unseen)
        return .object([("key", .string(name)), ("info", info(key, call))])
    }

    /// Several keys, `POST /v2/key/info`.
    func infos(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let names = try call.fields.ids("keys", atMost: 100)
        if names.contains(where: { desk.rows.key(KeyHash(naming: $0)) == nil }) { await desk.lookAgain() }
        var infos: [JSONText] = []
        for name in names { infos.append(info(try find(name, for: call, message: Self.unseen), call)) }
        return .object([("key", .texts(names)), ("info", .array(infos))])
    }

    private func info(_ key: VirtualKey, _ call: AdminCall) -> JSONText {
        .object(desk.row(key, at: call.now).info + [("status", status(of: key, at: call.now))])
    }

    private func status(of key: VirtualKey, at now: LedgerTime) -> JSONText {
        let hasExpired = key.expires.map { $0 <= now.wall } ?? false
        // A blocked team refuses all its keys.
        let isBlocked = key.isBlocked || key.teamID.flatMap { desk.rows.team($0) }?.isBlocked == true
        return .string(isBlocked ? "blocked" : hasExpired ? "expired" : "active")
    }

    private static let unseen = "Key not found in database"

    func list(_ call: AdminCall) throws(AdminFault) -> JSONText {
        let page = try page(call)
        let isFull = call.flag("return_full_object")
        let keys: [JSONText] = page.rows.map { key in
            guard isFull else { return .string(key.hash.hex) }
            return .object(
                desk.row(key, at: call.now).row + [("org_id", .null), ("status", status(of: key, at: call.now))])
        }
        return .object([
            ("keys", .array(keys)), ("total_count", .integer(page.total)), ("current_page", .integer(page.number)),
            ("total_pages", .integer(page.pages)),
        ])
    }

    private func page(_ call: AdminCall) throws(AdminFault) -> Page<VirtualKey> {
        let number = try call.number("page", default: 1, atMost: 1_000_000)
        let size = try call.number("size", default: 10, atMost: 100)
        let filter = try filter(call)
        guard call.query("sort_by") != nil || call.query("sort_order") != nil else {
            return desk.rows.keys(filter, page: number, size: size)
        }
        let rows = desk.rows.keys(filter).rows.map {
            (key: $0, spent: desk.spent(.key($0.account), at: call.now).window)
        }
        let sorted = try call.sorted(
            rows, usually: "created_at", "desc",
            by: [
                "created_at": { $0.key.stamps.createdAt < $1.key.stamps.createdAt },
                "updated_at": { $0.key.stamps.updatedAt < $1.key.stamps.updatedAt },
                "key_alias": { $0.key.alias ?? "" < $1.key.alias ?? "" },
                "token": { $0.key.hash.hex < $1.key.hash.hex },
                "max_budget": { $0.key.allowance.maxBudget ?? .max < $1.key.allowance.maxBudget ?? .max },
                "spend": { $0.spent < $1.spent },
            ])
        return Page(of: sorted.map(\.key), number: number, size: size)
    }

    func aliases(_ call: AdminCall) throws(AdminFault) -> JSONText {
        var filter = try filter(call)
        filter.alias = nil
        let size = try call.number("size", default: 50, atMost: 100)
        let number = try call.number("page", default: 1, atMost: 1_000_000)
        let part = call.query("search")?.lowercased()
        let all = desk.rows.keys(filter, page: 1, size: .max).rows.compactMap(\.alias)
            .filter { alias in part.map { alias.lowercased().contains($0) } ?? true }.sorted()
        let page = Page(of: all, number: number, size: size)
        return .object([
            ("aliases", .texts(page.rows)), ("total_count", .integer(page.total)),
            ("current_page", .integer(page.number)), ("total_pages", .integer(page.pages)),
            ("size", .integer(page.size)),
        ])
    }

    /// The keys that the caller may list, of those that it asks for.
    private func filter(_ call: AdminCall) throws(AdminFault) -> KeyFilter {
        try call.refuseFilters("organization_id", "project_id", "access_group_id", "agent_id", "status")
        var filter = KeyFilter(
            userID: call.query("user_id"), teamID: call.query("team_id"), alias: call.query("key_alias"))
        if let hash = call.query("key_hash") { filter.hash = KeyHash(naming: hash) }
        if call.by.maySeeAll { return filter }
        if let team = filter.teamID, call.by.leads(desk.rows.team(team)) { return filter }
        guard let own = call.by.userID else {
            throw .forbidden(
                "You are not authorized to access this endpoint. No 'user_id' is associated with your API key.")
        }
        guard filter.userID ?? own == own else {
            throw .forbidden("a user may list its own keys only (user_id \(own))")
        }
        filter.userID = own
        return filter
    }

    /// That the caller's key is good: it has come this far.
    func health() -> JSONText { .object([("key", .string("healthy")), ("logging_callbacks", .null)]) }
}
