public import Ledger
import SQLite

extension SQLiteStore {
    /// Everything that a ledger begins with, as of one moment.
    public func load() throws(StoreError) -> LedgerImage {
        var image = LedgerImage()
        let nobody = Stamps(at: WallTime(microseconds: 0), by: "")
        let noHash = KeyHash(of: UnsafeRawBufferPointer(start: nil, count: 0))
        var broken: String?
        try access { () throws(SQLiteError) in
            try connection.snapshot { () throws(SQLiteError) in
                image.keys = try documents("keys", VirtualKey(hash: noHash, name: "", stamps: nobody), &broken)
                image.users = try documents("users", User(id: "", stamps: nobody), &broken)
                image.teams = try documents("teams", Team(id: "", stamps: nobody), &broken)
                image.customers = try documents("customers", Customer(id: "", stamps: nobody), &broken)
                image.budgets = try documents("budgets", BudgetTemplate(id: "", stamps: nobody), &broken)
                image.sums = try accountSums(&broken)
            }
        }
        // Without a team or a key its bounds would not hold, so nothing is passed over.
        if let broken {
            throw StoreError(
                .damaged, "\(path): a row of the table \(broken) cannot be read: put a copy of the file in its place")
        }
        return image
    }

    private func documents<Document: Codable>(
        _ table: StaticString, _ plain: Document, _ broken: inout String?
    ) throws(SQLiteError) -> [Document] {
        try connection.rows("SELECT document FROM \(table) ORDER BY rowid") { row in
            coder.decode(row.text(0), plain: plain, connection)
        }.compactMap { document in
            if document == nil { broken = "\(table)" }
            return document
        }
    }

    private func accountSums(_ broken: inout String?) throws(SQLiteError) -> [AccountSum] {
        try connection.rows(
            """
            SELECT kind, id, part, window_start, window_end, money, overrun, prompt_tokens, completion_tokens, requests
            FROM spend
            """
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
        }.compactMap { sum in
            if sum == nil { broken = "spend" }
            return sum
        }
    }

    /// Carries out changes of the directory and notes who made them: all of it, or nothing.
    public func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) throws(StoreError) {
        try change { () throws(SQLiteError) in
            for change in changes { try carryOut(change) }
            for entry in audit { try note(entry) }
        }
    }

    private func carryOut(_ change: DirectoryChange) throws(SQLiteError) {
        switch change {
        case .putKey(let key): try put(key)
        case .replaceKey(let hash, let key):
            try connection.run("DELETE FROM keys WHERE hash = ?", [.blob(hash.bytes)])
            try put(key)
        case .removeKey(let hash): try connection.run("DELETE FROM keys WHERE hash = ?", [.blob(hash.bytes)])
        case .putUser(let user):
            try connection.run(
                "INSERT INTO users VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET document = excluded.document",
                [.text(user.id), .text(coder.encode(user))])
        case .removeUser(let id): try connection.run("DELETE FROM users WHERE id = ?", [.text(id)])
        case .putTeam(let team):
            try connection.run(
                """
                INSERT INTO teams VALUES (?, ?, ?)
                ON CONFLICT(id) DO UPDATE SET alias = excluded.alias, document = excluded.document
                """, [.text(team.id), Value(team.alias), .text(coder.encode(team))])
        case .removeTeam(let id): try connection.run("DELETE FROM teams WHERE id = ?", [.text(id)])
        case .putCustomer(let customer):
            try connection.run(
                "INSERT INTO customers VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET document = excluded.document",
                [.text(customer.id), .text(coder.encode(customer))])
        case .removeCustomer(let id): try connection.run("DELETE FROM customers WHERE id = ?", [.text(id)])
        case .putBudget(let budget):
            try connection.run(
                "INSERT INTO budgets VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET document = excluded.document",
                [.text(budget.id), .text(coder.encode(budget))])
        case .removeBudget(let id): try connection.run("DELETE FROM budgets WHERE id = ?", [.text(id)])
        }
    }

    private func put(_ key: VirtualKey) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO keys VALUES (?, ?, ?, ?, ?)
            ON CONFLICT(hash) DO UPDATE SET alias = excluded.alias, user_id = excluded.user_id,
            team_id = excluded.team_id, document = excluded.document
            """,
            [
                .blob(key.hash.bytes), Value(key.alias), Value(key.userID), Value(key.teamID), .text(coder.encode(key)),
            ])
    }
}
