import Dialects
import Testing

@Suite struct JSONTextTests {
    @Test func `takes valid JSON only`() {
        #expect(JSONText("{\"a\":[1]}")?.description == "{\"a\":[1]}")
        #expect(JSONText("{a:1}") == nil)
        #expect(JSONText("") == nil)
    }

    @Test func `writes values`() {
        #expect(JSONText.string("5m\"").description == #""5m\"""#)
        #expect(JSONText.integer(-1).description == "-1")
        #expect(JSONText.double(0.5).description == "0.5")
        #expect(JSONText.double(.nan) == .null)
        #expect(JSONText.bool(true).description == "true")
        #expect(JSONText.array([.integer(1), .string("a")]).description == #"[1,"a"]"#)
        #expect(JSONText.array([]).description == "[]")
        #expect(JSONText.object([("a", .null), ("b", .bool(false))]).description == #"{"a":null,"b":false}"#)
    }

    @Test(arguments: [1e21, 1e-7, -0.0, 123456789.125, .greatestFiniteMagnitude])
    func `writes every number as valid JSON`(_ value: Double) {
        #expect(JSONText(JSONText.double(value).description) != nil)
    }
}
