import Ledger
import SQLite

extension SQLiteStore {
    /// What was spent, from the sums by day where they have it, else from the requests that are kept.
    public func sums(_ query: SumQuery) throws(StoreError) -> [SpendSum] {
        let source = SumSource(query)
        return try access { () throws(SQLiteError) in
            try connection.rows(
                """
                SELECT \(source.name), \(query.isByDay ? source.day : "NULL"), \(source.counts), sum(prompt_tokens),
                sum(completion_tokens), sum(cached_tokens), \(Money.sum(of: "money")), \(Money.sum(of: "failed_money")),
                \(Money.sum(of: "compared_money"))
                FROM \(source.table) \(source.condition) GROUP BY 1, 2 ORDER BY 2, sum(money * 1.0) DESC, 1 LIMIT ?
                """, source.values + [Value(query.limit ?? -1)]
            ) { row in
                var sum = SpendSum(name: row.text(0), day: row.integerIfAny(1).map { Day(number: $0) })
                sum.requests = row.integer(2)
                sum.failures = row.integer(3)
                sum.promptTokens = row.integer(4)
                sum.completionTokens = row.integer(5)
                sum.cachedTokens = row.integer(6)
                sum.money = row.moneySum(7)
                sum.failedMoney = row.moneySum(9)
                sum.comparedMoney = row.moneySum(11)
                return sum
            }
        }
    }
}
