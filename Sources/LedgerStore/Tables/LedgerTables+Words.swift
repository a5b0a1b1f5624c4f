import Ledger

/// What was said in requests.
extension LedgerTables {
    /// Keeps the words of a request whose row is there; what was kept of it before stays.
    func insert(_ words: EntryWords, of requestID: String) throws(StoreError) {
        try database.run(
            """
            INSERT INTO words SELECT request_id, ?, ? FROM requests WHERE request_id = ?
            ON CONFLICT(request_id) DO NOTHING
            """,
            [.text(words.request), Cell(words.response), .text(requestID)])
    }

    /// The words of a request, by its row's own name; nil where none are kept.
    func words(of requestID: String) throws(StoreError) -> EntryWords? {
        try database.rows("SELECT request, response FROM words WHERE request_id = ?", [.text(requestID)]) { row in
            EntryWords(request: row.text(0), response: row.textIfAny(1))
        }.first
    }
}
