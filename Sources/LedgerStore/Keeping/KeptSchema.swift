/// The tables beside the ledger, in SQLite's words, and the steps by which an older file is brought to them.
///
/// A step that was released is never changed: another one follows it.
enum KeptSchema {
    static let steps = [answers, history, pieces]
    /// Those of a server, which has the answers alone.
    static let serverSteps = [answers, pieces]

    private static let answers = """
        -- Moments are in microseconds since 1970.
        CREATE TABLE answers(
            owner TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, confinement INTEGER NOT NULL,
            object BLOB NOT NULL, items BLOB NOT NULL, PRIMARY KEY(owner, id)) STRICT;
        CREATE INDEX answers_by_end ON answers(until);
        """

    /// The sizes of the pieces in which a stream's texts came.
    private static let pieces = "ALTER TABLE answers ADD COLUMN pieces BLOB;"

    private static let history = """
        -- Spans are numbered since 1970 and last five minutes. Times to first tokens are in microseconds, rates in tokens per
        -- thousand seconds.
        CREATE TABLE spans(
            box TEXT NOT NULL, number INTEGER NOT NULL, looks INTEGER NOT NULL, out INTEGER NOT NULL,
            busiest INTEGER NOT NULL, requests INTEGER NOT NULL, first_token INTEGER, rate INTEGER, loads INTEGER NOT NULL,
            evictions INTEGER NOT NULL, PRIMARY KEY(box, number)) STRICT, WITHOUT ROWID;
        CREATE INDEX spans_by_number ON spans(number);
        -- In seconds since 1970.
        CREATE TABLE moves(
            box TEXT NOT NULL, at INTEGER NOT NULL, model TEXT NOT NULL, is_load INTEGER NOT NULL,
            PRIMARY KEY(box, at, model, is_load)) STRICT, WITHOUT ROWID;
        CREATE INDEX moves_by_time ON moves(at);
        """
}
