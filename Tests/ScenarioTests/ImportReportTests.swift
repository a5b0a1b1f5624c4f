import ArgumentParser
import Ledger
import LedgerStore
import Testing

@testable import CLI

/// What `drover import-litellm` prints, and how it ends.
@Suite struct ImportReportTests {
    static func taken(_ keys: [[String: String]], requests: Int = 0) -> LiteLLMImport {
        var dump = LiteLLMDump()
        dump.rows[.keys] = keys.map { LiteLLMRow($0) }
        if requests > 0 { dump.others[.requests] = requests }
        return LiteLLMImport(dump, into: LedgerImage(), at: WallTime(microseconds: 1_795_564_800_000_000))
    }

    static let token = String(repeating: "0a", count: 32)

    @Test func `the table counts rows of each kind, and a line says what is lost and why`() {
        let taken = Self.taken(
            [["token": Self.token, "key_alias": "ann\u{1B}[2J", "tpd_limit": "7"], ["token": "plain"]], requests: 3)
        #expect(
            ImportReport(taken).text(coloured: false) == """
                ROWS      CARRIED OVER  HERE ALREADY  LEFT OUT
                keys                 1             0         1
                requests             0             0         3

                Not carried over:
                key ann\("\u{1B}[2J".forTerminal) (0a0a0a0a): tpd_limit is not held here
                key sk-...: its token is no SHA-256, so that no key is the one
                request all: rows of finished requests stay where they are; what was spent is carried over

                """)
        #expect(!ImportReport(taken).text(coloured: false).contains("\u{1B}"))
        #expect(!taken.isWhole)
    }

    @Test func `rows of finished requests and sessions of a dashboard are missed by nobody`() {
        let taken = Self.taken(
            [["token": Self.token], ["token": Self.token, "team_id": "litellm-dashboard"]], requests: 3)
        #expect(taken.isWhole && taken.notes.count == 2)
    }

    @Test func `to write and not to write are opposites`() {
        #expect(throws: (any Error).self) { try ImportCommand.parse(["postgres://h/d", "--write", "--dry-run"]) }
        #expect(try! ImportCommand.parse(["folder", "--dry-run"]).write == false)
    }
}
