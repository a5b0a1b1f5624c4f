import Dialects
import Testing

@Suite struct GeminiToolsTests {
    private let tools = #"""
        "tools":[
          {"type":"function","function":{"name":"weather","description":"Tells \"it\"","strict":true,"parameters":
            {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":false,
             "properties":{"city":{"type":["string","null"],"pattern":"^a"},"days":{"exclusiveMinimum":0}},
             "required":["city"]}}},
          {"type":"function","function":{"name":"now","parameters":{"type":"object","properties":{},"required":[]}}},
          {"type":"function","function":{"name":"then"}}]
        """#

    @Test func `declares functions with their schemas as they stand`() throws {
        #expect(
            try GeminiFixture.member("tools", tools)
                == canonical(
                    #"""
                    [{"functionDeclarations":[
                      {"name":"weather","description":"Tells \"it\"","parametersJsonSchema":
                        {"$schema":"http://json-schema.org/draft-07/schema#","type":"object",
                         "additionalProperties":false,
                         "properties":{"city":{"type":["string","null"],"pattern":"^a"},"days":{"exclusiveMinimum":0}},
                         "required":["city"]}},
                      {"name":"now"},{"name":"then"}]}]
                    """#))
    }

    @Test func `keeps a schema that says more than an object without properties`() throws {
        for schema in [##"{"$ref":"#/$defs/a"}"##, #"{"type":"object","anyOf":[{}]}"#] {
            let more = #""tools":[{"type":"function","function":{"name":"f","parameters":\#(schema)}}]"#
            #expect(
                try GeminiFixture.member("tools", more)
                    == canonical(#"[{"functionDeclarations":[{"name":"f","parametersJsonSchema":\#(schema)}]}]"#))
        }
    }

    @Test(arguments: [
        (#""auto""#, #"{"mode":"AUTO"}"#), (#""none""#, #"{"mode":"NONE"}"#), (#""required""#, #"{"mode":"ANY"}"#),
        (
            #"{"type":"function","function":{"name":"now"}}"#,
            #"{"mode":"ANY","allowedFunctionNames":["now"]}"#
        ),
    ])
    func `says which may be called`(_ choice: String, _ expected: String) throws {
        #expect(
            try GeminiFixture.member("toolConfig", tools + #","tool_choice":\#(choice)"#)
                == canonical(#"{"functionCallingConfig":\#(expected)}"#))
    }

    @Test func `refuses a choice that cannot be`() throws {
        let unknown = #","tool_choice":{"type":"function","function":{"name":"other"}}"#
        #expect(try GeminiFixture.fault(Fixture.chat(tools + unknown))?.param == "tool_choice.function.name")
        let strange = #","tool_choice":{"type":"custom"}"#
        #expect(try GeminiFixture.fault(Fixture.chat(tools + strange))?.param == "tool_choice")
        let target = GeminiFixture.target(dropParams: true)
        #expect(try GeminiFixture.member("toolConfig", tools + strange, to: target) == "null")
    }

    @Test func `a choice without tools says nothing`() throws {
        for more in [#""tool_choice":"none""#, #""tools":[],"tool_choice":"required""#] {
            #expect(try GeminiFixture.member("toolConfig", more) == "null")
            #expect(try GeminiFixture.member("tools", more) == "null")
        }
    }

    @Test func `searches the web where no functions are offered`() throws {
        let search = #""web_search_options":{"search_context_size":"low"}"#
        #expect(try GeminiFixture.member("tools", search) == #"[{"googleSearch":{}}]"#)
        let dropped = try GeminiFixture.member("tools", tools + "," + search + #","drop_params":true"#)
        #expect(dropped.contains("functionDeclarations") && !dropped.contains("googleSearch"))
    }
}
