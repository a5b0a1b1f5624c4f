import CSQLite
import Glibc

/// One connection to a SQLite file, for one thread or actor at a time.
///
/// Statements are compiled once per text and kept, so texts must be constants and values parameters: a text made of data
/// would also be an open door.
public final class Connection {
    /// How a file is opened.
    public enum Access: Sendable {
        /// To be read only; it must be there.
        case readOnly
        /// To be read and written, and made where there is none, readable by its owner alone.
        case readWrite
    }

    let pointer: OpaquePointer
    private var kept: [String: Statement] = [:]
    /// The one that was used last. A batch runs one statement many times, and its text is longer than what it writes.
    private var last: (sql: String, statement: Statement)?

    /// Opens a file, or `:memory:`. Files beside it (`-wal`, `-shm`) get the same permissions.
    ///
    /// - Parameters:
    ///   - path: A path, never taken for a URI.
    ///   - access: To read, or to write as well.
    ///   - busyMilliseconds: How long a statement waits for another connection's lock.
    public init(path: String, access: Access = .readWrite, busyMilliseconds: Int32) throws(SQLiteError) {
        Self.library
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        switch access {
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        case .readWrite:
            flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            if path != ":memory:" { Self.makeFile(path) }
        }
        var opened: OpaquePointer?
        // Debian's library reads names that begin with `file:` as URIs.
        let name = path.hasPrefix("file:") ? "./" + path : path
        let code = sqlite3_open_v2(name, &opened, flags, nil)
        guard let opened else { throw SQLiteError(code: SQLITE_NOMEM, message: "out of memory") }
        guard code == SQLITE_OK else {
            let error = SQLiteError(of: opened, code: code)
            sqlite3_close_v2(opened)
            throw error
        }
        pointer = opened
        sqlite3_busy_timeout(opened, busyMilliseconds)
    }

    deinit {
        last = nil
        kept.removeAll()
        sqlite3_close_v2(pointer)
    }

    /// SQLite counts every byte of memory under one lock, for who asks how many there are: nobody does. Set before its first use,
    /// since later it is refused.
    private static let library: Void = csqlite_count_no_memory()

    /// SQLite itself would make the file with whatever the umask leaves. Only a file that is not there is made: to close
    /// one that is open elsewhere in this process would drop its locks.
    private static func makeFile(_ path: String) {
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 { close(file) }
    }

    /// Runs every statement of a script, and passes over the rows they answer.
    public func execute(script: String) throws(SQLiteError) {
        let failure = script.withCString { start -> SQLiteError? in
            do throws(SQLiteError) {
                var next: UnsafePointer<CChar>? = start
                while let text = next, text.pointee != 0 {
                    guard let statement = try Statement(text, rest: &next, of: pointer) else { continue }
                    while try statement.step() {}
                }
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Runs one statement.
    /// - Returns: How many rows it has inserted, changed or deleted.
    @discardableResult
    public func run(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> Int {
        try forEachRow(sql, values) { _ in }
        return Int(sqlite3_changes64(pointer))
    }

    /// Runs one statement, and lends each row it answers.
    public func forEachRow(_ sql: String, _ values: [Value] = [], _ body: (Row) -> Void) throws(SQLiteError) {
        let statement = try statement(sql)
        statement.isInUse = true
        defer {
            statement.reset()
            statement.isInUse = false
        }
        try statement.bind(values)
        while try statement.step() { body(Row(statement: statement.pointer)) }
    }

    /// What `read` makes of each row, in their order.
    public func rows<Element>(
        _ sql: String, _ values: [Value] = [], _ read: (Row) -> Element
    ) throws(SQLiteError) -> [Element] {
        var found: [Element] = []
        try forEachRow(sql, values) { found.append(read($0)) }
        return found
    }

    /// The first row's first column as a number; nil where there is no row or it is NULL.
    public func integer(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> Int64? {
        var found: Int64??
        try forEachRow(sql, values) { if found == nil { found = .some($0.integerIfAny(0)) } }
        return found ?? nil
    }

    /// The kept statement of this text. One that is in use, further up the stack, is not taken twice.
    private func statement(_ sql: String) throws(SQLiteError) -> Statement {
        if let last, !last.statement.isInUse, last.sql == sql { return last.statement }
        let known = kept[sql]
        if let known, !known.isInUse {
            last = (sql, known)
            return known
        }
        let made = try Statement.one(sql, of: pointer)
        guard known == nil else { return made }
        // Far more than there are constant texts; a caller that makes texts of parts does not fill the memory.
        if kept.count >= 200 { kept = kept.filter(\.value.isInUse) }
        kept[sql] = made
        return made
    }
}
