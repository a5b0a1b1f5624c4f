import Dialects
import Foundation
import Testing

@Suite struct AnthropicToolsTests {
    private static let f =
        #"{"type":"function","function":{"name":"f","description":"Does f.","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}"#
    private static let written =
        #"{"description":"Does f.","input_schema":{"properties":{"a":{"type":"string"}},"type":"object"},"name":"f"}"#
    private static let answer = #""name":"json_tool_call"}"#

    private func sent(_ more: String, _ tag: String = "claude-sonnet-4-5", drops: Bool = false) throws -> AnthropicSent
    {
        try AnthropicSent(Fixture.chat(more), to: Fixture.claude(tag, dropParams: drops))
    }

    private func tools(_ more: String, _ tag: String = "claude-sonnet-4-5") throws -> String? {
        try sent(more, tag).member("tools")
    }

    private func choice(_ more: String, _ tag: String = "claude-sonnet-4-5", drops: Bool = false) throws -> String? {
        try sent(more, tag, drops: drops).member("tool_choice")
    }

    @Test(arguments: [
        (f, written),
        (
            #"{"type":"function","function":{"name":"f"}}"#,
            #"{"input_schema":{"properties":{},"type":"object"},"name":"f"}"#
        ),
        (
            #"{"type":"function","function":{"name":"f","description":null,"parameters":{"properties":{"type":{"type":"string"}}}}}"#,
            #"{"input_schema":{"properties":{"type":{"type":"string"}},"type":"object"},"name":"f"}"#
        ),
        (
            #"{"type":"function","function":{"name":"f","parameters":{"type":"string"}}}"#,
            #"{"input_schema":{"type":"object"},"name":"f"}"#
        ),
        (
            #"{"type":"function","cache_control":{"type":"ephemeral"},"function":{"name":"f","parameters":{"type":"object"},"input_examples":[{}],"strict":false}}"#,
            #"{"cache_control":{"type":"ephemeral"},"input_examples":[{}],"input_schema":{"type":"object"},"name":"f"}"#
        ),
        (
            #"{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"n":{"type":"integer","minimum":1,"description":"How many"}},"required":["n"]}}}"#,
            #"{"input_schema":{"additionalProperties":false,"properties":{"n":{"description":"How many\n\n{minimum: 1}","type":"integer"}},"required":["n"],"type":"object"},"name":"f","strict":true}"#
        ),
        (
            #"{"type":"function","function":{"name":"f","strict":true}}"#,
            #"{"input_schema":{"additionalProperties":false,"properties":{},"type":"object"},"name":"f","strict":true}"#
        ),
    ])
    func `writes tools`(_ tool: String, _ expected: String) throws {
        #expect(try tools(#""tools":[\#(tool)]"#) == "[\(expected)]")
    }

