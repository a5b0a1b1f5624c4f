import Ledger

/// The tables beside the ledger, in statements.
struct KeptTables<Source: Database> {
    let database: Source

    func read(at now: WallTime) throws(StoreError) -> KeptRows {
        var rows = KeptRows()
        rows.answers = try database.rows(
            "SELECT owner, id, until, confinement, object, items FROM answers WHERE until > ? ORDER BY until",
            [.integer(now.microseconds)]
        ) { row in
            KeptAnswer(
                name: KeptAnswer.Name(owner: row.text(0), id: row.text(1)), object: row.bytesIfAny(4) ?? [],
                items: row.bytesIfAny(5) ?? [], confinement: UInt8(truncatingIfNeeded: row.integer(3)),
                until: WallTime(microseconds: row.integer(2)))
        }
        rows.spans = try spans(at: now)
        rows.moves = try moves(at: now)
        return rows
    }

    func write(_ changes: KeptChanges, at now: WallTime) throws(StoreError) {
        try database.change { () throws(StoreError) in
            try database.run("DELETE FROM answers WHERE until <= ?", [.integer(now.microseconds)])
            for name in changes.forgotten {
                try database.run(
                    "DELETE FROM answers WHERE owner = ? AND id = ?", [.text(name.owner), .text(name.id)])
            }
            for answer in changes.answers { try put(answer) }
            guard !changes.spans.isEmpty || !changes.moves.isEmpty else { return }
            try forgetHistory(before: now)
            for span in changes.spans { try put(span) }
            try put(changes.moves)
        }
    }

    private func put(_ answer: KeptAnswer) throws(StoreError) {
        try database.run(
            """
            INSERT INTO answers(owner, id, until, confinement, object, items) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT(owner, id) DO UPDATE SET until = excluded.until, confinement = excluded.confinement,
            object = excluded.object, items = excluded.items
            """,
            [
                .text(answer.name.owner), .text(answer.name.id), .integer(answer.until.microseconds),
                .integer(Int64(answer.confinement)), .blob(answer.object), .blob(answer.items),
            ])
    }
}
