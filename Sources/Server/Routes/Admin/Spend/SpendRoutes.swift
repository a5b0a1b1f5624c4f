import Dialects
import Gateway
import Ledger
import LedgerStore

/// `/spend/*`, `/global/spend*` and `/global/activity*`: what was spent, by whom and on what.
struct SpendRoutes {
    let desk: AdminDesk

    // MARK: Requests

    /// Rows, or one sum per day where days are named and `summarize` is not false.
    func logs(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let isByDay =
            call.query("start_date") != nil && call.query("end_date") != nil && call.query("request_id") == nil
        if isByDay, call.query("summarize").map({ $0.lowercased() != "false" }) ?? true { return try await byDay(call) }
        let filter = try filter(call)
        let page = EntryPage(limit: try call.number("limit", default: 1000, atMost: 10_000))
        // Words are told of one request alone: a list never reads them.
        guard filter.requestID != nil else { return .array(try await entries(filter, page)) }
        return .array(try await wholeRows(filter).map(\.json))
    }

    /// What was said in a request.
    func words(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        var filter = try filter(call)
        filter.requestID = call.parameters["request"]
        guard let row = try await wholeRows(filter).first else {
            throw .notFound("no request \(filter.requestID ?? "") is in the ledger, or it is none of yours")
        }
        return row.wordsJSON
    }

    /// Rows with what was said in their requests: one, since each has a name of its own.
    private func wholeRows(_ filter: EntryFilter) async throws(AdminFault) -> [SpendLogRow] {
        try await read { store throws(StoreError) in
            var rows: [SpendLogRow] = []
            for stored in try await store.entries(filter, page: EntryPage(limit: 1)) {
                let words = try await store.words(of: stored.entry.requestID)
                rows.append(SpendLogRow(entry: stored.entry, words: words))
            }
            return rows
        }
    }

    /// The same with pages.
    func logPages(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let size = try call.number("page_size", default: 50, atMost: 1000)
        let number = try call.number("page", default: 1, atMost: 1_000_000)
        let filter = try filter(call)
        let total = try await read { store throws(StoreError) in try await store.count(filter) }
        let skip = (number - 1) * size
        let rows = skip < total ? try await entries(filter, EntryPage(limit: size, skip: skip)) : []
        return .object([
            ("data", .array(rows)), ("total", .integer(total)), ("page", .integer(number)),
            ("page_size", .integer(size)), ("total_pages", .integer((total + size - 1) / size)),
        ])
    }

    /// One page, the newest first, that begins behind a row of the one before: however many there are, it costs the same.
    func requests(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let size = try call.number("limit", default: 50, atMost: 500)
        let (filter, after) = (try filter(call), try call.place("after"))
        // One more, to know whether there are any behind.
        let stored = try await read { store throws(StoreError) in
            try await store.entries(filter, page: EntryPage(limit: size + 1, after: after))
        }
        let rows = stored.prefix(size)
        let next = stored.count > size ? rows.last?.place : nil
        return .object([
            ("data", .array(rows.map { SpendLogRow(entry: $0.entry).json })), ("next", .maybe(next?.text)),
        ])
    }

    private func entries(_ filter: EntryFilter, _ page: EntryPage) async throws(AdminFault) -> [JSONText] {
        try await read { store throws(StoreError) in try await store.entries(filter, page: page) }
            .map { SpendLogRow(entry: $0.entry).json }
    }

    private func byDay(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try call.refuseFilters(
            "call_id", "end_user", "error_code", "error_message", "keyword", "max_spend", "min_spend", "model",
            "model_id",
            "session_id", "status_filter")
        let owner = try owner(call)
        var days: [Day: [SpendDimension: [SpendSum]]] = [:]
        for dimension in [SpendDimension.all, .key, .user, .model] {
            for sum in try await sums(dimension, call, owner: owner, isByDay: true) {
                if let day = sum.day { days[day, default: [:]][dimension, default: []].append(sum) }
            }
        }
        return .array(
            days.keys.sorted().map { day in
                let sums = days[day] ?? [:]
                func map(_ dimension: SpendDimension) -> KeyRow.Members {
                    (sums[dimension] ?? []).map { ($0.name, .dollars($0.spent)) }
                }
                let keys: KeyRow.Members = (sums[.key] ?? []).map {
                    ($0.name.isEmpty ? SpendLogRow.masterKey : $0.name, .dollars($0.spent))
                }
                return .object(
                    keys + [
                        ("startTime", .string(day.start.date)), ("spend", .dollars(sums[.all]?.first?.spent ?? .zero)),
                        ("users", .object(map(.user))), ("models", .object(map(.model))),
                    ])
            })
    }

    // MARK: Sums

    func total(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let status = desk.ledger.status(of: .global, at: call.now)
        let sums = try await sums(.all, call)
        let written = sums.reduce(Money.zero) { $0 + $1.spent }
        // The ledger's own sum has what is not written yet. It is of all days, and there is none where nothing bounds all
        // requests together.
        let isOfAll = call.query("start_date") == nil && call.query("end_date") == nil
        let settled = isOfAll ? status?.total.money ?? .zero : .zero
        var members: KeyRow.Members = [
            ("spend", .dollars(max(settled, written))), ("max_budget", .dollars(status?.most ?? .zero)),
        ]
        if let model = desk.facts.comparedModel() {
            let compared = sums.reduce(Money.zero) { $0 + $1.comparedMoney }
            members += [("compared_spend", .dollars(compared)), ("compared_with", .string(model))]
        }
        return .object(members)
    }

