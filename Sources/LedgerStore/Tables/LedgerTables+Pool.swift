import Balancer
import Ledger

/// What several gateways tell each other of the instances that they share.
extension LedgerTables {
    /// The answer to a gateway's word beside those that others have said within two seconds. Within the transaction of the word, so
    /// that claims on caps are granted one after the other.
    /// - Returns: nil where the gateway says nothing of its pool.
    func answerPool(of report: ShareReport) throws(StoreError) -> ShareNews.Pool? {
        guard report.isShared, !report.isLast, let word = PoolWord(bytes: report.pool) else { return nil }
        let remembered = OtherGateways.remembered.components.seconds
        let rows = try database.rows(
            """
            SELECT id, pool, \(ShareClock.now) - at FROM gateways WHERE id <> 0 AND id <> ? AND state = 'shared'
            AND pool IS NOT NULL AND at > \(ShareClock.ago(seconds: Int(remembered)))
            """, [.integer(Int64(bitPattern: report.gateway))]
        ) {
            ShareNews.Pool.Other(
                gateway: UInt64(bitPattern: $0.integer(0)), word: $0.bytesIfAny(1) ?? [],
                age: .microseconds($0.integer(2)))
        }
        let clock = try database.rows("SELECT \(ShareClock.now)", []) { $0.integer(0) }.first ?? 0
        let others = rows.compactMap { OtherGateways.Heard($0) }
        let news = PoolNews(
            answering: word, of: report.gateway, others: others, unixSeconds: clock / 1_000_000)
        return ShareNews.Pool(others: rows, granted: news.granted.bytes, turn: news.turn)
    }
}

extension OtherGateways.Heard {
    /// Nil where another release has written it in another form.
    init?(_ other: ShareNews.Pool.Other) {
        guard let word = PoolWord(bytes: other.word) else { return nil }
        self.init(gateway: other.gateway, word: word, age: other.age)
    }
}

extension PoolNews {
    /// The store's answer, read; nil where it is none.
    init?(_ news: ShareNews.Pool) {
        guard let granted = PoolWord(bytes: news.granted) else { return nil }
        self.init(others: news.others.compactMap { OtherGateways.Heard($0) }, granted: granted, turn: news.turn)
    }
}
