import Ledger

/// Rows that are handled in one transaction: so few that a batch to be written waits for some milliseconds.
private let portion = 2_000
/// The same of requests, beside which there may be what was said.
private let portionWithWords = 200

extension LedgerTables {
    /// Forgets some of the requests that began before `moment`.
    /// - Returns: How many, and whether there may be more.
    func forget(before moment: WallTime) throws(StoreError) -> (count: Int, isMore: Bool) {
        let part = "SELECT number FROM requests WHERE start_at < ? ORDER BY start_at LIMIT \(portionWithWords)"
        let values: [Cell] = [.integer(moment.microseconds)]
        var count = 0
        try database.change { () throws(StoreError) in
            // Both statements have to find the same requests, whoever else prunes.
            if database.shared != nil { _ = try advance() }
            try database.run(
                "DELETE FROM words WHERE request_id IN (SELECT request_id FROM requests WHERE number IN (\(part)))",
                values)
            count = try database.run("DELETE FROM requests WHERE number IN (\(part))", values)
        }
        return (count, count == portionWithWords)
    }

    /// Folds the windows of some accounts, all that end before `moment` but the account's last, into one that begins with the first
    /// of them: then an account has three rows at most, however old it is.
    /// - Returns: Whether there may be more.
    func fold(before moment: WallTime) throws(StoreError) -> Bool {
        var isMore = false
        try database.change { () throws(StoreError) in
            // What is folded is not added to meanwhile.
            if database.shared != nil { _ = try advance() }
            let accounts = try database.rows(
                """
                SELECT kind, id, part, min(window_start), max(window_end), \(Money.sum(of: "money")),
                \(Money.sum(of: "overrun")), sum(prompt_tokens), sum(completion_tokens), sum(requests), max(window_start)
                FROM spend AS past WHERE window_end <= ? AND window_start < (
                    SELECT max(window_start) FROM spend AS last
                    WHERE last.kind = past.kind AND last.id = past.id AND last.part = past.part)
                GROUP BY kind, id, part HAVING count(*) > 1 LIMIT \(portion)
                """, [.integer(moment.microseconds)]
            ) { row in
                let account: [Cell] = [.text(row.text(0)), .text(row.text(1)), .text(row.text(2))]
                return (
                    folded: account + [.integer(row.integer(12)), .integer(moment.microseconds)],
                    sum: account + [
                        .integer(row.integer(3)), .integer(row.integer(4)), Cell(row.moneySum(5)),
                        Cell(row.moneySum(7)),
                        .integer(row.integer(9)), .integer(row.integer(10)), .integer(row.integer(11)),
                    ]
                )
            }
            for account in accounts {
                try database.run(
                    "DELETE FROM spend WHERE kind = ? AND id = ? AND part = ? AND window_start <= ? AND window_end <= ?",
                    account.folded)
                try database.run("INSERT INTO spend VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", account.sum)
            }
            isMore = accounts.count == portion
        }
        return isMore
    }

    /// Forgets the batches of processes that have written none for a month: none of them hands its last one over again.
    func forgetBatches(of now: WallTime) throws(StoreError) {
        let month: Int64 = 30 * 86_400 * 1_000_000
        try database.run("DELETE FROM batches WHERE at < ?", [.integer(now.microseconds - month)])
    }

    /// Has what was forgotten in no journal any more.
    func emptyJournal() { database.emptyJournal() }
}
