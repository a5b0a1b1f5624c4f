import Testing

@testable import LedgerStore

@Suite struct LiteLLMRowTests {
    @Test(
        arguments: [
            ("{}", []), ("{a}", ["a"]), ("{llama3,mistral}", ["llama3", "mistral"]),
            (
                #"{"gpt-4o mini","a,b","q\"q","b\\s",NULL,"NULL",""}"#,
                ["gpt-4o mini", "a,b", #"q"q"#, #"b\s"#, "NULL", ""]
            ),
            ("no array", []),
        ] as [(String, [String])])
    func `an array's texts`(_ text: String, _ list: [String]) {
        #expect(LiteLLMRow(["models": text]).list("models") == list)
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("{}", false), ("[]", false), ("null", false), ("f", false), ("false", false),
            (#"{"a": null, "b": {"c": []}}"#, false), (#"{"a": 0}"#, true), ("{a}", true), ("7", true), ("t", true),
        ] as [(String?, Bool)])
    func `whether a column says something`(_ text: String?, _ says: Bool) {
        var row = LiteLLMRow([:])
        row.cells["x"] = text
        #expect(row.says("x") == says)
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b\r\n,\"\"\r\n", [["a", "b"], [nil, ""]]),
            ("a\n\"x\n\"\"y\"\",z\"", [["a"], ["x\n\"y\",z"]]), ("\u{FEFF}a\n1", [["a"], ["1"]]), ("a\n\"open", nil),
            ("", []),
        ] as [(String, [[String?]]?)])
    func `a CSV file as PostgreSQL writes it`(_ text: String, _ records: [[String?]]?) {
        #expect(CSVText.records(of: Array(text.utf8)) == records)
    }
}
