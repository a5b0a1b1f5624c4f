import Ledger

extension LedgerTables {
    /// Writes a batch, all of it or nothing; nothing when it is written already.
    func write(_ batch: LedgerBatch) throws(StoreError) {
        try database.change { () throws(StoreError) in
            try database.shared?.lockBatches()
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
            var rollUps = RollUps()
            // A row that is there already, by its name, is not counted again either.
            for entry in batch.entries where try insert(entry) {
                rollUps.add(entry)
                if let words = entry.words { try insert(words, of: entry.requestID) }
            }
            for late in batch.words { try insert(late.words, of: late.requestID) }
            let tables = rollUps.tables
            for (row, sum) in tables.daily { try add(sum, to: row) }
            for (row, sum) in tables.owned { try add(sum, to: row) }
            for (row, sum) in tables.named { try add(sum, to: row) }
            // Last, as other gateways wait from here on.
            let number = database.shared == nil || batch.sums.isEmpty ? nil : try advance()
            for sum in batch.sums {
                try add(sum, number: number)
                if number != nil { try settle(sum, of: batch.id.origin) }
            }
        }
    }

    /// Adds to an account's sum.
    /// - Parameter number: the transaction's, where other gateways are to hear of it.
    func add(_ sum: AccountSum, number: Int64?) throws(StoreError) {
        try database.run(
            number == nil ? Statements.spend : Statements.told,
            Self.key(sum.account, sum.window) + (number.map { [.integer($0)] } ?? []) + [
                Cell(sum.tally.money), Cell(sum.tally.overrun), .integer(sum.tally.promptTokens),
                .integer(sum.tally.completionTokens), .integer(sum.tally.requests),
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
    static let spend = adding(to: "spend", account, replacing: ["window_end"], amounts)
    static let told = adding(to: "spend", account, replacing: ["window_end", "changed"], amounts)
    private static let account = ["kind", "id", "part", "window_start"]
    private static let amounts = ["money", "overrun", "prompt_tokens", "completion_tokens", "requests"]
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
