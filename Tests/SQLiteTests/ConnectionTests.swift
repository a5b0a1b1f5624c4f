import Glibc
import SQLite
import Testing

@Suite struct ConnectionTests {
    let scratch = Scratch()

    func opened(_ access: Connection.Access = .readWrite, wait: Int32 = 0) throws -> Connection {
        try Connection(path: scratch.book, access: access, busyMilliseconds: wait)
    }

    @Test(arguments: [
        Value.null, .integer(.min), .integer(.max), .integer(0), .real(-0.5), .text(""), .text("a"),
        .text("ü\u{0}'; DROP TABLE t--"),
        .blob([]), .blob([0, 255, 0]),
    ])
    func `gives back each value as it was given`(_ value: Value) throws {
        let connection = try opened()
        try connection.execute(script: "CREATE TABLE t(v)")
        try connection.run("INSERT INTO t VALUES (?)", [value])
        #expect(try connection.rows("SELECT v FROM t") { $0.value(0) } == [value])
        #expect(try connection.integer("SELECT count(*) FROM t WHERE v IS ?", [value]) == 1)
    }

    @Test func `reads columns in the type that is asked for`() throws {
        let connection = try opened()
        try connection.forEachRow("SELECT 7, 'seven', x'07', NULL, 1.5") { row in
            #expect(row.integer(0) == 7 && row.text(0) == "7")
            #expect(row.text(1) == "seven" && row.textIfAny(1) == "seven")
            #expect(row.blob(2) == [7] && row.withBytes(2) { $0.count } == 1)
            #expect(row.isNull(3) && row.integerIfAny(3) == nil && row.textIfAny(3) == nil && row.blob(3).isEmpty)
            #expect(row.real(4) == 1.5)
        }
    }

    @Test func `takes optional values for NULL`() {
        #expect(Value(String?.none) == .null && Value(Int?.none) == .null && Value(Int64?.none) == .null)
        #expect(Value([UInt8]?.none) == .null)
        #expect(Value("a") == .text("a") && Value(3) == .integer(3) && Value(true) == .integer(1))
    }

    @Test func `says how many rows a statement changed`() throws {
        let connection = try opened()
        try connection.execute(script: "CREATE TABLE t(v INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3);")
        #expect(try connection.run("DELETE FROM t WHERE v > ?", [.integer(1)]) == 2)
        #expect(try connection.run("INSERT OR IGNORE INTO t VALUES (1)") == 0)
    }

    @Test func `runs a script to its end, comments and all`() throws {
        let connection = try opened()
        try connection.execute(script: "-- a comment\nCREATE TABLE a(v);\n;CREATE TABLE b(v); -- the end\n")
        #expect(try connection.integer("SELECT count(*) FROM sqlite_schema") == 2)
    }

    @Test func `names the fault of a statement`() throws {
        let connection = try opened()
        let error = try #require(throws: SQLiteError.self) { try connection.run("SELEKT 1") }
        #expect(error.reason == .fault && error.message.contains("SELEKT"))
        #expect(throws: SQLiteError.self) { try connection.execute(script: "CREATE TABLE a(v); SELEKT 1") }
    }

    @Test func `a statement is usable after its failure`() throws {
        let connection = try opened()
        try connection.execute(script: "CREATE TABLE t(v INTEGER PRIMARY KEY)")
        try connection.run("INSERT INTO t VALUES (?)", [.integer(1)])
        let error = try #require(throws: SQLiteError.self) {
            try connection.run("INSERT INTO t VALUES (?)", [.integer(1)])
        }
        #expect(error.reason == .constraint)
        try connection.run("INSERT INTO t VALUES (?)", [.integer(2)])
        #expect(try connection.integer("SELECT sum(v) FROM t") == 3)
    }

    @Test func `the same text may be asked within itself`() throws {
        let connection = try opened()
        try connection.execute(script: "CREATE TABLE t(v); INSERT INTO t VALUES (1), (2)")
        var pairs = 0
        try connection.forEachRow("SELECT v FROM t") { _ in
            pairs += (try? connection.rows("SELECT v FROM t") { $0.integer(0) }.count) ?? 0
        }
        #expect(pairs == 4)
    }

    @Test func `answers nil for no row and for NULL`() throws {
        let connection = try opened()
        #expect(try connection.integer("SELECT 1 WHERE 0") == nil)
        #expect(try connection.integer("SELECT NULL") == nil)
        #expect(try connection.integer("SELECT 5 UNION ALL SELECT 6") == 5)
    }

    @Test func `a new file is for its owner alone, and so are those beside it`() throws {
        let before = umask(0)
        defer { umask(before) }
        let connection = try opened()
        try connection.execute(script: "PRAGMA journal_mode=WAL; CREATE TABLE t(v)")
        for file in [scratch.book, scratch.book + "-wal", scratch.book + "-shm"] {
            #expect(scratch.mode(of: file) == 0o600, "\(file)")
        }
    }

    @Test func `a name that looks like an address is a file`() throws {
        // Taken for an address this would be a database in memory, which is there always.
        let error = try #require(throws: SQLiteError.self) {
            _ = try Connection(path: "file:\(scratch.path)/none?mode=memory", access: .readOnly, busyMilliseconds: 0)
        }
        #expect(error.reason == .cannotOpen)
    }

    @Test func `a folder that is not there is named as such`() throws {
        let error = try #require(throws: SQLiteError.self) {
            _ = try Connection(path: scratch.path + "/none/book", busyMilliseconds: 0)
        }
        #expect(error.reason == .cannotOpen)
        #expect(throws: SQLiteError.self) { _ = try opened(.readOnly) }
    }

    @Test func `a file that is no database is told as corrupt`() throws {
        let file = try #require(fopen(scratch.book, "w"))
        fputs(String(repeating: "no database at all\n", count: 500), file)
        fclose(file)
        let error = try #require(throws: SQLiteError.self) { try opened().run("SELECT * FROM sqlite_schema") }
        #expect(error.reason == .corrupt)
    }

    @Test func `what is opened to be read is not written`() throws {
        try opened().execute(script: "CREATE TABLE t(v)")
        let error = try #require(throws: SQLiteError.self) { try opened(.readOnly).run("INSERT INTO t VALUES (1)") }
        #expect(error.reason == .readOnly)
    }
}
