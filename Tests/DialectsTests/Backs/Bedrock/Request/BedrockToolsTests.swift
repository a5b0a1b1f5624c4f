import NIOCore
import Testing

@testable import Dialects

@Suite struct BedrockToolsTests {
    static let tool =
        #"{"type":"function","function":{"name":"f","description":"does","parameters":{"type":"object","properties":{}}}}"#
    static let spec =
        #"{"toolSpec":{"description":"does","inputSchema":{"json":{"properties":{},"type":"object"}},"name":"f"}}"#
    static let schema = #"{"type":"object","properties":{"a":{"type":"string"}}}"#
    static let format =
        #""response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d","schema":\#(schema)}}"#
    static let called =
        #""messages":[{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f"}}]},"#
        + #"{"role":"tool","tool_call_id":"c","content":"r"}]"#

    private func config(_ more: String, to tag: String = BedrockFixture.claude, drops: Bool = false) throws -> String? {
        try SentToBedrock(Fixture.chat(more), to: BedrockFixture.target(tag, dropParams: drops)).member("toolConfig")
    }

    @Test func `tools become specifications`() throws {
        #expect(try config(#""tools":[\#(Self.tool)]"#) == #"{"tools":[\#(Self.spec)]}"#)
        #expect(try config(#""tools":[]"#) == nil)
        #expect(
            try config(#""tools":[{"type":"function","function":{"name":"f","description":"","parameters":{}}}]"#)
                == #"{"tools":[{"toolSpec":{"inputSchema":{"json":{"properties":{},"type":"object"}},"name":"f"}}]}"#)
        #expect(
            try config(#""tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"a":{}}}}}]"#)
                == #"{"tools":[{"toolSpec":{"inputSchema":{"json":{"properties":{"a":{}},"type":"object"}},"name":"f"}}]}"#
        )
    }

    @Test(arguments: [
        (#""auto""#, ""), (#""required""#, #","toolChoice":{"any":{}}"#),
        (#"{"type":"function","function":{"name":"f"}}"#, #","toolChoice":{"tool":{"name":"f"}}"#),
    ])
    func `the choice is Converse's`(_ choice: String, _ expected: String) throws {
        let sent = try SentToBedrock(Fixture.chat(#""tools":[\#(Self.tool)],"tool_choice":\#(choice)"#))
        #expect(sent.body.contains("]" + (expected.isEmpty ? "}}" : expected)), "\(sent.body)")
        #expect(sent.body.contains("toolChoice") == !expected.isEmpty)
    }

    @Test func `no call may be had where none is allowed`() throws {
        #expect(try config(#""tools":[\#(Self.tool)],"tool_choice":"none""#) == nil)
    }

    @Test(arguments: [#""tools":[\#(tool)],"tool_choice":"none","#, ""])
    func `a conversation with calls is given a placeholder where there are no tools`(_ more: String) throws {
        let config = try SentToBedrock(#"{"model":"m",\#(more)\#(Self.called)}"#).member("toolConfig")
        #expect(config?.contains(#""name":"no_tool""#) == true)
        #expect(config?.contains(#""name":"f""#) == false)
        #expect(config?.contains("toolChoice") == false)
    }

    @Test func `refuses a choice that cannot be`() throws {
        let tools = #""tools":[\#(Self.tool)],"#
        let unknown = try SentToBedrock.fault(
            Fixture.chat(tools + #""tool_choice":{"type":"function","function":{"name":"g"}}"#))
        #expect(unknown?.param == "tool_choice.function.name")
        let odd = Fixture.chat(tools + #""tool_choice":{"type":"allowed_tools"}"#)
        #expect(try SentToBedrock.fault(odd)?.param == "tool_choice")
        #expect(try SentToBedrock.fault(odd, to: BedrockFixture.target(dropParams: true)) == nil)
        for name in ["json_tool_call", "no_tool"] {
            let own = try SentToBedrock.fault(
                Fixture.chat(#""tools":[{"type":"function","function":{"name":"\#(name)"}}]"#))
            #expect(own?.param == "tools[0].function.name")
        }
    }

    @Test func `a tool's mark stands behind it, where the model knows such`() throws {
        let marked = #""tools":[\#(Self.tool.dropLast()),"cache_control":{"type":"ephemeral"}}]"#
        #expect(try config(marked) == #"{"tools":[\#(Self.spec),{"cachePoint":{"type":"default"}}]}"#)
        #expect(try config(marked, to: "amazon.nova-pro-v1:0") == #"{"tools":[\#(Self.spec)]}"#)
    }

    @Test func `a schema becomes a tool that must be called`() throws {
        #expect(
            try config(Self.format)
                == #"{"toolChoice":{"tool":{"name":"json_tool_call"}},"tools":[{"toolSpec":{"description":"d","#
                + #""inputSchema":{"json":{"properties":{"a":{"type":"string"}},"type":"object"}},"name":"json_tool_call"}}]}"#
        )
        #expect(try config(#""response_format":{"type":"json_object"}"#) == nil)
        #expect(try config(#""response_format":{"type":"text"}"#) == nil)
    }

    @Test func `beside other tools it is one way to go on, and beside a forced call it is none`() throws {
        let both = try #require(try config(#""tools":[\#(Self.tool)],"# + Self.format))
        #expect(both.hasPrefix(#"{"toolChoice":{"any":{}},"tools":[\#(Self.spec),"#))
        #expect(both.contains("json_tool_call"))
        let forced = try config(#""tools":[\#(Self.tool)],"tool_choice":"required","# + Self.format)
        #expect(forced == #"{"toolChoice":{"any":{}},"tools":[\#(Self.spec)]}"#)
        let none = try #require(try config(#""tools":[\#(Self.tool)],"tool_choice":"none","# + Self.format))
        #expect(none.hasPrefix(#"{"toolChoice":{"tool":{"name":"json_tool_call"}}"#))
        #expect(!none.contains(#""name":"f""#))
    }

    @Test(arguments: [
        ("meta.llama3-1-8b-instruct-v1:0", ""),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", #","reasoning_effort":"low""#),
        ("anthropic.claude-opus-4-6-v1", #","reasoning_effort":"high""#), ("anthropic.claude-sonnet-5", ""),
    ])
    func `a model that cannot be made to call is asked to`(_ tag: String, _ more: String) throws {
        let config = try #require(try config(Self.format + more, to: tag))
        #expect(config.contains("call this tool"))
        #expect(!config.contains("toolChoice"))
    }

    @Test func `the newest Claudes take a closed schema as such`() throws {
        let closed = Self.format.replacing(#""properties""#, with: #""additionalProperties":false,"properties""#)
        let sent = try SentToBedrock(
            Fixture.chat(closed), to: BedrockFixture.target("global.anthropic.claude-sonnet-5-5"))
        #expect(try sent.member("toolConfig") == nil)
        #expect(
            try sent.member("outputConfig")
                == #"{"textFormat":{"structure":{"jsonSchema":{"description":"d","name":"n","#
                + #""schema":"{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"a\":{\"type\":\"string\"}}}"}},"#
                + #""type":"json_schema"}}"#)
    }

    @Test func `a forced call and thinking exclude each other`() throws {
        let forced = #""tools":[\#(Self.tool)],"tool_choice":"required""#
        func fields(_ tag: String, _ more: String = "", drops: Bool = false) throws -> (String?, String?) {
            let sent = try SentToBedrock(
                Fixture.chat(forced + more), to: BedrockFixture.target(tag, dropParams: drops))
            return (try sent.member("additionalModelRequestFields"), try sent.member("toolConfig"))
        }
        // The effort is a hint and goes; a model that thinks by default is told not to.
        let older = try fields("anthropic.claude-sonnet-4-20250514-v1:0", #","reasoning_effort":"low""#)
        #expect(older.0 == nil && older.1?.contains(#"{"any":{}}"#) == true)
        let newer = try fields("anthropic.claude-sonnet-5", #","reasoning_effort":"low""#)
        #expect(newer.0 == #"{"thinking":{"type":"disabled"}}"# && newer.1?.contains(#"{"any":{}}"#) == true)
        #expect(try fields("anthropic.claude-sonnet-5").0 == #"{"thinking":{"type":"disabled"}}"#)
        // One that always thinks cannot be forced.
        let always = "anthropic.claude-opus-5-5"
        #expect(
            try SentToBedrock.fault(Fixture.chat(forced), to: BedrockFixture.target(always))?.param == "tool_choice")
        #expect(try fields(always, drops: true).1?.contains("toolChoice") == false)
    }
}
