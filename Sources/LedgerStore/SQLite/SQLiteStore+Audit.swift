import Ledger
import SQLite

extension SQLiteStore {
    /// What administrators did, the latest first.
    public func audit(_ page: AuditPage) throws(StoreError) -> [AuditEntry] {
        var parts: [String] = []
        var values: [Value] = []
        if let kind = page.kind {
            parts.append("kind = ?")
            values.append(.text(kind))
        }
        if let object = page.object {
            parts.append("object = ?")
            values.append(.text(object))
        }
        let condition = parts.isEmpty ? "" : "WHERE " + parts.joined(separator: " AND ")
        values += [Value(max(page.limit, 0)), Value(max(page.skip, 0))]
        return try access { () throws(SQLiteError) in
            try connection.rows(
                """
                SELECT at, actor, action, kind, object, address, before, after FROM audit \(condition)
                ORDER BY number DESC LIMIT ? OFFSET ?
                """, values
            ) { row in
                var entry = AuditEntry(
                    at: WallTime(microseconds: row.integer(0)), actor: row.text(1), action: row.text(2),
                    kind: row.text(3),
                    object: row.text(4))
                entry.address = row.textIfAny(5)
                entry.before = row.textIfAny(6)
                entry.after = row.textIfAny(7)
                return entry
            }
        }
    }

    func note(_ entry: AuditEntry) throws(SQLiteError) {
        try connection.run(
            "INSERT INTO audit(at, actor, action, kind, object, address, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(entry.at.microseconds), .text(entry.actor), .text(entry.action), .text(entry.kind),
                .text(entry.object), Value(entry.address), Value(entry.before), Value(entry.after),
            ])
    }

    /// Documents of one kind, by their id.
    public func documents(_ kind: String) throws(StoreError) -> [String: String] {
        var found: [String: String] = [:]
        try access { () throws(SQLiteError) in
            try connection.forEachRow("SELECT id, document FROM documents WHERE kind = ?", [.text(kind)]) { row in
                found[row.text(0)] = row.text(1)
            }
        }
        return found
    }

    /// Keeps a document of the operator's, or removes it (nil).
    public func keep(_ document: String?, kind: String, id: String, audit: [AuditEntry]) throws(StoreError) {
        try change { () throws(SQLiteError) in
            if let document {
                try connection.run(
                    "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET document = excluded.document",
                    [.text(kind), .text(id), .text(document)])
            } else {
                try connection.run("DELETE FROM documents WHERE kind = ? AND id = ?", [.text(kind), .text(id)])
            }
            for entry in audit { try note(entry) }
        }
    }
}
