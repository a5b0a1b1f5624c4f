import Ledger

extension LedgerTables {
    /// Notes what an administrator did.
    func note(_ entry: AuditEntry) throws(StoreError) {
        try database.run(
            "INSERT INTO audit(at, actor, action, kind, object, address, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(entry.at.microseconds), .text(entry.actor), .text(entry.action), .text(entry.kind),
                .text(entry.object), Cell(entry.address), Cell(entry.before), Cell(entry.after),
            ])
    }
}
