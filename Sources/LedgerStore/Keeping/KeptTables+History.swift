import Ledger

/// The last day of each box.
extension KeptTables {
    private static var day: Int64 { 86_400 }
    private static var spanSeconds: Int64 { 300 }
    /// Moves of a box that are kept; the oldest go first.
    private static var mostMoves: Int64 { 200 }

    func spans(at now: WallTime) throws(StoreError) -> [KeptSpan] {
        try database.rows(
            """
            SELECT box, number, looks, out, busiest, requests, first_token, rate, loads, evictions FROM spans
            WHERE number > ? ORDER BY box, number
            """, [.integer(Self.oldestSpan(at: now))]
        ) { row in
            var span = KeptSpan(box: row.text(0), number: row.integer(1))
            (span.looks, span.out) = (Int(row.integer(2)), Int(row.integer(3)))
            (span.busiest, span.requests) = (Int(row.integer(4)), Int(row.integer(5)))
            span.firstTokenMilliseconds = row.integerIfAny(6).map { Double($0) / 1_000 }
            span.tokensPerSecond = row.integerIfAny(7).map { Double($0) / 1_000 }
            (span.loads, span.evictions) = (Int(row.integer(8)), Int(row.integer(9)))
            return span
        }
    }

    func moves(at now: WallTime) throws(StoreError) -> [KeptMove] {
        try database.rows(
            "SELECT box, at, model, is_load FROM moves WHERE at > ? ORDER BY box, at, is_load, model",
            [.integer(Self.oldestMove(at: now))]
        ) { row in
            KeptMove(
                box: row.text(0), unixSeconds: row.integer(1), model: row.text(2), isLoad: row.integer(3) != 0)
        }
    }

    func put(_ span: KeptSpan) throws(StoreError) {
        func thousandths(_ value: Double?) -> Cell { Cell(value.flatMap { Int64(exactly: ($0 * 1_000).rounded()) }) }
        try database.run(
            """
            INSERT INTO spans(box, number, looks, out, busiest, requests, first_token, rate, loads, evictions)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(box, number) DO UPDATE SET looks = excluded.looks,
            out = excluded.out, busiest = excluded.busiest, requests = excluded.requests,
            first_token = excluded.first_token, rate = excluded.rate, loads = excluded.loads,
            evictions = excluded.evictions
            """,
            [
                .text(span.box), .integer(span.number), Cell(span.looks), Cell(span.out), Cell(span.busiest),
                Cell(span.requests), thousandths(span.firstTokenMilliseconds), thousandths(span.tokensPerSecond),
                Cell(span.loads), Cell(span.evictions),
            ])
    }

    func put(_ moves: [KeptMove]) throws(StoreError) {
        for move in moves {
            try database.run(
                "INSERT INTO moves(box, at, model, is_load) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [.text(move.box), .integer(move.unixSeconds), .text(move.model), Cell(move.isLoad)])
        }
        for box in Set(moves.map(\.box)) {
            try database.run(
                """
                DELETE FROM moves WHERE box = ? AND at < (
                    SELECT at FROM moves WHERE box = ? ORDER BY at DESC LIMIT 1 OFFSET ?)
                """, [.text(box), .text(box), .integer(Self.mostMoves - 1)])
        }
    }

    func forgetHistory(before now: WallTime) throws(StoreError) {
        try database.run("DELETE FROM spans WHERE number <= ?", [.integer(Self.oldestSpan(at: now))])
        try database.run("DELETE FROM moves WHERE at <= ?", [.integer(Self.oldestMove(at: now))])
    }

    private static func oldestSpan(at now: WallTime) -> Int64 {
        now.microseconds / 1_000_000 / spanSeconds - day / spanSeconds
    }

    private static func oldestMove(at now: WallTime) -> Int64 { now.microseconds / 1_000_000 - day }
}
