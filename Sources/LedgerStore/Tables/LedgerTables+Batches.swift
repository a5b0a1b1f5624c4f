import Ledger

extension LedgerTables {
    /// Writes a batch, all of it or nothing; nothing when it is written already.
    func write(_ batch: LedgerBatch) throws(StoreError) {
        try database.change { () throws(StoreError) in
            let isNew =
                try database.run(
                    """
                    INSERT INTO batches VALUES (?, ?, \(Source.dialect.now))
                    ON CONFLICT(origin) DO UPDATE SET number = excluded.number, at = excluded.at
                    WHERE excluded.number > batches.number
                    """,
                    [
                        .integer(Int64(bitPattern: batch.id.origin)), .integer(Int64(bitPattern: batch.id.number)),
                    ]) == 1
            guard isNew else { return }
            for sum in batch.sums { try add(sum) }
            var rollUps = RollUps()
            // A row that is there already, by its name, is not counted again either.
            for entry in batch.entries where try insert(entry) { rollUps.add(entry) }
            let tables = rollUps.tables
            for (row, sum) in tables.daily { try add(sum, to: row) }
            for (row, sum) in tables.owned { try add(sum, to: row) }
            for (row, sum) in tables.named { try add(sum, to: row) }
        }
    }

    private func add(_ sum: AccountSum) throws(StoreError) {
        try database.run(
            Statements.spend,
            [
                .text(sum.account.kind.rawValue), .text(sum.account.id), .text(sum.account.part),
                .integer(sum.window.start.microseconds), .integer(sum.window.end.microseconds), Cell(sum.tally.money),
                Cell(sum.tally.overrun), .integer(sum.tally.promptTokens), .integer(sum.tally.completionTokens),
                .integer(sum.tally.requests),
            ])
    }

    private func add(_ sum: SpendSum, to row: RollUps.DailyRow) throws(StoreError) {
        try database.run(
            Statements.daily,
            [.integer(row.dimension.rawValue), .text(row.name), .integer(row.day.number)] + sum.cells)
    }

    private func add(_ sum: SpendSum, to row: RollUps.OwnedRow) throws(StoreError) {
        try database.run(
            Statements.owned,
            [
                .integer(row.day.number), .text(row.key), .text(row.userID), .text(row.teamID), .text(row.modelAsked),
                .text(row.model), .text(row.provider), .text(row.instance),
            ] + sum.cells)
    }

    private func add(_ sum: SpendSum, to row: RollUps.NamedRow) throws(StoreError) {
        try database.run(
            Statements.named,
            [
                .integer(row.dimension.rawValue), .text(row.name), .integer(row.day.number), .text(row.key),
                .text(row.userID), .text(row.teamID),
            ] + sum.cells)
    }
}

/// Statements that add to a row, or make it.
private enum Statements {
    static let spend = adding(
        to: "spend", ["kind", "id", "part", "window_start"], replacing: ["window_end"],
        ["money", "overrun", "prompt_tokens", "completion_tokens", "requests"])
    static let daily = adding(to: "daily", ["dimension", "name", "day"], sums)
    static let owned = adding(
        to: "daily_owned", ["day", "key", "user_id", "team_id", "model_asked", "model", "provider", "instance"], sums)
    static let named = adding(to: "daily_named", ["dimension", "name", "day", "key", "user_id", "team_id"], sums)

    private static let sums = [
        "requests", "failures", "prompt_tokens", "completion_tokens", "cached_tokens", "money", "failed_money",
        "compared_money",
    ]

    /// A sum of two whole numbers fails or turns into a fraction beyond 64 bits; this one ends there, as `Money` does.
    private static func adding(
        to table: String, _ key: [String], replacing: [String] = [], _ columns: [String]
    ) -> String {
        let all = key + replacing + columns
        let added = columns.map { column in
            let (old, new) = ("\(table).\(column)", "excluded.\(column)")
            return """
                \(column) = CASE WHEN \(old) > 0
                THEN CASE WHEN \(new) > \(Int64.max) - \(old) THEN \(Int64.max) ELSE \(old) + \(new) END
                ELSE CASE WHEN \(new) < -\(Int64.max) - \(old) THEN -\(Int64.max) ELSE \(old) + \(new) END END
                """
        }
        return """
            INSERT INTO \(table)(\(all.joined(separator: ", "))) VALUES (\(all.map { _ in "?" }.joined(separator: ", ")))
            ON CONFLICT(\(key.joined(separator: ", "))) DO UPDATE SET
            \((replacing.map { "\($0) = excluded.\($0)" } + added).joined(separator: ", "))
            """
    }
}

extension SpendSum {
    /// The columns of the tables of roll-ups, in their order.
    fileprivate var cells: [Cell] {
        [
            .integer(requests), .integer(failures), .integer(promptTokens), .integer(completionTokens),
            .integer(cachedTokens), Cell(money), Cell(failedMoney), Cell(comparedMoney),
        ]
    }
}
