import SQLite
import Testing

@Suite struct TransactionTests {
    let scratch = Scratch()

    func opened() throws -> Connection {
        let connection = try Connection(path: scratch.book, busyMilliseconds: 0)
        try connection.execute(script: "PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS t(v INTEGER PRIMARY KEY)")
        return connection
    }

    @Test func `keeps all that was done in one`() throws {
        let connection = try opened()
        let answer = try connection.transaction { () throws(SQLiteError) in
            try connection.run("INSERT INTO t VALUES (1)")
            try connection.run("INSERT INTO t VALUES (2)")
            #expect(connection.isInTransaction)
            return 5
        }
        #expect(answer == 5 && !connection.isInTransaction)
        #expect(try connection.integer("SELECT count(*) FROM t") == 2)
    }

    @Test func `keeps nothing of one that fails`() throws {
        let connection = try opened()
        try connection.run("INSERT INTO t VALUES (1)")
        #expect(throws: SQLiteError.self) {
            try connection.transaction { () throws(SQLiteError) in
                try connection.run("INSERT INTO t VALUES (2)")
                try connection.run("INSERT INTO t VALUES (1)")
            }
        }
        #expect(!connection.isInTransaction)
        #expect(try connection.rows("SELECT v FROM t") { $0.integer(0) } == [1])
    }

    @Test func `two that write do not meet, and the second is told that it is busy`() throws {
        let (first, second) = (try opened(), try opened())
        try first.transaction { () throws(SQLiteError) in
            try first.run("INSERT INTO t VALUES (1)")
            let error = #expect(throws: SQLiteError.self) {
                try second.transaction { () throws(SQLiteError) in try second.run("INSERT INTO t VALUES (2)") }
            }
            #expect(error?.reason == .busy)
        }
        try second.transaction { () throws(SQLiteError) in try second.run("INSERT INTO t VALUES (2)") }
        #expect(try first.integer("SELECT count(*) FROM t") == 2)
    }

    @Test func `a full file is told as full, keeps what it had, and takes more when there is room`() throws {
        let connection = try opened()
        try connection.execute(script: "CREATE TABLE b(bytes)")
        let pages = try #require(try connection.integer("PRAGMA page_count"))
        try connection.execute(script: "PRAGMA max_page_count=\(pages + 4)")
        let insert = { () throws(SQLiteError) in
            try connection.transaction { () throws(SQLiteError) in
                try connection.run("INSERT INTO t(v) VALUES (NULL)")
                try connection.run("INSERT INTO b VALUES (zeroblob(100000))")
            }
        }
        let error = #expect(throws: SQLiteError.self) { try insert() }
        #expect(error?.reason == .full)
        #expect(!connection.isInTransaction)
        #expect(try connection.integer("SELECT count(*) FROM t") == 0)
        try connection.execute(script: "PRAGMA max_page_count=\(pages + 1000)")
        try insert()
        #expect(try connection.integer("SELECT count(*) FROM t") == 1)
    }

    @Test func `a snapshot sees one state, whatever is written meanwhile`() throws {
        let (reader, writer) = (try opened(), try opened())
        try reader.snapshot { () throws(SQLiteError) in
            #expect(try reader.integer("SELECT count(*) FROM t") == 0)
            try writer.run("INSERT INTO t VALUES (1)")
            #expect(try reader.integer("SELECT count(*) FROM t") == 0)
        }
        #expect(try reader.integer("SELECT count(*) FROM t") == 1)
    }
}
