import Testing

@testable import Farm

@Suite struct JSONParserTests {
    @Test(arguments: [
        (#" {"a" : [1, -2.5e3, true, null, "x"]} trailing"#, #"{"a":[1,-2.5e3,true,null,"x"]}"#),
        (#""\u00e9\ud83e\udd99\n\/""#, "\"é🦙\\n/\""), (#""\ud83e""#, "\"\u{FFFD}\""), ("[]", "[]"), ("{}", "{}"),
        ("0", "0"), (#"{"a":1,"a":2}"#, #"{"a":1,"a":2}"#), (#""<&>""#, #""\u003c\u0026\u003e""#),
    ])
    func `reads the first value and writes it as Go does`(text: String, expected: String) throws {
        #expect(try JSONParser.parse(text).text == expected)
    }

    @Test(arguments: [
        ("", "EOF"), ("  ", "EOF"), ("{", "unexpected EOF"), ("[1", "unexpected EOF"), ("\"a", "unexpected EOF"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("{1", "invalid character '1' looking for beginning of object key string"),
        (#"{"a" 1"#, "invalid character '1' after object key"),
        (#"{"a":1 "b"#, "invalid character '\"' after object key:value pair"),
        ("[1 2", "invalid character '2' after array element"),
        ("trux", "invalid character 'x' in literal true (expecting 'e')"),
        ("\"a\nb\"", "invalid character '\\n' in string literal"),
        (#""\x""#, "invalid character 'x' in string escape code"),
        (#""\u12g4""#, "invalid character 'g' in \\u hexadecimal character escape"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1ex", "invalid character 'x' in exponent of numeric literal"),
        ("{'a'", "invalid character '\\'' looking for beginning of object key string"),
    ])
    func `says what is wrong in Go's words`(text: String, message: String) {
        #expect(throws: JSONParser.Fault(message: message)) { _ = try JSONParser.parse(text) }
    }

    @Test func `depth is bounded`() {
        #expect(throws: JSONParser.Fault(message: "exceeded max depth")) {
            _ = try JSONParser.parse(String(repeating: "[", count: 100_000))
        }
    }

    @Test func `names match regardless of case, the last one counts, null is none`() throws {
        let value = try JSONParser.parse(#"{"Model":"a","MODEL":"b","stream":null}"#)
        #expect(value["model"] == .string("b"))
        #expect(value["stream"] == nil)
    }
}
