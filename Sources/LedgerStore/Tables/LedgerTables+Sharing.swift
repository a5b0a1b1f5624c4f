import Ledger

/// A database that several gateways may keep one ledger in.
protocol SharedDatabase {
    /// Whether this is the only gateway, and no other can begin before it shares.
    var isSole: Bool { get }
    /// Lets others begin.
    func share() throws(StoreError)
    /// Keeps others out again, where none is there; false: one is.
    func endSharing() throws(StoreError) -> Bool
    /// Waits for the batches of others, until the end of the transaction: two would each have rows that the other one waits
    /// for.
    func lockBatches() throws(StoreError)
}

/// The place of one gateway among those of a ledger. A class since it changes; its store's thread alone uses it.
final class SharePlace {
    /// Tells changes that this gateway has made and taken itself from those that it is to hear of.
    let maker = Int64.random(in: 1...(.max))
    /// The number of the last transaction that was told.
    var seen: Int64 = 0
}

/// What several gateways tell each other through the tables. All of it, and every sum and every row of the directory, is
/// written under the lock of one row, `clock`: so one word is answered at a time, and numbers come in the order of commits.
extension LedgerTables {
    /// The number of this transaction. Others wait for its end.
    func advance() throws(StoreError) -> Int64 {
        try database.rows("UPDATE clock SET number = number + 1 RETURNING number", []) { $0.integer(0) }.first ?? 0
    }

    /// Keeps changes of the directory for the other gateways, and for this one where it has not taken them itself.
    /// - Returns: false where others have changed rows since.
    func publish(_ changes: [DirectoryChange], at moment: WallTime, heard: Int64?) throws(StoreError) -> Bool {
        guard database.shared != nil, !changes.isEmpty else { return true }
        let number = try advance()
        if let heard {
            // Under the clock's lock, which nobody passes before this is over.
            let others = try database.rows("SELECT number FROM changes WHERE number > ? LIMIT 1", [.integer(heard)]) {
                $0.integer(0)
            }
            guard others.isEmpty else { return false }
        }
        for (position, change) in changes.enumerated() {
            try database.run(
                "INSERT INTO changes(number, position, at, maker, document) VALUES (?, ?, ?, ?, ?)",
                [
                    .integer(number), .integer(Int64(position)), .integer(moment.microseconds),
                    .integer(heard == nil ? place.maker : 0), .text(coder.encode(change)),
                ])
        }
        return true
    }

    /// Counts what a gateway has written of its part.
    func settle(_ sum: AccountSum, of gateway: UInt64) throws(StoreError) {
        guard sum.tally.money != .zero else { return }
        try database.run(
            """
            INSERT INTO shares(kind, id, part, window_start, window_end, gateway, written, ceiling, wanted)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)
            ON CONFLICT(kind, id, part, window_start, gateway) DO UPDATE SET written = CAST(LEAST(GREATEST(
                CAST(shares.written AS NUMERIC) + excluded.written, -\(Int64.max)), \(Int64.max)) AS BIGINT)
            """, Self.key(sum.account, sum.window) + [.integer(Int64(bitPattern: gateway)), Cell(sum.tally.money)])
    }

    /// Takes a gateway's word, and answers it.
    /// - Returns: nil where nobody shares.
    func tell(_ report: ShareReport) throws(StoreError) -> ShareNews? {
        guard let shared = database.shared else { return nil }
        var news = ShareNews()
        var number = place.seen
        var isAlone = false
        try database.change { () throws(StoreError) in
            number = try advance()
            let pool = try answerPool(of: report)
            try hear(report, pool: pool?.granted ?? [])
            if report.isShared {
                news = try answer(report)
                news.pool = pool
                let isLeft = news.gateways == [report.gateway] && !report.isLast
                isAlone = isLeft ? try !isPromised(butTo: report.gateway) : false
            } else {
                news.changes = try changes()
                news.isShared = try shared.isSole ? isAwaited() : true
                guard shared.isSole else { return }
                // Those that were here are gone, and limits by the minute begin anew with a gateway.
                try database.run(
                    "DELETE FROM gateways WHERE id <> 0 AND id <> ?", [.integer(Int64(bitPattern: report.gateway))])
            }
        }
        if report.isShared, shared.isSole {
            try shared.share()
            // All who waited are let in.
            try database.run("DELETE FROM gateways WHERE id = 0", [])
        } else if isAlone {
            news.isSole = try shared.endSharing()
            // Nobody else writes from here on, and memory is asked alone: so it hears all that was ever written.
            if news.isSole { news.spent = try spent(butBy: report.gateway, since: -1) }
        }
        // What a fault kept back is told with the next word.
        place.seen = number
        news.number = number
        return news
    }

    /// A word that came behind a newer one is not heard.
    private func hear(_ report: ShareReport, pool: [UInt8]) throws(StoreError) {
        let state = report.isLast ? "ended" : report.isShared ? "shared" : "sole"
        let isNew = try database.run(
            """
            INSERT INTO gateways(id, state, said, at, fits, pool) VALUES (?, ?, ?, \(ShareClock.now), ?, ?)
            ON CONFLICT(id) DO UPDATE SET state = excluded.state, said = excluded.said, at = excluded.at,
            fits = excluded.fits, pool = excluded.pool WHERE excluded.said > gateways.said
            """,
            [
                .integer(Int64(bitPattern: report.gateway)), .text(state), .integer(Int64(report.number)),
                .text((report.isLast ? "\(report.mostParts)|" : "") + Self.text(report.fits)),
                pool.isEmpty ? .null : .blob(pool),
            ])
        guard isNew == 1 else { throw StoreError(.fault, "\(name): a gateway's word came behind a newer one") }
        guard report.isLast else { return }
        try database.run(
            "UPDATE shares SET ceiling = written, wanted = 0 WHERE gateway = ?",
            [.integer(Int64(bitPattern: report.gateway))])
    }

