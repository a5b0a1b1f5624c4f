import Ledger

private let columns = """
    request_id, call_id, call_type, start_at, end_at, first_token_at, key, user_id, team_id, customer, model_asked, model, \
    deployment, instance, provider, prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, money, \
    failed_money, compared_money, status, error, attempts, fallbacks, is_stream, tags, service_class, address
    """
private let insertion = """
    INSERT INTO requests(\(columns)) VALUES (\(Array(repeating: "?", count: 30).joined(separator: ", "))) \
    ON CONFLICT(request_id) DO NOTHING
    """

extension LedgerTables {
    /// Whether the row is new.
    func insert(_ entry: LedgerEntry) throws(StoreError) -> Bool {
        let inserted = try database.run(
            insertion,
            [
                .text(entry.requestID), .text(entry.callID), .text(entry.callType), .integer(entry.start.microseconds),
                .integer(entry.end.microseconds), Cell(entry.firstToken?.microseconds), Cell(entry.keyHash),
                Cell(entry.userID), Cell(entry.teamID), Cell(entry.customer), .text(entry.modelAsked),
                .text(entry.model), .text(entry.deployment), .text(entry.instance), .text(entry.provider),
                Cell(entry.promptTokens), Cell(entry.completionTokens), Cell(entry.cachedTokens),
                Cell(entry.cacheWriteTokens), Cell(entry.money), Cell(entry.failedMoney), Cell(entry.comparedMoney),
                Cell(entry.status), Cell(entry.error), Cell(entry.attempts), Cell(entry.fallbacks),
                Cell(entry.isStream), Cell(coder.encode(list: entry.tags)), Cell(entry.serviceClass),
                Cell(entry.address),
            ])
        return inserted == 1
    }

    /// Finished requests, the latest first.
    func entries(_ filter: EntryFilter, page: EntryPage) throws(StoreError) -> [StoredEntry] {
        var condition = EntryCondition(filter)
        if let after = page.after { condition.add(after) }
        let values = condition.values + [Cell(max(page.limit, 0)), Cell(max(page.skip, 0))]
        return try database.rows(
            """
            SELECT number, \(columns) FROM requests \(condition.text)
            ORDER BY start_at DESC, number DESC LIMIT ? OFFSET ?
            """, values
        ) { row in
            StoredEntry(
                place: EntryPage.Place(start: WallTime(microseconds: row.integer(4)), number: row.integer(0)),
                entry: entry(row))
        }
    }

    /// How many finished requests there are.
    func count(_ filter: EntryFilter) throws(StoreError) -> Int {
        let condition = EntryCondition(filter)
        let counts = try database.rows("SELECT count(*) FROM requests \(condition.text)", condition.values) {
            $0.integer(0)
        }
        return Int(counts.first ?? 0)
    }

    /// How many finished requests ended alike, by day; of many kinds the most frequent.
    func outcomes(_ filter: EntryFilter) throws(StoreError) -> [OutcomeCount] {
        let condition = EntryCondition(filter)
        return try database.rows(
            """
            SELECT start_at / 86400000000, call_type, model_asked, instance, status, error, count(*), sum(completion_tokens)
            FROM requests \(condition.text) GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 7 DESC, 1, 2, 3, 4, 5, 6 LIMIT 10000
            """, condition.values
        ) { row in
            var count = OutcomeCount(
                day: Day(number: row.integer(0)), callType: row.text(1), modelAsked: row.text(2), instance: row.text(3),
                status: Int(row.integer(4)), error: row.textIfAny(5))
            (count.requests, count.completionTokens) = (row.integer(6), row.integer(7))
            return count
        }
    }

    private func entry(_ row: Source.Cells) -> LedgerEntry {
        var entry = LedgerEntry(
            requestID: row.text(1), start: WallTime(microseconds: row.integer(4)),
            end: WallTime(microseconds: row.integer(5)))
        entry.callID = row.text(2)
        entry.callType = row.text(3)
        entry.firstToken = row.integerIfAny(6).map { WallTime(microseconds: $0) }
        entry.keyHash = row.bytesIfAny(7).flatMap { KeyHash(bytes: $0) }
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
