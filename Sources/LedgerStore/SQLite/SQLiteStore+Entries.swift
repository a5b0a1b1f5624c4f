import Ledger
import SQLite

extension SQLiteStore {
    private static let columns = """
        request_id, call_id, call_type, start_at, end_at, first_token_at, key, user_id, team_id, customer, model_asked, model, \
        deployment, instance, provider, prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, money, \
        failed_money, compared_money, status, error, attempts, fallbacks, is_stream, tags, service_class, address
        """
    private static let insertion = """
        INSERT INTO requests(\(columns)) VALUES (\(Array(repeating: "?", count: 30).joined(separator: ", "))) \
        ON CONFLICT(request_id) DO NOTHING
        """

    /// Whether the row is new.
    func insert(_ entry: LedgerEntry) throws(SQLiteError) -> Bool {
        let inserted = try connection.run(
            Self.insertion,
            [
                .text(entry.requestID), .text(entry.callID), .text(entry.callType), .integer(entry.start.microseconds),
                .integer(entry.end.microseconds), Value(entry.firstToken?.microseconds), Value(entry.keyHash?.bytes),
                Value(entry.userID), Value(entry.teamID), Value(entry.customer), .text(entry.modelAsked),
                .text(entry.model), .text(entry.deployment), .text(entry.instance), .text(entry.provider),
                Value(entry.promptTokens), Value(entry.completionTokens), Value(entry.cachedTokens),
                Value(entry.cacheWriteTokens), Value(entry.money), Value(entry.failedMoney), Value(entry.comparedMoney),
                Value(entry.status), Value(entry.error), Value(entry.attempts), Value(entry.fallbacks),
                Value(entry.isStream), Value(coder.encode(list: entry.tags)), Value(entry.serviceClass),
                Value(entry.address),
            ])
        guard inserted == 1 else { return false }
        if entry.prompt != nil || entry.answer != nil {
            try connection.run(
                "INSERT INTO bodies SELECT number, ?, ? FROM requests WHERE request_id = ?",
                [Value(entry.prompt), Value(entry.answer), .text(entry.requestID)])
        }
        return true
    }

    /// Finished requests, the latest first.
    public func entries(_ filter: EntryFilter, page: EntryPage) throws(StoreError) -> [StoredEntry] {
        var condition = EntryCondition(filter)
        if let after = page.after { condition.add(after) }
        let values = condition.values + [Value(max(page.limit, 0)), Value(max(page.skip, 0))]
        return try access { () throws(SQLiteError) in
            try connection.rows(
                """
                SELECT number, \(Self.columns) FROM requests \(condition.text)
                ORDER BY start_at DESC, number DESC LIMIT ? OFFSET ?
                """, values
            ) { row in
                StoredEntry(
                    place: EntryPage.Place(start: WallTime(microseconds: row.integer(4)), number: row.integer(0)),
                    entry: entry(row))
            }
        }
    }

    /// How many finished requests there are.
    public func count(_ filter: EntryFilter) throws(StoreError) -> Int {
        let condition = EntryCondition(filter)
        return try access { () throws(SQLiteError) in
            Int(try connection.integer("SELECT count(*) FROM requests \(condition.text)", condition.values) ?? 0)
        }
    }

    /// Prompt and answer of one request, as far as they were kept.
    public func bodies(of place: EntryPage.Place) throws(StoreError) -> (prompt: String?, answer: String?) {
        let found = try access { () throws(SQLiteError) in
            try connection.rows("SELECT prompt, answer FROM bodies WHERE number = ?", [.integer(place.number)]) {
                ($0.textIfAny(0), $0.textIfAny(1))
            }
        }
        return found.first ?? (nil, nil)
    }

    private func entry(_ row: borrowing Row) -> LedgerEntry {
        var entry = LedgerEntry(
            requestID: row.text(1), start: WallTime(microseconds: row.integer(4)),
            end: WallTime(microseconds: row.integer(5)))
        entry.callID = row.text(2)
        entry.callType = row.text(3)
        entry.firstToken = row.integerIfAny(6).map { WallTime(microseconds: $0) }
        entry.keyHash = row.withBytes(7) { KeyHash(bytes: $0) }
        entry.userID = row.textIfAny(8)
        entry.teamID = row.textIfAny(9)
        entry.customer = row.textIfAny(10)
        entry.modelAsked = row.text(11)
        entry.model = row.text(12)
        entry.deployment = row.text(13)
        entry.instance = row.text(14)
        entry.provider = row.text(15)
        entry.promptTokens = Int(row.integer(16))
        entry.completionTokens = Int(row.integer(17))
        entry.cachedTokens = Int(row.integer(18))
        entry.cacheWriteTokens = Int(row.integer(19))
        entry.money = row.money(20)
        entry.failedMoney = row.money(21)
        entry.comparedMoney = row.moneyIfAny(22)
        entry.status = Int(row.integer(23))
        entry.error = row.textIfAny(24)
        entry.attempts = Int(row.integer(25))
        entry.fallbacks = Int(row.integer(26))
        entry.isStream = row.integer(27) != 0
        entry.tags = coder.decode(list: row.textIfAny(28))
        entry.serviceClass = row.textIfAny(29)
        entry.address = row.textIfAny(30)
        return entry
    }
}
