import Dialects
import Foundation
import Testing

@Suite struct OpenAIMessagesTests {
    /// The messages that go to a provider, as they were written.
    private static func sent(_ messages: String, to provider: String, more: String = "") throws -> String {
        let target = OpenAIFixture.target(provider, tag: "m")
        let body = try OpenAISent("{\"messages\":\(messages)\(more),\"model\":\"x\"}", to: target).body
        let start = try #require(body.range(of: "\"messages\":"))
        var depth = 0
        var end = start.upperBound
        for index in body[start.upperBound...].indices {
            if body[index] == "[" { depth += 1 }
            if body[index] == "]" { depth -= 1 }
            if depth == 0 {
                end = body.index(after: index)
                break
            }
        }
        return String(body[start.upperBound..<end])
    }

    private static let thoughts =
        #"[{"role":"user","content":"a"},{"thinking_blocks":[{"type":"thinking"}],"role":"assistant","reasoning_content":"r","content":"b","reasoning":"r","provider_specific_fields":{"x":1}}]"#

    @Test(arguments: [
        ("openai", #"{"role":"assistant","content":"b"}"#), ("azure", #"{"role":"assistant","content":"b"}"#),
        ("mistral", #"{"role":"assistant","content":"b"}"#),
        ("groq", #"{"role":"assistant","content":"b","reasoning":"r"}"#),
        ("deepseek", #"{"role":"assistant","reasoning_content":"r","content":"b"}"#),
        ("hosted_vllm", #"{"role":"assistant","reasoning_content":"r","content":"b","reasoning":"r"}"#),
        ("openrouter", #"{"role":"assistant","reasoning_content":"r","content":"b","reasoning":"r"}"#),
        (
            "litellm_proxy",
            #"{"thinking_blocks":[{"type":"thinking"}],"role":"assistant","reasoning_content":"r","content":"b","reasoning":"r","provider_specific_fields":{"x":1}}"#
        ),
    ])
    func `sends thoughts back only where they are wanted`(_ provider: String, _ message: String) throws {
        #expect(try Self.sent(Self.thoughts, to: provider) == #"[{"role":"user","content":"a"},"# + message + "]")
    }

    @Test func `thoughts have the name that the provider reads`() throws {
        let given = #"{"role":"assistant","content":"b","reasoning":"r"}"#
        let named = #"{"role":"assistant","content":"b","reasoning_content":"r"}"#
        for (provider, expected) in [("deepseek", named), ("hosted_vllm", given), ("openrouter", given)] {
            let sent = try Self.sent(#"[{"role":"user","content":"a"},"# + given + "]", to: provider)
            #expect(sent == #"[{"role":"user","content":"a"},"# + expected + "]", "\(provider)")
        }
    }

    @Test func `takes members out with the comma that is theirs`() throws {
        for (given, kept) in [
            (#"{"role":"assistant","content":"b","reasoning":"r"}"#, #"{"role":"assistant","content":"b"}"#),
            (#"{ "reasoning":"r" , "role":"assistant","content":"b"}"#, #"{ "role":"assistant","content":"b"}"#),
            (
                #"{"thinking":"t","reasoning":"r","role":"assistant" , "reasoning_details":[] ,"content":"b" }"#,
                #"{"role":"assistant" ,"content":"b" }"#
            ),
        ] {
            #expect(try Self.sent("[\(given)]", to: "openai") == "[\(kept)]")
        }
    }

    @Test func `calls the developer the system where only OpenAI knows one`() throws {
        let messages = #"[{"role":"developer","content":"d"}]"#
        #expect(try Self.sent(messages, to: "openai") == messages)
        #expect(try Self.sent(messages, to: "azure") == messages)
        for provider in OpenAIFixture.providers where !["openai", "azure", "litellm_proxy"].contains(provider) {
            #expect(try Self.sent(messages, to: provider) == #"[{"role":"system","content":"d"}]"#)
        }
    }

    @Test func `sends names only where they are taken`() throws {
        let messages =
            #"[{"role":"user","name":"n","content":"a"},{"role":"assistant","content":"","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}],"refusal":null,"annotations":[]},{"role":"tool","name":"f","tool_call_id":"c","content":"r"}]"#
        #expect(try Self.sent(messages, to: "openai") == messages)
        #expect(
            try Self.sent(messages, to: "mistral")
                == #"[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","name":"f","tool_call_id":"c","content":"r"}]"#
        )
        for provider in ["xai", "groq"] {
            #expect(try !Self.sent(messages, to: provider).contains(#""name":"n""#))
        }
        #expect(try !Self.sent(messages, to: "groq").contains("refusal"))
    }

    @Test func `writes a picture's address as an object`() throws {
        let messages = #"[{"role":"user","content":[{"type":"image_url","image_url":"data:image/png;base64,AA"}]}]"#
        #expect(
            try Self.sent(messages, to: "openai")
                == #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}]}]"#
        )
    }

    @Test func `takes Anthropic's cache marks out, but not for OpenRouter`() throws {
        let messages =
            #"[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}],"cache_control":{"type":"ephemeral"}}]"#
        for provider in ["openai", "azure", "mistral", "hosted_vllm", "fireworks_ai"] {
            #expect(
                try Self.sent(messages, to: provider) == #"[{"role":"user","content":[{"type":"text","text":"a"}]}]"#)
        }
        #expect(try Self.sent(messages, to: "openrouter") == messages)
    }

    @Test func `joins text for DeepSeek, and leaves pictures be`() throws {
        #expect(
            try Self.sent(
                #"[{"role":"user","content":[{"type":"text","text":"a\n"},{"type":"text","text":"b"}]}]"#,
                to: "deepseek") == #"[{"role":"user","content":"a\nb"}]"#)
        let picture =
            #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"u"}}]}]"#
        #expect(try Self.sent(picture, to: "deepseek") == picture)
    }

    @Test func `gives DeepSeek a blank for thoughts while it thinks`() throws {
        let messages =
            #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"assistant","content":"c","reasoning_content":null},{"role":"assistant","content":"d","reasoning_content":"r"}]"#
        let filled =
            #"[{"role":"user","content":"a"},{"role":"assistant","content":"b","reasoning_content":" "},{"role":"assistant","content":"c","reasoning_content":" "},{"role":"assistant","content":"d","reasoning_content":"r"}]"#
        for more in [#","thinking":{"type":"enabled"}"#, #","reasoning_effort":"high""#] {
            #expect(try Self.sent(messages, to: "deepseek", more: more) == filled)
        }
        for more in ["", #","thinking":{"type":"disabled"}"#, #","reasoning_effort":"none""#] {
            #expect(try Self.sent(messages, to: "deepseek", more: more) == messages)
        }
        #expect(
            try Self.sent(
                #"[{"role":"assistant","content":"b"}]"#, to: "deepseek", more: #","reasoning_effort":"high""#)
                == #"[{"role":"assistant","content":"b","reasoning_content":" "}]"#)
    }
}
