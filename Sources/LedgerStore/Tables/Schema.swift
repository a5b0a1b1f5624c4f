/// The ledger's tables in SQLite's words, and the steps by which an older ledger is brought to them.
///
/// A step that was released is never changed: another one follows it.
enum Schema {
    static let steps = [first, models, words, filters]
    /// Those of a server, which several gateways may have a ledger on.
    static let serverSteps = [first, sharing, pool, models, words, filters]

    private static let first = """
        CREATE TABLE keys(
            hash BLOB NOT NULL PRIMARY KEY, alias TEXT, user_id TEXT, team_id TEXT, document TEXT NOT NULL) STRICT;
        CREATE TABLE users(id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT;
        CREATE TABLE teams(id TEXT NOT NULL PRIMARY KEY, alias TEXT, document TEXT NOT NULL) STRICT;
        CREATE TABLE customers(id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT;
        CREATE TABLE budgets(id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT;

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
        -- The same by what a request can have many of: customers and tags.
        CREATE TABLE daily_named(
            dimension INTEGER NOT NULL, name TEXT NOT NULL, day INTEGER NOT NULL, key TEXT NOT NULL,
            user_id TEXT NOT NULL, team_id TEXT NOT NULL, requests INTEGER NOT NULL, failures INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL,
            money INTEGER NOT NULL, failed_money INTEGER NOT NULL, compared_money INTEGER NOT NULL,
            PRIMARY KEY(key, dimension, day, user_id, team_id, name)) STRICT, WITHOUT ROWID;
        CREATE INDEX daily_named_by_user ON daily_named(user_id, dimension, day);
        CREATE INDEX daily_named_by_team ON daily_named(team_id, dimension, day);

        CREATE TABLE audit(
            number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL,
            object TEXT NOT NULL, address TEXT, before TEXT, after TEXT) STRICT;
        """

    private static let sharing = """
        -- Counts transactions; its lock lets one be made at a time.
        CREATE TABLE clock(number INTEGER NOT NULL) STRICT;
        INSERT INTO clock VALUES (0);
        ALTER TABLE spend ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX spend_by_change ON spend(changed);
        CREATE TABLE changes(
            number INTEGER NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, maker INTEGER NOT NULL,
            document TEXT NOT NULL, PRIMARY KEY(number, position)) STRICT;
        -- Those that have said something of late; 0 is one that waits to begin.
        CREATE TABLE gateways(
            id INTEGER NOT NULL PRIMARY KEY, state TEXT NOT NULL, said INTEGER NOT NULL, at INTEGER NOT NULL,
            fits TEXT NOT NULL) STRICT;
        -- What a gateway has spent and written in a window, and what it may have spent.
        CREATE TABLE shares(
            kind TEXT NOT NULL, id TEXT NOT NULL, part TEXT NOT NULL, window_start INTEGER NOT NULL,
            window_end INTEGER NOT NULL, gateway INTEGER NOT NULL, written INTEGER NOT NULL, ceiling INTEGER NOT NULL,
            wanted INTEGER NOT NULL, PRIMARY KEY(kind, id, part, window_start, gateway)) STRICT;
        CREATE INDEX shares_wanted ON shares(gateway) WHERE wanted = 1;
        CREATE INDEX shares_promised ON shares(gateway) WHERE ceiling > written;
        """

    /// Entries of `model_list` that were made over the API. A document may hold keys of providers.
    private static let models =
        "CREATE TABLE models(id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT;"

    /// What was said in requests, where that is kept: apart from their rows, so that lists read none of it.
    private static let words = """
        CREATE TABLE words(
            request_id TEXT NOT NULL PRIMARY KEY, request TEXT NOT NULL, response TEXT) STRICT;
        """

    /// What lists are filtered by stands beside the time that they are in order of: rows that do not fit are passed over in the index,
    /// which is a tenth of the table.
    private static let filters = """
        CREATE INDEX requests_by_time ON requests(
            start_at, number, status, error, model_asked, money, failed_money);
        DROP INDEX requests_by_start;
        """

    /// What a gateway has in flight on the instances that all share.
    private static let pool = "ALTER TABLE gateways ADD COLUMN pool BLOB;"
}
