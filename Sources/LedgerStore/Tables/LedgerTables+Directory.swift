import Ledger

extension LedgerTables {
    /// Everything that a ledger begins with, as of one moment.
    func load() throws(StoreError) -> LedgerImage {
        var image = LedgerImage()
        var seen: Int64 = 0
        let nobody = Stamps(at: WallTime(microseconds: 0), by: "")
        let noHash = KeyHash(of: UnsafeRawBufferPointer(start: nil, count: 0))
        try database.snapshot { () throws(StoreError) in
            image.keys = try documents("keys", VirtualKey(hash: noHash, name: "", stamps: nobody))
            image.users = try documents("users", User(id: "", stamps: nobody))
            image.teams = try documents("teams", Team(id: "", stamps: nobody))
            image.customers = try documents("customers", Customer(id: "", stamps: nobody))
            image.budgets = try documents("budgets", BudgetTemplate(id: "", stamps: nobody))
            image.models = try documents(
                "models", StoredModel(id: "", name: "", parameters: "{}", info: "{}", stamps: nobody))
            image.sums = try accountSums()
            if database.shared != nil {
                seen = try database.rows("SELECT number FROM clock", []) { $0.integer(0) }.first ?? 0
            }
        }
        place.seen = seen
        image.isShared = database.shared?.isSole == false
        return image
    }

    /// The rows of one table. One of an older release, that lacks members, has those of `plain`.
    private func documents<Document: Codable>(_ table: StaticString, _ plain: Document) throws(StoreError) -> [Document]
    {
        let texts = try database.rows("SELECT document FROM \(table) ORDER BY \(Source.dialect.rowOrder)", []) {
            $0.text(0)
        }
        var found: [Document] = []
        found.reserveCapacity(texts.count)
        for text in texts {
            if let document = coder.decode(Document.self, text) {
                found.append(document)
                continue
            }
            // Something that is no JSON is an error of the statement.
            let merged = try? database.rows(Source.dialect.merge, [.text(coder.encode(plain)), .text(text)]) {
                $0.text(0)
            }
            guard let document = merged?.first.flatMap({ coder.decode(Document.self, $0) }) else { throw broken(table) }
            found.append(document)
        }
        return found
    }

    /// Without a team or a key its bounds would not hold, so nothing is passed over.
    private func broken(_ table: StaticString) -> StoreError {
        StoreError(
            .damaged, "\(name): a row of the table \(table) cannot be read: put a copy of the ledger in its place")
    }

    private func accountSums() throws(StoreError) -> [AccountSum] {
        let sums = try database.rows(
            """
            SELECT kind, id, part, window_start, window_end, money, overrun, prompt_tokens, completion_tokens, requests
            FROM spend
            """, []
        ) { row -> AccountSum? in
            guard let kind = AccountName.Kind(rawValue: row.text(0)),
                let account = AccountName(kind: kind, id: row.text(1), part: row.text(2))
            else { return nil }
            return AccountSum(
                account: account,
                window: BudgetWindow(
                    start: WallTime(microseconds: row.integer(3)), end: WallTime(microseconds: row.integer(4))),
                tally: Tally(
                    money: row.money(5), promptTokens: row.integer(7), completionTokens: row.integer(8),
                    requests: row.integer(9), overrun: row.money(6)))
        }
        let known = sums.compactMap(\.self)
        guard known.count == sums.count else { throw broken("spend") }
        return known
    }

    /// Carries out changes of the directory and notes who made them: all of it, or nothing.
    func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) throws(StoreError) {
        _ = try apply(changes, audit: audit, heard: nil)
    }

    /// The same, for a gateway that makes them of its own rows when it hears of them; nothing, and false, where others have changed
    /// rows since it has last heard.
    func publish(_ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64) throws(StoreError) -> Bool {
        try apply(changes, audit: audit, heard: heard)
    }

    /// - Parameter heard: nil where this gateway makes them of its own rows itself, without hearing of them.
    private func apply(
        _ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64?
    ) throws(StoreError) -> Bool {
        let moment = audit.first?.at ?? WallTime(microseconds: 0)
        var isCurrent = true
        try database.change { () throws(StoreError) in
            // First, so that two who change several rows wait for each other once.
            isCurrent = try publish(changes, at: moment, heard: heard)
            guard isCurrent else { return }
            for change in changes { try carryOut(change) }
            for entry in audit { try note(entry) }
        }
        return isCurrent
    }

    private func carryOut(_ change: DirectoryChange) throws(StoreError) {
        switch change {
        case .putKey(let key): try put(key)
        case .replaceKey(let hash, let key):
            try remove(hash)
            try put(key)
        case .removeKey(let hash): try remove(hash)
        case .putUser(let user): try put(user, user.id, in: "users")
        case .removeUser(let id): try remove(id, from: "users")
        case .putTeam(let team):
            try database.run(
                """
                INSERT INTO teams VALUES (?, ?, ?)
                ON CONFLICT(id) DO UPDATE SET alias = excluded.alias, document = excluded.document
                """, [.text(team.id), Cell(team.alias), .text(coder.encode(team))])
        case .removeTeam(let id): try remove(id, from: "teams")
        case .putCustomer(let customer): try put(customer, customer.id, in: "customers")
        case .removeCustomer(let id): try remove(id, from: "customers")
        case .putBudget(let budget): try put(budget, budget.id, in: "budgets")
        case .removeBudget(let id): try remove(id, from: "budgets")
        case .putModel(let model): try put(model, model.id, in: "models")
        case .removeModel(let id): try remove(id, from: "models")
        }
    }

    private func put(_ row: some Encodable, _ id: String, in table: StaticString) throws(StoreError) {
        try database.run(
            "INSERT INTO \(table) VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET document = excluded.document",
            [.text(id), .text(coder.encode(row))])
    }

    private func remove(_ id: String, from table: StaticString) throws(StoreError) {
        try database.run("DELETE FROM \(table) WHERE id = ?", [.text(id)])
    }

    private func remove(_ hash: KeyHash) throws(StoreError) {
        try database.run("DELETE FROM keys WHERE hash = ?", [.blob(hash.bytes)])
    }

    private func put(_ key: VirtualKey) throws(StoreError) {
        try database.run(
            """
            INSERT INTO keys VALUES (?, ?, ?, ?, ?)
            ON CONFLICT(hash) DO UPDATE SET alias = excluded.alias, user_id = excluded.user_id,
            team_id = excluded.team_id, document = excluded.document
            """,
            [
                .blob(key.hash.bytes), Cell(key.alias), Cell(key.userID), Cell(key.teamID), .text(coder.encode(key)),
            ])
    }
}
