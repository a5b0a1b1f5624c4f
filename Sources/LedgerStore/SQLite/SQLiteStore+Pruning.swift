public import Ledger
import SQLite

extension SQLiteStore {
    /// Rows that are forgotten in one transaction: so few that a batch to be written waits for some milliseconds.
    private static let portion = 2_000

    /// Forgets requests that began before `moment`, and folds the sums of budget windows that are over.
    public func prune(before moment: WallTime) async throws(StoreError) -> Int {
        var forgotten = 0
        while true {
            let count = try forget(before: moment)
            forgotten += count
            if count < Self.portion { break }
            // Batches are written in between.
            await Task.yield()
        }
        while try fold(before: moment) { await Task.yield() }
        try access { () throws(SQLiteError) in
            try connection.run("DELETE FROM batches WHERE at < ?", [.integer(moment.microseconds)])
        }
        return forgotten
    }

    private func forget(before moment: WallTime) throws(StoreError) -> Int {
        var count = 0
        let part = "SELECT number FROM requests WHERE start_at < ? ORDER BY start_at LIMIT \(Self.portion)"
        let values: [Value] = [.integer(moment.microseconds)]
        try change { () throws(SQLiteError) in
            try connection.run("DELETE FROM bodies WHERE number IN (\(part))", values)
            count = try connection.run("DELETE FROM requests WHERE number IN (\(part))", values)
        }
        return count
    }

    /// Folds the windows of some accounts, all that end before `moment` but the account's last, into one that begins with the first
    /// of them: then an account has three rows at most, however old it is.
    /// - Returns: Whether there may be more.
    private func fold(before moment: WallTime) throws(StoreError) -> Bool {
        var isMore = false
        try change { () throws(SQLiteError) in
            let accounts = try connection.rows(
                """
                SELECT kind, id, part, min(window_start), max(window_end), \(Money.sum(of: "money")),
                \(Money.sum(of: "overrun")), sum(prompt_tokens), sum(completion_tokens), sum(requests)
                FROM spend AS old WHERE window_end <= ?1 AND window_start < (
                    SELECT max(window_start) FROM spend AS last
                    WHERE last.kind = old.kind AND last.id = old.id AND last.part = old.part)
                GROUP BY kind, id, part HAVING count(*) > 1 LIMIT \(Self.portion)
                """, [.integer(moment.microseconds)]
            ) { row in
                [
                    row.value(0), row.value(1), row.value(2), row.value(3), row.value(4), Value(row.moneySum(5)),
                    Value(row.moneySum(7)), row.value(9), row.value(10), row.value(11),
                ]
            }
            for sum in accounts {
                try connection.run(
                    """
                    DELETE FROM spend WHERE kind = ?1 AND id = ?2 AND part = ?3 AND window_end <= ?4 AND window_start < (
                        SELECT max(window_start) FROM spend WHERE kind = ?1 AND id = ?2 AND part = ?3)
                    """, Array(sum[0..<3]) + [.integer(moment.microseconds)])
                try connection.run("INSERT INTO spend VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", sum)
            }
            isMore = accounts.count == Self.portion
        }
        return isMore
    }
}
