import Glibc
import PostgreSQL
import Testing

private let server = getenv("DROVER_TEST_POSTGRESQL").map { String(cString: $0) }

@Suite(.enabled(if: server != nil, "run by scripts/with-postgresql")) struct SessionTests {
    let session: Session

    init() throws { session = try Session((server ?? "") + "/postgres") }

    @Test(arguments: ["", "a", "ü\n'; DROP TABLE t; --", "\\x41", "$1"])
    func `gives back each text as it was given`(_ text: String) throws {
        #expect(try session.rows("SELECT CAST($1 AS TEXT)", [.text(text)]) { $0.textIfAny(0) } == [text])
    }

    @Test(arguments: [Int64.min, -1, 0, .max])
    func `gives back each number as it was given`(_ number: Int64) throws {
        #expect(try session.rows("SELECT CAST($1 AS BIGINT)", [.integer(number)]) { $0.integerIfAny(0) } == [number])
    }

    @Test(arguments: [[], [0], [255, 0, 10, 159]] as [[UInt8]])
    func `gives back bytes as they were given`(_ bytes: [UInt8]) throws {
        #expect(try session.rows("SELECT CAST($1 AS BYTEA)", [.bytes(bytes)]) { $0.bytesIfAny(0) } == [bytes])
    }

    @Test func `NULL is none of them`() throws {
        let found = try session.rows("SELECT CAST($1 AS TEXT)", [.null]) { row in
            row.isNull(0) && row.textIfAny(0) == nil && row.integerIfAny(0) == nil && row.bytesIfAny(0) == nil
        }
        #expect(found == [true])
    }

    @Test func `says how many rows a statement changed`() throws {
        try session.execute(script: "CREATE TEMPORARY TABLE t(v BIGINT PRIMARY KEY)")
        #expect(try session.run("INSERT INTO t SELECT generate_series(1, 3)") == 3)
        #expect(try session.run("INSERT INTO t VALUES ($1) ON CONFLICT DO NOTHING", [.integer(1)]) == 0)
        #expect(try session.run("DELETE FROM t WHERE v > $1", [.integer(1)]) == 2)
    }

    @Test func `keeps all of a transaction, or nothing of one that fails`() throws {
        try session.execute(script: "CREATE TEMPORARY TABLE t(v BIGINT PRIMARY KEY)")
        try session.transaction { () throws(PostgreSQLError) in try session.run("INSERT INTO t VALUES (1)") }
        let error = #expect(throws: PostgreSQLError.self) {
            try session.transaction { () throws(PostgreSQLError) in
                try session.run("INSERT INTO t VALUES (2)")
                try session.run("INSERT INTO t VALUES (1)")
            }
        }
        #expect(error?.reason == .constraint)
        #expect(try session.rows("SELECT v FROM t", []) { $0.integer(0) } == [1])
    }

    @Test func `a session that is lost says so`() throws {
        let other = try Session((server ?? "") + "/postgres")
        let id = try other.rows("SELECT pg_backend_pid()", []) { $0.integer(0) }
        _ = try session.rows("SELECT pg_terminate_backend($1)::TEXT", [.integer(id[0])]) { $0.text(0) }
        let error = #expect(throws: PostgreSQLError.self) { try other.run("SELECT 1") }
        #expect(error?.reason == .unreachable)
        #expect(!other.isConnected)
    }
}
