/// The tables beside the ledger, in SQLite's words, and the steps by which an older file is brought to them.
///
/// A step that was released is never changed: another one follows it.
enum KeptSchema {
    static let steps = [answers]

    private static let answers = """
        -- Moments are in microseconds since 1970.
        CREATE TABLE answers(
            owner TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, confinement INTEGER NOT NULL,
            object BLOB NOT NULL, items BLOB NOT NULL, PRIMARY KEY(owner, id)) STRICT;
        CREATE INDEX answers_by_end ON answers(until);
        """
}