    @Test func `older models know no strict tools, and the API takes only so many`() throws {
        let tool =
            #"{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","minProperties":1}}}"#
        #expect(
            try tools(#""tools":[\#(tool)]"#, "claude-opus-4-1")
                == #"[{"input_schema":{"minProperties":1,"type":"object"},"name":"f"}]"#)
        func strict(_ count: Int, _ tool: String) throws -> Bool {
            let list = Array(repeating: tool, count: count).joined(separator: ",")
            return try tools(#""tools":[\#(list)]"#)?.contains(#""strict":true"#) ?? false
        }
        #expect(try strict(20, tool) && !strict(21, tool))
        let union =
            #"{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":["string","null"]},"b":{"anyOf":[{"type":"null"}]}},"required":["a","b"]}}}"#
        #expect(try strict(8, union) && !strict(9, union))
        let optional =
            #"{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{},"b":{},"c":{}},"required":["a"]}}}"#
        #expect(try strict(12, optional) && !strict(13, optional))
    }

    @Test(arguments: [
        ("", nil), (#","tool_choice":"auto""#, nil), (#","tool_choice":"none""#, #"{"type":"none"}"#),
        (#","tool_choice":"required""#, #"{"type":"any"}"#),
        (#","tool_choice":{"type":"function","function":{"name":"f"}}"#, #"{"name":"f","type":"tool"}"#),
        (#","tool_choice":{"type":"any"}"#, #"{"type":"any"}"#), (#","parallel_tool_calls":true"#, nil),
        (#","parallel_tool_calls":false"#, #"{"disable_parallel_tool_use":true,"type":"auto"}"#),
        (
            #","tool_choice":"required","parallel_tool_calls":false"#,
            #"{"disable_parallel_tool_use":true,"type":"any"}"#
        ),
        (#","tool_choice":"none","parallel_tool_calls":false"#, #"{"type":"none"}"#),
    ])
    func `writes the choice among them`(_ more: String, _ expected: String?) throws {
        #expect(try choice(#""tools":[\#(Self.f)]"# + more) == expected)
        #expect(try sent(#""tools":[]"# + more).rest == "{}", "without tools there is no choice")
    }

    @Test func `a call is not forced where the model thinks first`() throws {
        let forced = #""tools":[\#(Self.f)],"tool_choice":"required""#
        for (more, tag) in [
            (forced, "claude-fable-5-1"), (forced + #","reasoning_effort":"low""#, "claude-sonnet-4-5"),
        ] {
            #expect(try AnthropicSent.fault(Fixture.chat(more), to: Fixture.claude(tag))?.param == "tool_choice")
            #expect(try choice(more, tag, drops: true) == nil)
        }
        let odd = #""tools":[\#(Self.f)],"tool_choice":{"type":"allowed_tools"}"#
        #expect(try AnthropicSent.fault(Fixture.chat(odd))?.param == "tool_choice")
        #expect(try choice(odd, drops: true) == nil)
    }

    @Test func `names the tools of a conversation that has no more of them`() throws {
        let call =
            #"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}},{"id":"2","function":{"name":"g","arguments":"{}"}},{"id":"3","function":{"name":"f","arguments":"{}"}}]}"#
        let body = #"{"model":"m","messages":[{"role":"user","content":"q"},\#(call)]}"#
        #expect(
            try AnthropicSent(body).rest
                == #"{"tool_choice":{"type":"none"},"tools":[{"input_schema":{"type":"object"},"name":"f"},{"input_schema":{"type":"object"},"name":"g"}]}"#
        )
    }

    @Test func `searches by the provider's own tool`() throws {
        let more =
            #""web_search_options":{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"city":"Lille","x":1}}}"#
        let search =
            #"{"max_uses":1,"name":"web_search","type":"web_search_20250305","user_location":{"city":"Lille","type":"approximate"}}"#
        #expect(try tools(more) == "[\(search)]")
        #expect(
            try tools(#""tools":[\#(Self.f)],"web_search_options":{}"#)
                == #"[\#(Self.written),{"name":"web_search","type":"web_search_20250305"}]"#)
        #expect(try choice(more) == nil)
    }

    @Test func `the gateway's own tool is not the client's`() throws {
        let tool = #"{"type":"function","function":{"name":"json_tool\u005fcall"}}"#
        #expect(
            try AnthropicSent.fault(Fixture.chat(#""tools":[\#(Self.f),\#(tool)]"#))?.param == "tools[1].function.name")
    }

    private static let schema = #"{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}"#
    private static let format =
        #""response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":\#(schema)}}"#

    @Test func `holds a model that can be held to the schema`() throws {
        #expect(
            try sent(Self.format).rest
                == #"{"output_config":{"format":{"schema":{"additionalProperties":false,"properties":{"n":{"type":"integer"}},"required":["n"],"type":"object"},"type":"json_schema"}}}"#
        )
        #expect(try sent(#""response_format":{"type":"text"}"#).rest == "{}")
        let both = try sent(Self.format + #","reasoning_effort":"low""#, "claude-opus-4-7").member("output_config")
        #expect(both?.hasPrefix(#"{"effort":"low","format":{"#) ?? false)
    }

    @Test func `makes others answer through a tool`() throws {
        let tool =
            #"[{"description":"Gives the answer: the input is all of it.","input_schema":{"properties":{"n":{"type":"integer"}},"required":["n"],"type":"object"},"name":"json_tool_call"}]"#
        let forced = #"{"disable_parallel_tool_use":true,"name":"json_tool_call","type":"tool"}"#
        for tag in ["claude-opus-4-1", "claude-3-5-sonnet-20241022", "glm-4.6"] {
            #expect(try tools(Self.format, tag) == tool)
            #expect(try choice(Self.format, tag) == forced)
        }
        let any = #""response_format":{"type":"json_object"}"#
        #expect(
            try tools(any)?.contains(#""input_schema":{"additionalProperties":true,"properties":{},"type":"object"}"#)
                ?? false)
        #expect(try choice(any) == forced)
        #expect(try choice(any, "claude-opus-5-5") == #"{"disable_parallel_tool_use":true,"type":"auto"}"#)
        #expect(try choice(any + #","reasoning_effort":"low""#) == #"{"disable_parallel_tool_use":true,"type":"auto"}"#)
    }

    @Test(arguments: [
        ("", #"{"type":"any"}"#, true), (#","tool_choice":"auto""#, #"{"type":"any"}"#, true),
        (#","parallel_tool_calls":false"#, #"{"disable_parallel_tool_use":true,"type":"any"}"#, true),
        (
            #","tool_choice":"none""#, #"{"disable_parallel_tool_use":true,"name":"json_tool_call","type":"tool"}"#,
            true
        ),
        (#","tool_choice":"required""#, #"{"type":"any"}"#, false),
        (#","tool_choice":{"type":"function","function":{"name":"f"}}"#, #"{"name":"f","type":"tool"}"#, false),
    ])
    func `offers the answer beside the client's tools`(_ more: String, _ expected: String, _ offers: Bool) throws {
        let body = #""tools":[\#(Self.f)],"response_format":{"type":"json_object"}"# + more
        #expect(try choice(body) == expected)
        #expect(try tools(body)?.contains("json_tool_call") == offers)
    }
}
