import PostgreSQL

extension LiteLLMDump {
    /// Reads LiteLLM's database in one transaction that only reads: all of it is as of one moment.
    /// - Parameter address: `postgres://user:password@host:port/database`, or libpq's own words.
    public init(database address: String) throws(StoreError) {
        self.init()
        let server = PostgreSQLDatabase.withoutPassword(address)
        do throws(PostgreSQLError) {
            let session = try Session(address)
            try session.execute(script: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for table in Table.allCases { try read(table, session) }
            try session.execute(script: "COMMIT")
        } catch { throw StoreError(error, server: server) }
        guard rows[.keys] != nil else {
            throw StoreError(
                .fault, "\(server): there is no table \(Table.keys.rawValue): this is not LiteLLM's database")
        }
    }

    private mutating func read(_ table: Table, _ session: Session) throws(PostgreSQLError) {
        // The schema of the address's user comes first, as it does for LiteLLM.
        let places = try session.rows(
            """
            SELECT quote_ident(n.nspname), a.attname::TEXT, quote_ident(a.attname)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            WHERE c.oid = (
                SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relname = $1 AND c.relkind IN ('r', 'p')
                ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname LIMIT 1)
                AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
            """, [.text(table.rawValue)]
        ) { (schema: $0.text(0), name: $0.text(1), column: $0.text(2)) }
        guard let schema = places.first?.schema else { return }
        let from = "\(schema).\"\(table.rawValue)\""
        guard table.isRead else {
            others[table] = try session.rows("SELECT count(*)::TEXT FROM \(from)", []) { Int($0.integer(0)) }.first
            return
        }
        let columns = places.map { "\($0.column)::TEXT" }.joined(separator: ", ")
        rows[table] = try session.rows("SELECT \(columns) FROM \(from) ORDER BY 1, 2", []) { record in
            var cells: [String: String] = [:]
            for (index, place) in places.enumerated() { cells[place.name] = record.textIfAny(Int32(index)) }
            return LiteLLMRow(cells)
        }
    }
}
