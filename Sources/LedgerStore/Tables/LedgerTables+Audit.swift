import Ledger

extension LedgerTables {
    /// What administrators did, the latest first.
    func audit(_ page: AuditPage) throws(StoreError) -> [AuditEntry] {
        var parts: [String] = []
        var values: [Cell] = []
        if let kind = page.kind {
            parts.append("kind = ?")
            values.append(.text(kind))
        }
        if let object = page.object {
            parts.append("object = ?")
            values.append(.text(object))
        }
        let condition = parts.isEmpty ? "" : "WHERE " + parts.joined(separator: " AND ")
        values += [Cell(max(page.limit, 0)), Cell(max(page.skip, 0))]
        return try database.rows(
            """
            SELECT at, actor, action, kind, object, address, before, after FROM audit \(condition)
            ORDER BY number DESC LIMIT ? OFFSET ?
            """, values
        ) { row in
            var entry = AuditEntry(
                at: WallTime(microseconds: row.integer(0)), actor: row.text(1), action: row.text(2), kind: row.text(3),
                object: row.text(4))
            entry.address = row.textIfAny(5)
            entry.before = row.textIfAny(6)
            entry.after = row.textIfAny(7)
            return entry
        }
    }

    func note(_ entry: AuditEntry) throws(StoreError) {
        try database.run(
            "INSERT INTO audit(at, actor, action, kind, object, address, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(entry.at.microseconds), .text(entry.actor), .text(entry.action), .text(entry.kind),
                .text(entry.object), Cell(entry.address), Cell(entry.before), Cell(entry.after),
            ])
    }

    /// Documents of one kind, by their id.
    func documents(_ kind: String) throws(StoreError) -> [String: String] {
        let pairs = try database.rows("SELECT id, document FROM documents WHERE kind = ?", [.text(kind)]) {
            ($0.text(0), $0.text(1))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// Keeps a document of the operator's, or removes it (nil).
    func keep(_ document: String?, kind: String, id: String, audit: [AuditEntry]) throws(StoreError) {
        try database.change { () throws(StoreError) in
            if let document {
                try database.run(
                    "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT(kind, id) DO UPDATE SET document = excluded.document",
                    [.text(kind), .text(id), .text(document)])
            } else {
                try database.run("DELETE FROM documents WHERE kind = ? AND id = ?", [.text(kind), .text(id)])
            }
            for entry in audit { try note(entry) }
        }
    }
}
