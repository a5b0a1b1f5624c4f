import Foundation
import Ledger
import PostgreSQL
import Testing

@testable import LedgerStore

/// A database with the tables that LiteLLM's own migrations make.
@Suite(.enabled(if: !Scratch.isSQLite, "run by scripts/with-postgresql")) struct LiteLLMDatabaseTests {
    static let rows = """
        INSERT INTO "LiteLLM_BudgetTable"(budget_id, max_budget, created_by, updated_by) VALUES ('b', 4, 'x', 'x');
        INSERT INTO "LiteLLM_TeamTable"(team_id, team_alias, models, max_budget, budget_duration, budget_reset_at,
            members_with_roles, spend) VALUES ('t', 'Sales', '{gpt-4o,llama3}', 50, '30d', '2026-12-01',
            '[{"role": "admin", "user_id": "ann"}]', 1.5);
        INSERT INTO "LiteLLM_TeamMembership"(user_id, team_id, spend, budget_id) VALUES ('ann', 't', 0.5, 'b');
        INSERT INTO "LiteLLM_UserTable"(user_id, user_role, user_email, models) VALUES ('ann', 'internal_user', 'a@x', '{}');
        INSERT INTO "LiteLLM_EndUserTable"(user_id, blocked) VALUES ('c', true);
        INSERT INTO "LiteLLM_VerificationToken"(token, key_name, key_alias, models, max_budget, spend, user_id, team_id)
            VALUES (encode(sha256('sk-WQQ1xRqJSolQgVuq9J0d-A'), 'hex'), 'sk-...0d-A', 'a "b", c', '{llama3}', 2, 1.25,
            'ann', 't');
        """

    /// As newer releases have it: keys that others have taken the place of.
    static let former = """
        CREATE TABLE "LiteLLM_DeprecatedVerificationToken"(id TEXT NOT NULL PRIMARY KEY, token TEXT NOT NULL,
            active_token_id TEXT NOT NULL, revoke_at TIMESTAMP(3) NOT NULL,
            created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
        INSERT INTO "LiteLLM_DeprecatedVerificationToken"(id, token, active_token_id, revoke_at) VALUES ('1',
            encode(sha256('sk-before'), 'hex'), encode(sha256('sk-WQQ1xRqJSolQgVuq9J0d-A'), 'hex'),
            '2026-11-25 00:00:01');
        """

    let server = Scratch.server ?? ""
    let name = "litellm_\(UInt64.random(in: .min ... .max))"
    var address: String { "\(server)/\(name)" }

    func make(_ version: String) throws -> Session {
        try Session("\(server)/postgres").execute(script: "CREATE DATABASE \(name)")
        let session = try Session(address)
        let file = try #require(Bundle.module.url(forResource: "Fixtures/litellm-\(version)", withExtension: "sql"))
        try session.execute(script: try String(contentsOf: file, encoding: .utf8))
        try session.execute(script: Self.rows)
        return session
    }

    /// 1.106 and 1.110 have the same columns in these tables; 1.80 has fewer.
    @Test(arguments: ["1.106", "1.80"])
    func `a key of LiteLLM's database works here with its models, budget and spend`(_ version: String) async throws {
        let session = try make(version)
        if version == "1.106" {
            try session.execute(
                script: #"UPDATE "LiteLLM_VerificationToken" SET total_spend = 3, tpd_limit = 7, budget_limits = '[]'"#)
            try session.execute(script: Self.former)
        }
        let dump = try LiteLLMDump(database: address)
        let taken = LiteLLMImport(dump, into: LedgerImage(), at: LiteLLMImportTests.now)
        #expect(taken.notes.map(\.text) == (version == "1.106" ? ["tpd_limit is not held here"] : []))
        let scratch = Scratch()
        let store = OnDemandStore(.sqlite(path: scratch.book), .withChange)
        _ = try await store.load()
        try await store.take(taken, origin: 5, at: LiteLLMImportTests.now)
        let ledger = SpendLedger(LedgerState(try await store.load(), origin: 6, at: LiteLLMImportTests.now))
        let pass = try ledger.pass(for: KeyHash("sk-WQQ1xRqJSolQgVuq9J0d-A"), at: LiteLLMImportTests.now)
        #expect(pass.allows("llama3") && !pass.allows("gpt-4o"))
        #expect(pass.facts.key.alias == #"a "b", c"# && pass.facts.team?.alias == "Sales")
        let before = try? ledger.pass(for: KeyHash("sk-before"), at: LiteLLMImportTests.now)
        #expect(before?.facts.key == (version == "1.106" ? pass.facts.key : nil))
        let now = LedgerTime(wall: LiteLLMImportTests.now, ticks: 0)
        let status = try #require(ledger.status(of: .key(KeyHash("sk-WQQ1xRqJSolQgVuq9J0d-A")), at: now))
        #expect(status.spent == Money("1.25") && status.total.money == Money(version == "1.106" ? "3" : "1.25"))
        func isGranted(_ dollars: String) -> Bool {
            let bound = Money(dollars) ?? .zero
            let claim = Claim(pass: pass, model: "llama3", provider: "p", bound: bound, least: bound)
            guard case .granted(let reservation) = ledger.reserve(claim, at: now) else { return false }
            reservation.release()
            return true
        }
        #expect(isGranted("0.75") && !isGranted("0.76"))
        // Nothing was written there.
        #expect(try LiteLLMDump(database: address) == dump)
        let schemas = "SELECT nspname::TEXT FROM pg_catalog.pg_namespace WHERE nspname = 'drover'"
        #expect(try session.rows(schemas, []) { $0.text(0) } == [])
    }

    @Test func `a folder of its tables in CSV says the same`() throws {
        let session = try make("1.106")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let dump = try LiteLLMDump(database: address)
        // This release of LiteLLM has none of the keys that were regenerated.
        for table in LiteLLMDump.Table.allCases where dump.rows[table] != nil || dump.others[table] != nil {
            let columns = try session.rows(
                "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 ORDER BY attnum",
                [.text("\"\(table.rawValue)\"")]
            ) { $0.text(0) }
            // The server's own CSV, line by line.
            let names = columns.joined(separator: ",").split(separator: "\"").joined()
            let cells = columns.map { "coalesce('\"' || replace(\($0)::TEXT, '\"', '\"\"') || '\"', '')" }
            let lines = try session.rows(
                "SELECT concat_ws(',', \(cells.joined(separator: ", "))) FROM \"\(table.rawValue)\"", []
            ) { $0.text(0) }
            let text = ([names] + lines).joined(separator: "\n") + "\n"
            try text.write(
                to: folder.appendingPathComponent("\(table.rawValue).csv"), atomically: true, encoding: .utf8)
        }
        #expect(try LiteLLMDump(folder: folder.path) == dump)
    }

    @Test func `a database that is not LiteLLM's is told, and one that is not there too`() throws {
        try Session("\(server)/postgres").execute(script: "CREATE DATABASE \(name)")
        let other = #expect(throws: StoreError.self) { try LiteLLMDump(database: address) }
        #expect(other?.message.contains("not LiteLLM's database") == true)
        let away = #expect(throws: StoreError.self) { try LiteLLMDump(database: "postgres://u:secret@127.0.0.1:1/l") }
        #expect(away?.reason == .noServer && away?.message.contains("secret") == false)
        let folder = #expect(throws: StoreError.self) { try LiteLLMDump(folder: "/nowhere") }
        #expect(folder?.reason == .unreachable)
    }
}