    /// Whether another gateway waits for this one to share.
    private func isAwaited() throws(StoreError) -> Bool {
        try !database.rows(
            "SELECT id FROM gateways WHERE id = 0 AND at > \(ShareClock.ago(seconds: 10))", [], { $0.integer(0) }
        ).isEmpty
    }

    /// Whether others may have spent what is not written.
    private func isPromised(butTo gateway: UInt64) throws(StoreError) -> Bool {
        try !database.rows(
            "SELECT gateway FROM shares WHERE ceiling > written AND gateway <> ? LIMIT 1",
            [.integer(Int64(bitPattern: gateway))], { $0.integer(0) }
        ).isEmpty
    }

    private func answer(_ report: ShareReport) throws(StoreError) -> ShareNews {
        var news = ShareNews()
        news.isShared = true
        let others = try gateways()
        news.gateways = others.map(\.id).sorted()
        let all = Self.text(news.gateways)
        news.othersFit = others.allSatisfy {
            $0.id == report.gateway || $0.fits == all || $0.mostParts >= others.count
        }
        news.changes = try changes()
        let living = Set(others.filter(\.isAlive).map(\.id))
        for ask in report.asks { news.grants.append(try grant(ask, to: report.gateway, among: living)) }
        news.spent = try spent(butBy: report.gateway, since: place.seen)
        news.wanted = try wanted(butBy: report.gateway)
        return news
    }

    private struct Gateway {
        let id: UInt64
        /// The gateways among which limits may be divided so that it is within its parts.
        let fits: String
        /// Of one that has ended: among so many, whoever they are.
        let mostParts: Int
        let isAlive: Bool

        /// - Parameter said: Both, with a bar between; without the number where it has not ended.
        init(id: UInt64, said: String, isAlive: Bool) {
            let parts = said.split(separator: "|", omittingEmptySubsequences: false)
            self.id = id
            fits = parts.last.map { String($0) } ?? ""
            mostParts = parts.count > 1 ? Int(parts[0]) ?? 0 : 0
            self.isAlive = isAlive
        }
    }

    /// All whose use of the last minute counts, and whether they are there.
    private func gateways() throws(StoreError) -> [Gateway] {
        try database.rows(
            """
            SELECT id, fits, CASE WHEN state <> 'ended' AND at > \(ShareClock.ago(seconds: 15)) THEN 1 ELSE 0 END
            FROM gateways WHERE id <> 0 AND at > \(ShareClock.ago(seconds: 70))
            """, []
        ) {
            Gateway(
                id: UInt64(bitPattern: $0.integer(0)), said: $0.text(1), isAlive: $0.integer(2) == 1)
        }
    }

    private func changes() throws(StoreError) -> [ShareNews.DatedChange] {
        let rows = try database.rows(
            "SELECT at, document FROM changes WHERE number > ? AND maker <> ? ORDER BY number, position",
            [.integer(place.seen), .integer(place.maker)]
        ) { ($0.integer(0), $0.text(1)) }
        return rows.compactMap { at, document in
            coder.decode(DirectoryChange.self, document).map { .init($0, at: WallTime(microseconds: at)) }
        }
    }

    /// What others have spent in all, of sums that were changed behind that transaction; -1: of all sums.
    private func spent(butBy gateway: UInt64, since number: Int64) throws(StoreError) -> [OthersSpend] {
        try database.rows(
            """
            SELECT spend.kind, spend.id, spend.part, spend.window_start, spend.window_end,
            spend.money - COALESCE(shares.written, 0)
            FROM spend LEFT JOIN shares ON shares.kind = spend.kind AND shares.id = spend.id
            AND shares.part = spend.part AND shares.window_start = spend.window_start AND shares.gateway = ?
            WHERE spend.changed > ? ORDER BY spend.window_start
            """, [.integer(Int64(bitPattern: gateway)), .integer(number)]
        ) { row in
            Self.account(row).map {
                OthersSpend(
                    account: $0,
                    window: BudgetWindow(
                        start: WallTime(microseconds: row.integer(3)), end: WallTime(microseconds: row.integer(4))),
                    money: row.money(5))
            }
        }.compactMap(\.self)
    }

    /// Accounts of which others need more than is left, in windows that go on.
    private func wanted(butBy gateway: UInt64) throws(StoreError) -> [AccountName] {
        try database.rows(
            """
            SELECT DISTINCT kind, shares.id, part FROM shares JOIN gateways ON gateways.id = shares.gateway
            WHERE wanted = 1 AND gateway <> ? AND at > \(ShareClock.ago(seconds: 2))
            AND window_end > \(ShareClock.now) LIMIT 1000
            """, [.integer(Int64(bitPattern: gateway))]
        ) { Self.account($0) }.compactMap(\.self)
    }

    private static func text(_ gateways: [UInt64]) -> String { gateways.map { String($0) }.joined(separator: " ") }

    private static func account(_ row: Source.Cells) -> AccountName? {
        AccountName.Kind(rawValue: row.text(0)).flatMap { AccountName(kind: $0, id: row.text(1), part: row.text(2)) }
    }

    static func key(_ account: AccountName) -> [Cell] {
        [.text(account.kind.rawValue), .text(account.id), .text(account.part)]
    }

    static func key(_ account: AccountName, _ window: BudgetWindow) -> [Cell] {
        key(account) + [.integer(window.start.microseconds), .integer(window.end.microseconds)]
    }
}

/// The database's clock, in microseconds since 1970: those of gateways may differ.
enum ShareClock {
    static let now = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"

    static func ago(seconds: Int) -> String { "\(now) - \(seconds)000000" }
}
