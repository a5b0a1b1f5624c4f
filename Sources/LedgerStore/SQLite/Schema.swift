import SQLite

/// The tables of the ledger's file, and the steps by which an older file is brought to them.
///
/// A step that was released is never changed: another one follows it. `PRAGMA user_version` counts those that are done.
enum Schema {
    /// "drov": what the file says of itself where other programs look (`PRAGMA application_id`).
    static let applicationID: Int64 = 0x6472_6f76

    static let steps = [first]

    private static let first = """
        CREATE TABLE keys(
            hash BLOB NOT NULL PRIMARY KEY, alias TEXT, user_id TEXT, team_id TEXT, document TEXT NOT NULL) STRICT;
        CREATE TABLE users(id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT;
        CREATE TABLE teams(id TEXT NOT NULL PRIMARY KEY, alias TEXT, document TEXT NOT NULL) STRICT;
        CREATE TABLE customers(id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT;
        CREATE TABLE budgets(id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT;
        CREATE TABLE documents(
            kind TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY(kind, id)) STRICT;

        -- Money is in picodollars, moments are in microseconds since 1970.
        CREATE TABLE spend(
            kind TEXT NOT NULL, id TEXT NOT NULL, part TEXT NOT NULL, window_start INTEGER NOT NULL,
            window_end INTEGER NOT NULL, money INTEGER NOT NULL, overrun INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL, requests INTEGER NOT NULL,
            PRIMARY KEY(kind, id, part, window_start)) STRICT, WITHOUT ROWID;

        -- The last batch of each process: those before it are written too.
        CREATE TABLE batches(origin INTEGER NOT NULL PRIMARY KEY, number INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;

        CREATE TABLE requests(
            number INTEGER PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, call_id TEXT NOT NULL, call_type TEXT NOT NULL,
            start_at INTEGER NOT NULL, end_at INTEGER NOT NULL, first_token_at INTEGER, key BLOB, user_id TEXT,
            team_id TEXT, customer TEXT, model_asked TEXT NOT NULL, model TEXT NOT NULL, deployment TEXT NOT NULL,
            instance TEXT NOT NULL, provider TEXT NOT NULL, prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL,
            money INTEGER NOT NULL, failed_money INTEGER NOT NULL, compared_money INTEGER, status INTEGER NOT NULL,
            error TEXT, attempts INTEGER NOT NULL, fallbacks INTEGER NOT NULL, is_stream INTEGER NOT NULL, tags TEXT,
            service_class TEXT, address TEXT) STRICT;
        CREATE INDEX requests_by_start ON requests(start_at);
        CREATE INDEX requests_by_key ON requests(key, start_at);
        CREATE INDEX requests_by_user ON requests(user_id, start_at) WHERE user_id IS NOT NULL;
        CREATE INDEX requests_by_team ON requests(team_id, start_at) WHERE team_id IS NOT NULL;
        CREATE INDEX requests_by_customer ON requests(customer, start_at) WHERE customer IS NOT NULL;
        CREATE INDEX requests_by_call ON requests(call_id);
        -- Apart, so that a list of requests never reads them.
        CREATE TABLE bodies(number INTEGER PRIMARY KEY, prompt TEXT, answer TEXT) STRICT;

        -- One row per day and name of a dimension (SpendDimension).
        CREATE TABLE daily(
            dimension INTEGER NOT NULL, name TEXT NOT NULL, day INTEGER NOT NULL, requests INTEGER NOT NULL,
            failures INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
            cached_tokens INTEGER NOT NULL, money INTEGER NOT NULL, failed_money INTEGER NOT NULL,
            compared_money INTEGER NOT NULL, PRIMARY KEY(dimension, day, name)) STRICT, WITHOUT ROWID;
        CREATE INDEX daily_by_name ON daily(dimension, name, day);
        -- One row per day and combination, for the sums of one key, user or team.
        CREATE TABLE daily_owned(
            day INTEGER NOT NULL, key TEXT NOT NULL, user_id TEXT NOT NULL, team_id TEXT NOT NULL,
            model_asked TEXT NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL, instance TEXT NOT NULL,
            requests INTEGER NOT NULL, failures INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, money INTEGER NOT NULL,
            failed_money INTEGER NOT NULL, compared_money INTEGER NOT NULL,
            PRIMARY KEY(key, day, user_id, team_id, model_asked, model, provider, instance)) STRICT, WITHOUT ROWID;
        CREATE INDEX daily_owned_by_user ON daily_owned(user_id, day);
        CREATE INDEX daily_owned_by_team ON daily_owned(team_id, day);

        CREATE TABLE audit(
            number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL,
            object TEXT NOT NULL, address TEXT, before TEXT, after TEXT) STRICT;
        CREATE INDEX audit_by_object ON audit(kind, object);
        """

    /// Brings the file to the present schema, one transaction per step; a file that is there already is not written.
    static func migrate(_ connection: Connection, path: String) throws(StoreError) {
        let version = try number("PRAGMA user_version", connection, path)
        let identity = try number("PRAGMA application_id", connection, path)
        let isEmpty = try number("SELECT count(*) FROM sqlite_schema", connection, path) == 0
        guard identity == applicationID || isEmpty && identity == 0 && version == 0 else {
            throw StoreError(.damaged, "\(path) is a SQLite file of another program: name another file in drover.store")
        }
        guard version <= steps.count else {
            throw StoreError(
                .tooNew,
                "\(path) was written by a newer release (schema \(version), this one knows \(steps.count)): start that release, "
                    + "or name another file in drover.store")
        }
        do throws(SQLiteError) {
            for (index, step) in steps.enumerated() where index >= version {
                try connection.transaction { () throws(SQLiteError) in
                    // Another process may have done it between the question and the lock.
                    guard try connection.integer("PRAGMA user_version") == Int64(index) else { return }
                    try connection.execute(script: step)
                    try connection.execute(
                        script: "PRAGMA application_id=\(applicationID); PRAGMA user_version=\(index + 1)")
                }
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func number(_ sql: String, _ connection: Connection, _ path: String) throws(StoreError) -> Int64 {
        do throws(SQLiteError) {
            return try connection.integer(sql) ?? 0
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
