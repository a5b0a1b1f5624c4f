import Ledger

/// Parts of one account's budget.
extension LedgerTables {
    /// A row of `spend`.
    private struct Row {
        let window: BudgetWindow
        let tally: Tally
    }

    /// Answers what a gateway wants of a budget. Of those that are gone nobody knows what they have spent and not written, so
    /// all that was promised to them counts as spent.
    func grant(_ ask: ShareAsk, to gateway: UInt64, among living: Set<UInt64>) throws(StoreError) -> ShareGrant {
        let row = try shared(ask)
        let start: Cell = .integer(row.window.start.microseconds)
        let parts = try database.rows(
            "SELECT gateway, written, ceiling, wanted FROM shares WHERE kind = ? AND id = ? AND part = ? AND window_start = ?",
            Self.key(ask.account) + [start]
        ) {
            (
                gateway: UInt64(bitPattern: $0.integer(0)), written: $0.money(1), ceiling: $0.money(2),
                wanted: $0.integer(3)
            )
        }
        func promised(_ isCounted: (UInt64) -> Bool) -> Money {
            parts.filter { $0.gateway != gateway && isCounted($0.gateway) }.reduce(.zero) {
                $0 + max($1.ceiling - $1.written, .zero)
            }
        }
        let mine = parts.first { $0.gateway == gateway }
        let pot = SharePot(
            spent: row.tally.money, written: mine?.written ?? .zero, ceiling: mine?.ceiling ?? .zero,
            others: promised(living.contains), lost: promised { !living.contains($0) },
            isWanted: parts.contains { $0.wanted == 1 && $0.gateway != gateway && living.contains($0.gateway) },
            gateways: living.count)
        let ceiling = pot.ceiling(for: ask)
        try database.run(
            """
            INSERT INTO shares(kind, id, part, window_start, window_end, gateway, written, ceiling, wanted)
            VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)
            ON CONFLICT(kind, id, part, window_start, gateway) DO UPDATE SET window_end = excluded.window_end,
            ceiling = excluded.ceiling, wanted = excluded.wanted
            """,
            Self.key(ask.account, row.window) + [
                .integer(Int64(bitPattern: gateway)), Cell(ceiling), Cell(ceiling < ask.need),
            ])
        return ShareGrant(
            account: ask.account, asked: ask.window.start, window: row.window, ceiling: ceiling,
            others: pot.spent - pot.written, lost: pot.lost)
    }

    /// The window that all gateways have, of those that are the same: the first one. Gateways that began with none at the same
    /// time have begun a window each.
    private func shared(_ ask: ShareAsk) throws(StoreError) -> Row {
        let rows = try database.rows(
            """
            SELECT window_start, window_end, money, overrun, prompt_tokens, completion_tokens, requests FROM spend
            WHERE kind = ? AND id = ? AND part = ? AND (window_start = ? OR window_start < ? AND window_end > ?)
            ORDER BY window_start
            """,
            Self.key(ask.account) + [
                .integer(ask.window.start.microseconds), .integer(ask.window.end.microseconds),
                .integer(ask.window.start.microseconds),
            ]
        ) { row in
            Row(
                window: BudgetWindow(
                    start: WallTime(microseconds: row.integer(0)), end: WallTime(microseconds: row.integer(1))),
                tally: Tally(
                    money: row.money(2), promptTokens: row.integer(4), completionTokens: row.integer(5),
                    requests: row.integer(6), overrun: row.money(3)))
        }
        guard let first = rows.first else {
            try add(AccountSum(account: ask.account, window: ask.window, tally: Tally()), number: nil)
            return Row(window: ask.window, tally: Tally())
        }
        guard rows.count > 1 else { return first }
        var tally = first.tally
        for row in rows.dropFirst() {
            tally += row.tally
            try merge(row, into: first.window, of: ask.account)
        }
        return Row(window: first.window, tally: tally)
    }

    private func merge(_ row: Row, into window: BudgetWindow, of account: AccountName) throws(StoreError) {
        let old: [Cell] = Self.key(account) + [.integer(row.window.start.microseconds)]
        let isOld = "kind = ? AND id = ? AND part = ? AND window_start = ?"
        try database.run("DELETE FROM spend WHERE \(isOld)", old)
        try add(AccountSum(account: account, window: window, tally: row.tally), number: nil)
        try database.run(
            """
            INSERT INTO shares(kind, id, part, window_start, window_end, gateway, written, ceiling, wanted)
            SELECT kind, id, part, CAST(? AS BIGINT), CAST(? AS BIGINT), gateway, written, ceiling, 0 FROM shares
            WHERE \(isOld)
            ON CONFLICT(kind, id, part, window_start, gateway) DO UPDATE SET
            written = shares.written + excluded.written, ceiling = shares.ceiling + excluded.ceiling
            """, [.integer(window.start.microseconds), .integer(window.end.microseconds)] + old)
        try database.run("DELETE FROM shares WHERE \(isOld)", old)
    }

    /// Forgets what no gateway asks for any more: changes of a month ago, parts of windows that are over, and what was
    /// promised to gateways that have said nothing for a day.
    func forgetShares(at now: WallTime) throws(StoreError) {
        guard database.shared != nil else { return }
        let day: Int64 = 86_400 * 1_000_000
        try database.change { () throws(StoreError) in
            _ = try advance()
            try database.run("DELETE FROM changes WHERE at < ?", [.integer(now.microseconds - 30 * day)])
            try database.run("DELETE FROM gateways WHERE at < \(ShareClock.now) - \(day)", [])
            try database.run("DELETE FROM shares WHERE window_end < ?", [.integer(now.microseconds - day)])
            try database.run(
                """
                UPDATE shares SET ceiling = written, wanted = 0
                WHERE ceiling > written AND gateway NOT IN (SELECT id FROM gateways)
                """, [])
        }
    }
}
