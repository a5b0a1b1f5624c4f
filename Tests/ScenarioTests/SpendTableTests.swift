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
            SpendCommand.saved(rows, by: .team, on: "openai/gpt-4o")
                == "4.1 M tokens, $31.20; the same on openai/gpt-4o $62.40")
        #expect(
            SpendCommand.saved(rows, by: .team, on: "")?.contains("the model of drover.compare_with $62.40") == true)
        #expect(SpendCommand.saved([rows[1]], by: .team, on: "openai/gpt-4o") == nil)
    }

    @Test func `bounds of the shell are the API's`() throws {
        let bounds = try BoundOptions.parse([
            "--model", "a", "--model", "b", "--budget", "50", "--per", "30d", "--rpm", "5",
        ])
        #expect(
            JSONText.object(bounds.fields).description
                == #"{"models":["a","b"],"max_budget":50.0,"budget_duration":"30d","rpm_limit":5}"#)
        #expect(throws: (any Error).self) { try BoundOptions.parse(["--per", "30d"]) }
        let exact = try BoundOptions.parse(["--budget", "0.1", "--tpm", "0"]).fields
        #expect(JSONText.object(exact).description == #"{"max_budget":0.1,"tpm_limit":0}"#)
        // More than can be counted is the most that can, as over the API.
        let most = try BoundOptions.parse(["--budget", "1e9"]).fields
        #expect(JSONText.object(most).description == #"{"max_budget":9223372.036854775807}"#)
    }

    @Test(arguments: [
        ["--budget", "nan"], ["--budget", "inf"], ["--budget", "infinity"], ["--budget=-1"],
        ["--budget", "5$"], ["--budget", ""], ["--rpm=-1"], ["--tpm=-5"],
    ])
    func `a bound that binds nobody is refused by the shell`(words: [String]) {
        #expect(throws: (any Error).self) { try BoundOptions.parse(words) }
    }

    @Test func `a team is given other bounds, or nothing is asked`() throws {
        #expect(throws: (any Error).self) { try TeamsCommand.Update.parse(["Sales"]) }
        #expect(try TeamsCommand.Update.parse(["Sales", "--rpm", "5"]).bounds.rpm == 5)
    }

    @Test func `what a deleted key has spent is not the master key's`() {
        let hash = String(repeating: "0123abcd", count: 8)
        let rows = [
            #"{"api_key":"\#(hash)","key_alias":null,"key_name":null,"total_spend":1}"#,
            #"{"api_key":"\#(hash)","key_alias":null,"key_name":"sk-...wxyz","total_spend":1}"#,
            #"{"api_key":"\#(hash)","key_alias":"ann","key_name":"sk-...wxyz","total_spend":1}"#,
            #"{"api_key":"litellm_proxy_master_key","key_alias":null,"key_name":null,"total_spend":1}"#,
        ].compactMap { JSONText($0) }
        let names = SpendCommand.table(rows, by: .key).rows.map { $0[0] }
        #expect(names == ["0123abcd… (deleted)", "sk-...wxyz", "ann", "master key"])
    }

    @Test func `a name does nothing to the terminal it is shown on`() {
        var table = TextTable(["ALIAS"])
        table.add(["a\u{1B}[2Jb\nc\u{202E}d\u{7F}"])
        #expect(table.rows == [[#"a\u{1B}[2Jb\u{A}c\u{202E}d\u{7F}"#]])
        // Letters of all languages and joined pictures are as they are.
        for name in ["Größe 東京", "\u{1F469}\u{200D}\u{1F4BB}", "עברית"] { #expect(name.forTerminal == name) }
    }

    @Test func `a refusal says what the gateway says`() {
        let refused = GatewayClientError.keyRefused(hadKey: true, message: "Expired Key")
        #expect("\(refused)".hasSuffix("must be its master key or one of a user who may do this (Expired Key)"))
        let asked = GatewayClientError.keyRefused(hadKey: false, message: "No api key passed in.")
        #expect("\(asked)".contains("asks for its master key") && "\(asked)".hasSuffix("(No api key passed in.)"))
    }
}