    func keys(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let rows = desk.rows
        return .array(
            try await top(.key, call).map { sum in
                let key = KeyHash(hex: sum.name).flatMap { rows.key(account: $0) }
                return .object([
                    ("api_key", .string(sum.name.isEmpty ? SpendLogRow.masterKey : sum.name)),
                    ("key_alias", .maybe(key?.alias)), ("key_name", .maybe(key?.name)),
                    ("total_spend", .dollars(sum.spent)), ("requests", .integer(Int(sum.requests))),
                    ("total_tokens", .integer(sum.tokens)), ("compared_spend", .dollars(sum.comparedMoney)),
                ])
            })
    }

    func models(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        .array(try await top(.model, call).map { $0.row(as: "model") })
    }

    func providers(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        .array(
            try await top(.provider, call, isNamed: true).map { sum in
                .object([("provider", .string(sum.name)), ("spend", .dollars(sum.spent))])
            })
    }

    func teams(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let rows = desk.rows
        return .array(
            try await top(.team, call, isNamed: true).map { sum in
                .object([
                    ("team_id", .string(sum.name)), ("team_alias", .maybe(rows.team(sum.name)?.alias)),
                    ("total_spend", .dollars(sum.spent)), ("requests", .integer(Int(sum.requests))),
                    ("total_tokens", .integer(sum.tokens)), ("compared_spend", .dollars(sum.comparedMoney)),
                ])
            })
    }

    func tags(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let asked = call.ids("tags").map { Set($0) }
        let sums = try await asked == nil ? top(.tag, call) : sums(.tag, call).filter { asked!.contains($0.name) }[...]
        let most = try call.number("limit", default: max(1, sums.count), atMost: 10_000)
        return .array(
            sums.prefix(most).map { sum in
                .object([
                    ("individual_request_tag", .string(sum.name)), ("log_count", .integer(Int(sum.requests))),
                    ("total_spend", .dollars(sum.spent)),
                ])
            })
    }

    func days(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        .array(
            try await sums(.all, call, owner: try owner(call), isByDay: true).map { sum in
                .object([
                    ("date", .string(sum.day?.start.date ?? "")), ("spend", .dollars(sum.spent)),
                    ("requests", .integer(Int(sum.requests))), ("total_tokens", .integer(sum.tokens)),
                    ("compared_spend", .dollars(sum.comparedMoney)),
                ])
            })
    }

    /// The rows of keys, those that have spent most first.
    func keyRows(_ call: AdminCall) -> JSONText {
        let rows = desk.rows.keys().rows.map { desk.row($0, at: call.now) }
        return .array(rows.sorted { $1.spent.total < $0.spent.total }.map { .object($0.row) })
    }

    func userRows(_ call: AdminCall) -> JSONText {
        let (users, asked) = (UserRoutes(desk: desk), call.query("user_id"))
        let rows = desk.rows.users().rows.filter { asked == nil || $0.id == asked }
        return .array(rows.map { .object(users.row($0, call)) })
    }

    // MARK: Parts

    /// The sums by name, or by day and name; all of them, so that what is added up lacks none.
    func sums(
        _ dimension: SpendDimension, _ call: AdminCall, owner: SumQuery.Owner? = nil, isByDay: Bool = false
    ) async throws(AdminFault) -> [SpendSum] {
        let days = try call.span().days
        var since = days.first
        if !call.by.maySeeAll, let beginning = beginning(of: owner) { since = max(since ?? beginning, beginning) }
        return try await sums(
            SumQuery(by: dimension, of: owner ?? .everyone, since: since, until: days.last, isByDay: isByDay))
    }

    private func sums(_ query: SumQuery) async throws(AdminFault) -> [SpendSum] {
        try await read { store throws(StoreError) in try await store.sums(query) }
    }

    /// The names on which most was spent, as many as `limit` says; all where it is not there.
    /// - Parameter isNamed: without the sum of all that has no name.
    private func top(
        _ dimension: SpendDimension, _ call: AdminCall, isNamed: Bool = false
    ) async throws(AdminFault) -> ArraySlice<SpendSum> {
        func isShown(_ sum: SpendSum) -> Bool { !isNamed || !sum.name.isEmpty }
        guard call.query("limit") != nil else { return try await sums(dimension, call).filter(isShown)[...] }
        let most = try call.number("limit", default: 10, atMost: 10_000)
        let days = try call.span().days
        // One more, as the sum without a name may be among the first.
        let query = SumQuery(by: dimension, since: days.first, until: days.last, limit: most + 1)
        return try await sums(query).filter(isShown).prefix(most)
    }

    func read<Answer: Sendable>(
        _ body: (any LedgerStore) async throws(StoreError) -> Answer
    ) async throws(AdminFault) -> Answer {
        do throws(StoreError) { return try await body(desk.store) } catch {
            throw desk.fault(of: error, "the ledger's store cannot be read")
        }
    }
}

extension SpendSum {
    /// What failed attempts cost is spent, too.
    var spent: Money { money + failedMoney }
    var tokens: Int { Int(promptTokens + completionTokens) }

    fileprivate func row(as label: String) -> JSONText {
        .object([
            (label, .string(name)), ("total_spend", .dollars(spent)), ("requests", .integer(Int(requests))),
            ("total_tokens", .integer(tokens)), ("compared_spend", .dollars(comparedMoney)),
        ])
    }
}

extension EntryPage.Place {
    /// As a page's link names it.
    fileprivate var text: String { "\(start.microseconds).\(number)" }
}

extension AdminCall {
    /// A place that a page before has named.
    fileprivate func place(_ name: String) throws(AdminFault) -> EntryPage.Place? {
        guard let text = query(name) else { return nil }
        let parts = text.split(separator: ".").map { Int64($0) }
        guard parts.count == 2, let start = parts[0], let number = parts[1] else {
            throw .invalid("\(name) is the `next` of the page before", name)
        }
        return EntryPage.Place(start: WallTime(microseconds: start), number: number)
    }
}
