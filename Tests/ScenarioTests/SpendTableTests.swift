import ArgumentParser
import Dialects
import Testing

@testable import CLI

@Suite struct SpendTableTests {
    private let rows = [
        #"{"team_id":"t1","team_alias":"Marketing","requests":12,"total_tokens":4100000,"total_spend":31.2,"compared_spend":62.4}"#,
        #"{"team_id":"t2","team_alias":null,"requests":3,"total_tokens":90,"total_spend":0.0,"compared_spend":0.0}"#,
    ].compactMap { JSONText($0) }

    @Test func `a table has its numbers to the right, and whoever has no name its id`() {
        let text = SpendCommand.table(rows, by: .team).text(coloured: false)
        #expect(
            text == """
                TEAM       REQUESTS   TOKENS   SPEND
                Marketing        12  4100000  $31.20
                t2                3       90   $0.00

                """)
    }

    @Test func `what the same would have cost elsewhere is told where something is compared`() {
        #expect(
            SpendCommand.saved(rows, by: .team)
                == "4.1 M tokens, $31.20; the same on the model of drover.compare_with $62.40")
        #expect(SpendCommand.saved([rows[1]], by: .team) == nil)
    }

    @Test func `bounds of the shell are the API's`() throws {
        let bounds = try BoundOptions.parse([
            "--model", "a", "--model", "b", "--budget", "50", "--per", "30d", "--rpm", "5",
        ])
        #expect(
            JSONText.object(bounds.fields).description
                == #"{"models":["a","b"],"max_budget":50.0,"budget_duration":"30d","rpm_limit":5}"#)
        #expect(throws: (any Error).self) { try BoundOptions.parse(["--per", "30d"]) }
    }
}
