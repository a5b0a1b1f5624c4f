import CSQLite

/// What SQLite could not do.
public struct SQLiteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is to be done about it depends on this, not on the text.
    public enum Reason: Equatable, Sendable {
        /// Another connection holds the lock, for longer than the busy timeout.
        case busy
        /// The disk is full, or the file may grow no further.
        case full
        /// The file, its folder or its file system may not be written.
        case readOnly
        /// The file is damaged, or is no database.
        case corrupt
        /// The file cannot be opened: no such folder, or no permission.
        case cannotOpen
        /// The system failed to read or write.
        case inputOutput
        /// The row is against a rule of the schema: a second one with this key, or a column without a value.
        case constraint
        /// Anything else: a fault in the statement or in its use.
        case fault
    }

    /// SQLite's extended result code.
    public let code: Int32
    /// SQLite's own words.
    public let message: String

    /// An error of this code.
    public init(code: Int32, message: String) {
        (self.code, self.message) = (code, message)
    }

    /// The code's kind.
    public var reason: Reason {
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
        case SQLITE_FULL: .full
        case SQLITE_READONLY: .readOnly
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: .cannotOpen
        case SQLITE_IOERR: .inputOutput
        case SQLITE_CONSTRAINT: .constraint
        default: .fault
        }
    }

    /// The words and the code, for a log.
    public var description: String { "\(message) (SQLite \(code))" }
}
