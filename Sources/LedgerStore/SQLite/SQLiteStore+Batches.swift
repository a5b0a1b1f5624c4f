public import Ledger
import SQLite

extension SQLiteStore {
    /// Writes a batch, all of it or nothing; nothing when it is written already.
    public func write(_ batch: LedgerBatch) throws(StoreError) {
        try change { () throws(SQLiteError) in
            let isNew =
                try connection.run(
                    """
                    INSERT INTO batches VALUES (?, ?, ?)
                    ON CONFLICT(origin) DO UPDATE SET number = excluded.number, at = max(at, excluded.at)
                    WHERE excluded.number > number
                    """,
                    [
                        .integer(Int64(bitPattern: batch.id.origin)), .integer(Int64(bitPattern: batch.id.number)),
                        .integer(batch.entries.lazy.map(\.end.microseconds).max() ?? 0),
                    ]) == 1
            guard isNew else { return }
            for sum in batch.sums { try add(sum) }
            var rollUps = RollUps()
            // A row that is there already, by its name, is not counted again either.
            for entry in batch.entries where try insert(entry) { rollUps.add(entry) }
            for (row, sum) in rollUps.daily { try add(sum, to: row) }
            for (row, sum) in rollUps.owned { try add(sum, to: row) }
        }
    }

    private func add(_ sum: AccountSum) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO spend VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET window_end = excluded.window_end, \(Self.adding(
                "money", "overrun", "prompt_tokens", "completion_tokens", "requests"))
            """,
            [
                .text(sum.account.kind.rawValue), .text(sum.account.id), .text(sum.account.part),
                .integer(sum.window.start.microseconds), .integer(sum.window.end.microseconds), Value(sum.tally.money),
                Value(sum.tally.overrun), .integer(sum.tally.promptTokens), .integer(sum.tally.completionTokens),
                .integer(sum.tally.requests),
            ])
    }

    private func add(_ sum: SpendSum, to row: RollUps.DailyRow) throws(SQLiteError) {
        try connection.run(
            "INSERT INTO daily VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET \(Self.addingSums)",
            [.integer(row.dimension.rawValue), .text(row.name), .integer(row.day.number)] + sum.values)
    }

    private func add(_ sum: SpendSum, to row: RollUps.OwnedRow) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO daily_owned VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET \(Self.addingSums)
            """,
            [
                .integer(row.day.number), .text(row.key), .text(row.userID), .text(row.teamID), .text(row.modelAsked),
                .text(row.model), .text(row.provider), .text(row.instance),
            ] + sum.values)
    }

    /// Adds each column of the row that was to be inserted to the one that is there. SQLite's own sum of two whole numbers
    /// turns into a fraction beyond 64 bits; this one ends there, as `Money` does.
    private static func adding(_ columns: String...) -> String {
        columns.map { column in
            """
            \(column) = CASE WHEN \(column) > 0 AND excluded.\(column) > \(Int64.max) - \(column) THEN \(Int64.max)
            WHEN \(column) < 0 AND excluded.\(column) < -\(Int64.max) - \(column) THEN -\(Int64.max)
            ELSE \(column) + excluded.\(column) END
            """
        }.joined(separator: ", ")
    }

    private static let addingSums = adding(
        "requests", "failures", "prompt_tokens", "completion_tokens", "cached_tokens", "money", "failed_money",
        "compared_money")
}

extension SpendSum {
    /// The columns of the two tables of roll-ups, in their order.
    fileprivate var values: [Value] {
        [
            .integer(requests), .integer(failures), .integer(promptTokens), .integer(completionTokens),
            .integer(cachedTokens), Value(money), Value(failedMoney), Value(comparedMoney),
        ]
    }
}
