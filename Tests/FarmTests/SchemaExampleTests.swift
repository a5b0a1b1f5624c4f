import Testing

@testable import Farm

@Suite struct SchemaExampleTests {
    private func example(_ schema: String, seed: UInt64 = 1) throws -> JSONValue {
        var example = SchemaExample(root: try JSONParser.parse(schema), prefix: "box 2: ", dice: Dice(seed: seed))
        return example.value()
    }

    @Test(arguments: 1...30)
    func `values keep to their types and bounds`(seed: UInt64) throws {
        let value = try example(
            """
            {"type":"object","properties":{"text":{"type":"string","minLength":30,"maxLength":32},
            "whole":{"type":"integer","minimum":-7,"maximum":-3},"part":{"type":"number","minimum":0.25,"maximum":0.5},
            "one":{"enum":["a",2,null]},"same":{"const":{"x":1}},"none":{"type":"null"},"either":{"anyOf":[{"type":"boolean"}]},
            "maybe":{"type":["integer","null"]},"list":{"type":"array","minItems":3,"items":{"$ref":"#/$defs/flag"}}},
            "$defs":{"flag":{"type":"boolean"}}}
            """, seed: seed)
        #expect(value.names == ["text", "whole", "part", "one", "same", "none", "either", "maybe", "list"])
        let text = try #require(value["text"]?.string)
        #expect(text.hasPrefix("box 2: ") && (30...32).contains(text.count))
        #expect((-7 ... -3).contains(value["whole"]?.int ?? 0))
        #expect((0.25...0.5).contains(value["part"]?.double ?? 0))
        #expect([.string("a"), .number("2"), nil].contains(value["one"]))
        #expect(value["same"]?["x"]?.int == 1)
        #expect(value["either"]?.bool != nil && value["maybe"]?.int != nil)
        #expect(value["list"]?.array?.count == 3 && value["list"]?[2]?.bool != nil)
    }

    @Test func `a schema that contains itself, or asks for a million, stays small`() throws {
        let tree = ##"{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"}}}"##
        #expect(try example(tree).text.utf8.count < 100_000)
        #expect(try example(#"{"type":"array","minItems":1000000}"#).array?.count == 16)
        #expect(try example(#"{"type":"string","minLength":1000000}"#).string!.count < 1_100)
    }
}
