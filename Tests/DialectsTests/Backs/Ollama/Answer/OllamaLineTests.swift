import Testing

@testable import Dialects

/// What is read out of one object of an answer.
@Suite struct OllamaLineTests {
    @Test(arguments: [
        ("7", 7), ("0", 0), ("7 ", 7), ("7\n", 7), ("123456789012", 123_456_789_012), ("-7", 0), ("7.0", 0), ("7e2", 0),
        ("7E2", 0),
        ("\"7\"", 0), ("null", 0), ("[7]", 0), ("99999999999999999999999999", 1 << 40), ("1099511627777", 1 << 40),
    ])
    func `a count is a whole number, and everything else is none`(_ written: String, _ count: Int) throws {
        for end in ["}", ",\"x\":1}", " , \"done\" : true }"] {
            let line = "{\"eval_count\":\(written)\(end)"
            try Array(line.utf8).withUnsafeBytes { bytes in
                var scanner = JSONScanner(bytes)
                let read = try OllamaLine(&scanner, in: bytes)
                #expect(read.usage.completionTokens == count, "\(line)")
                #expect(scanner.position == bytes.count)
            }
        }
    }

    @Test func `each count and time has its place, whatever stands between them`() throws {
        let line =
            #"{"total_duration":1,"load_duration":2,"x":9,"prompt_eval_count":3,"prompt_eval_duration":4,"#
            + #""eval_count":5, "eval_duration" : 6 ,"eval_counts":8,"load_duratiom":8}"#
        try Array(line.utf8).withUnsafeBytes { bytes in
            var scanner = JSONScanner(bytes)
            let read = try OllamaLine(&scanner, in: bytes)
            let times = read.timings
            #expect(times.totalNanoseconds == 1 && times.loadNanoseconds == 2 && times.promptEvalNanoseconds == 4)
            #expect(times.evalNanoseconds == 6 && read.usage.promptTokens == 3 && read.usage.completionTokens == 5)
        }
    }

    @Test(arguments: ["07", "00", "7x", "7}}", "7 8"])
    func `a number that is none makes the object none`(_ written: String) {
        let line = "{\"eval_count\":\(written),\"done\":true}"
        Array(line.utf8).withUnsafeBytes { bytes in
            var scanner = JSONScanner(bytes)
            let isWhole = (try? OllamaLine(&scanner, in: bytes)) != nil && scanner.position == bytes.count
            #expect(!isWhole, "\(line)")
        }
    }
}
