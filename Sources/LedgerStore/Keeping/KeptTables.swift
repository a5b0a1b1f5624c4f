import Ledger

/// The tables beside the ledger, in statements.
struct KeptTables<Source: Database> {
    let database: Source

    func read(at now: WallTime) throws(StoreError) -> KeptRows {
        var rows = KeptRows()
        rows.answers = try answers("until > ? ORDER BY until", [.integer(now.microseconds)])
        rows.spans = try spans(at: now)
        rows.moves = try moves(at: now)
        return rows
    }

    func write(_ changes: KeptChanges, at now: WallTime) throws(StoreError) {
        try database.change { () throws(StoreError) in
            try forgetOver(at: now)
            try writeAnswers(of: changes)
            guard !changes.spans.isEmpty || !changes.moves.isEmpty else { return }
            try forgetHistory(before: now)
            for span in changes.spans { try put(span) }
            try put(changes.moves)
        }
    }

    // MARK: Answers

    /// The answer of this name, unless its time is over.
    func find(_ name: KeptAnswer.Name, at now: WallTime) throws(StoreError) -> KeptAnswer? {
        try answers(
            "owner = ? AND id = ? AND until > ?", [.text(name.owner), .text(name.id), .integer(now.microseconds)]
        ).first
    }

    /// Bytes of an answer, as a server that has `octet_length` for bytes counts them.
    static var size: StaticString { "octet_length(object) + octet_length(items) + octet_length(pieces)" }

    /// How large those of an owner's answers are that are there, unless their time is over.
    func sizes(
        of ids: [String], owner: String, at now: WallTime
    ) throws(StoreError) -> [(id: String, size: Int)] {
        guard let last = ids.last else { return [] }
        // As many marks as the next power of two, and the last id once more for each: a session keeps every text that it has seen.
        var count = 1
        while count < ids.count { count *= 2 }
        let marks = Array(repeating: "?", count: count).joined(separator: ", ")
        let all = ids + Array(repeating: last, count: count - ids.count)
        return try database.rows(
            "SELECT id, \(Self.size) FROM answers WHERE owner = ? AND until > ? AND id IN (\(marks))",
            [.text(owner), .integer(now.microseconds)] + all.map { .text($0) }
        ) { row in (row.text(0), Int(row.integer(1))) }
    }

    /// Writes answers, and forgets some.
    func writeAnswers(of changes: KeptChanges) throws(StoreError) {
        for name in changes.forgotten { _ = try forget(name, at: nil) }
        for answer in changes.answers { try put(answer) }
    }

    /// - Parameter now: one that is over by then is as if it were not there; nil: whatever is there.
    /// - Returns: whether there was one.
    func forget(_ name: KeptAnswer.Name, at now: WallTime?) throws(StoreError) -> Bool {
        try database.run(
            "DELETE FROM answers WHERE owner = ? AND id = ? AND until > ?",
            [.text(name.owner), .text(name.id), .integer(now?.microseconds ?? .min)]) > 0
    }

    /// Forgets answers whose time is over, and no more than so many; says how many there were.
    @discardableResult
    func forgetOver(at now: WallTime, most: Int64 = .max) throws(StoreError) -> Int {
        try database.run(
            "DELETE FROM answers WHERE (owner, id) IN (SELECT owner, id FROM answers WHERE until <= ? LIMIT ?)",
            [.integer(now.microseconds), .integer(most)])
    }

    private func answers(_ condition: StaticString, _ values: [Cell]) throws(StoreError) -> [KeptAnswer] {
        try database.rows(
            "SELECT owner, id, until, confinement, object, items, pieces FROM answers WHERE \(condition)", values
        ) { row in
            KeptAnswer(
                name: KeptAnswer.Name(owner: row.text(0), id: row.text(1)), object: row.bytesIfAny(4) ?? [],
                items: row.bytesIfAny(5) ?? [], pieces: row.bytesIfAny(6) ?? [],
                confinement: UInt8(truncatingIfNeeded: row.integer(3)), until: WallTime(microseconds: row.integer(2)))
        }
    }

    private func put(_ answer: KeptAnswer) throws(StoreError) {
        try database.run(
            """
            INSERT INTO answers(owner, id, until, confinement, object, items, pieces) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(owner, id) DO UPDATE SET until = excluded.until, confinement = excluded.confinement,
            object = excluded.object, items = excluded.items, pieces = excluded.pieces
            """,
            [
                .text(answer.name.owner), .text(answer.name.id), .integer(answer.until.microseconds),
                .integer(Int64(answer.confinement)), .blob(answer.object), .blob(answer.items), .blob(answer.pieces),
            ])
    }
}
