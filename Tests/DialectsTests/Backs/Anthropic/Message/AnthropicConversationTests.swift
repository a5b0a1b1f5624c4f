import Dialects
import Foundation
import Testing

@Suite struct AnthropicConversationTests {
    private static let call =
        #"{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":[1,\"x\"]}"}}]}"#

    private func messages(_ messages: String, tag: String = "claude-sonnet-4-5") throws -> String? {
        try AnthropicSent(#"{"model":"m","messages":\#(messages)}"#, to: Fixture.claude(tag)).member("messages")
    }

    private func system(_ messages: String) throws -> String? {
        try AnthropicSent(#"{"model":"m","messages":\#(messages)}"#).member("system")
    }

    private func param(_ messages: String) throws -> String? {
        try AnthropicSent.fault(#"{"model":"m","messages":\#(messages)}"#)?.param
    }

    @Test(arguments: [
        (
            #"[{"role":"system","content":"S"},{"role":"user","content":"U\n"}]"#, #""S""#,
            #"[{"role":"user","content":"U\n"}]"#
        ),
        (
            #"[{"role":"developer","content":"S"},{"role":"system","content":[{"type":"text","text":"T"},{"type":"text","text":" "}]},{"role":"user","content":"U"}]"#,
            #"[{"type":"text","text":"S"},{"type":"text","text":"T"}]"#, #"[{"role":"user","content":"U"}]"#
        ),
        (
            #"[{"role":"system","content":"S","cache_control":{"type":"ephemeral"}},{"role":"user","content":"U"}]"#,
            #"[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}]"#, #"[{"role":"user","content":"U"}]"#
        ),
        (#"[{"role":"system","content":""},{"role":"user","content":"U"}]"#, nil, #"[{"role":"user","content":"U"}]"#),
        (
            #"[{"role":"user","content":"a"},{"role":"user","content":"b","name":"bob"},{"role":"assistant","content":"c"},{"role":"user","content":"d"}]"#,
            nil,
            #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"assistant","content":"c"},{"role":"user","content":"d"}]"#
        ),
        (
            #"[{"role":"assistant","content":"Hello, I am"}]"#, nil,
            #"[{"role":"user","content":"(no text)"},{"role":"assistant","content":"Hello, I am"}]"#
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"assistant","content":"b \n\t\\n \u0020 \r"}]"#, nil,
            #"[{"role":"user","content":"a"},{"role":"assistant","content":"b \n\t\\n \u0020"}]"#
        ),
        (
            #"[{"role":"user","content":""},{"role":"assistant","content":" \n"},{"role":"user","content":"a"},{"role":"assistant","content":""}]"#,
            nil, #"[{"role":"user","content":"a"}]"#
        ),
        (#"[{"role":"user","content":" \t"}]"#, nil, #"[{"role":"user","content":"(no text)"}]"#),
        (
            #"[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":""}]}]"#,
            nil,
            #"[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}}]}]"#
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"assistant","content":null,"refusal":"No."},{"role":"user","content":"b"}]"#,
            nil, #"[{"role":"user","content":"a"},{"role":"assistant","content":"No."},{"role":"user","content":"b"}]"#
        ),
    ])
    func `makes turns of messages`(_ given: String, _ system: String?, _ expected: String) throws {
        #expect(try messages(given) == canonical(expected))
        #expect(try self.system(given) == system.map(canonical))
    }

    @Test func `puts calls and their results in the turns they belong to`() throws {
        let given = """
            [{"role":"user","content":"q"},\(Self.call),
            {"role":"user","content":"wait"},
            {"role":"tool","tool_call_id":"c1","content":"4","cache_control":{"type":"ephemeral"}},
            {"role":"tool","tool_call_id":"functions.g:0","content":[{"type":"text","text":"see"},{"type":"text","text":""},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"},"cache_control":{"type":"ephemeral"}}]},
            {"role":"tool","tool_call_id":"c3","content":""}]
            """
        let expected = """
            [{"role":"user","content":"q"},
            {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{"a":[1,"x"]}}]},
            {"role":"user","content":[
              {"type":"tool_result","tool_use_id":"c1","content":"4","cache_control":{"type":"ephemeral"}},
              {"type":"tool_result","tool_use_id":"functions_g_0","content":[{"type":"text","text":"see"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"},"cache_control":{"type":"ephemeral"}}]},
              {"type":"tool_result","tool_use_id":"c3","content":""},
              {"type":"text","text":"wait"}]}]
            """
        #expect(try messages(given) == canonical(expected))
    }

    @Test func `gives the calls of old an id`() throws {
        let given = """
            [{"role":"user","content":"q"},
            {"role":"assistant","content":"I call.","function_call":{"name":"f","arguments":""}},
            {"role":"function","name":"f","content":"4"}]
            """
        let expected = """
            [{"role":"user","content":"q"},{"role":"assistant","content":[
              {"type":"text","text":"I call."},{"type":"tool_use","id":"call_1","name":"f","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"4"}]}]
            """
        #expect(try messages(given) == canonical(expected))
    }

    @Test func `gives sealed thinking back before all else, and no other`() throws {
        let given = """
            [{"role":"user","content":"q"},{"role":"assistant","content":"I look.","reasoning_content":"hm","cache_control":{"type":"ephemeral"},
            "thinking_blocks":[{"index":0,"type":"thinking","thinking":"hm","signature":"s1"},{"type":"redacted_thinking","data":"d","index":1},
              {"type":"thinking","thinking":"unsealed"},{"type":"thinking","thinking":"","signature":""},{"type":"other"},5],
            "tool_calls":[{"id":"c1","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"4"}]
            """
        let expected = """
            [{"role":"user","content":"q"},{"role":"assistant","content":[
              {"type":"thinking","thinking":"hm","signature":"s1"},{"type":"redacted_thinking","data":"d"},
              {"type":"text","text":"I look."},
              {"type":"tool_use","id":"c1","name":"f","input":{},"cache_control":{"type":"ephemeral"}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"4"}]}]
            """
        #expect(try messages(given) == canonical(expected))
    }

    @Test(arguments: [
        (
            #"[{"role":"user","content":"a"},{"role":"system","content":"S"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]"#,
            #"[{"role":"user","content":"a"},{"role":"system","content":"S"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]"#,
            #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"N S"}]},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]"#
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"system","content":"S"},{"role":"developer","content":"T"}]"#,
            #"[{"role":"user","content":"a"},{"role":"system","content":[{"type":"text","text":"S"},{"type":"text","text":"T"}]}]"#,
            #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"N S"},{"type":"text","text":"N T"}]}]"#
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"system","content":"S"}]"#,
            #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"N S"}]"#,
            #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"N S"}]"#
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"system","content":"S"},{"role":"user","content":"b"}]"#,
            #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"N S"},{"type":"text","text":"b"}]}]"#,
            #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"N S"},{"type":"text","text":"b"}]}]"#
        ),
    ])
    func `leaves a later system message where it is`(_ given: String, _ newest: String, _ older: String) throws {
        func noted(_ text: String) -> String {
            text.replacingOccurrences(of: "N ", with: "System message, not the user's:\\n")
        }
        #expect(try messages(given, tag: "claude-opus-4-8") == canonical(noted(newest)))
        #expect(try messages(given) == canonical(noted(older)))
        #expect(try system(given) == nil)
    }

    @Test func `a result stands before the system's word that came between it and its call`() throws {
        let given = """
            [{"role":"user","content":"q"},\(Self.call),{"role":"system","content":"S"},
            {"role":"tool","tool_call_id":"c1","content":"4"}]
            """
        for tag in ["claude-sonnet-4-5", "claude-opus-4-8"] {
            let turns = try #require(try messages(given, tag: tag))
            #expect(
                turns.hasSuffix(
                    #""tool_use_id":"c1","type":"tool_result"},{"text":"System message, not the user's:\nS","type":"text"}],"role":"user"}]"#
                ))
        }
    }

    @Test(arguments: [
        (
            #"{"url":"data:image/jpeg;base64,/9j/4A=="}"#,
            #"{"type":"base64","media_type":"image/jpeg","data":"/9j/4A=="}"#
        ),
        (
            #"{"url":"data:image\/jpg;base64,\/9j\/4A"}"#,
            #"{"type":"base64","media_type":"image/jpeg","data":"/9j/4A"}"#
        ),
        (#""data:;base64,iVBORw0K""#, #"{"type":"base64","media_type":"image/png","data":"iVBORw0K"}"#),
        (#""data:;base64,R0lGOD""#, #"{"type":"base64","media_type":"image/gif","data":"R0lGOD"}"#),
        (#""data:;base64,UklGR""#, #"{"type":"base64","media_type":"image/webp","data":"UklGR"}"#),
        (
            #"{"url":"data:image/png;name=a.png;base64,QUJD","detail":"low"}"#,
            #"{"type":"base64","media_type":"image/png","data":"QUJD"}"#
        ),
        (#"{"url":"https://example.com/a.png"}"#, #"{"type":"url","url":"https://example.com/a.png"}"#),
        (#"{"url":"https:\/\/example.com\/a.png"}"#, #"{"type":"url","url":"https://example.com/a.png"}"#),
    ])
    func `sends pictures as base64 or by their place`(_ image: String, _ source: String) throws {
        let given =
            #"[{"role":"user","content":[{"type":"image_url","image_url":\#(image)},{"type":"text","text":"?"}]}]"#
        let expected =
            #"[{"role":"user","content":[{"type":"image","source":\#(source)},{"type":"text","text":"?"}]}]"#
        #expect(try messages(given) == canonical(expected))
    }

    @Test(arguments: [
        (
            #"{"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0","filename":"a.pdf"},"cache_control":{"type":"ephemeral"}}"#,
            #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0"},"cache_control":{"type":"ephemeral"}}"#
        ),
        (
            #"{"type":"file","file":{"file_id":"file_011"}}"#,
            #"{"type":"document","source":{"type":"file","file_id":"file_011"}}"#
        ),
        (
            #"{"type":"file","file":{"file_id":"https://example.com/a.pdf"}}"#,
            #"{"type":"document","source":{"type":"url","url":"https://example.com/a.pdf"}}"#
        ),
        (
            #"{"type":"image_url","image_url":{"url":"data:application\/pdf;base64,JVBERi0"}}"#,
            #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0"}}"#
        ),
        (
            #"{"type":"file","file":{"file_data":"data:image/png;base64,iVBO"}}"#,
            #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}}"#
        ),
    ])
    func `sends files as documents`(_ part: String, _ block: String) throws {
        #expect(
            try messages(#"[{"role":"user","content":[\#(part)]}]"#)
                == canonical(#"[{"role":"user","content":[\#(block)]}]"#))
    }

    @Test(arguments: [
        (#"[{"role":"system","content":"S"}]"#, "messages"), (#"[{"role":"system","content":" "}]"#, "messages"),
        (#"[{"role":"assistant","content":" "}]"#, "messages"),
        (#"[{"role":"user","content":"a"},{"role":"tool","content":"4"}]"#, "messages[1].tool_call_id"),
        (
            #"[{"role":"system","content":[{"type":"image_url","image_url":"https://x/y"}]},{"role":"user","content":"a"}]"#,
            "messages[0].content[0].type"
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":"https://x/y"}]}]"#,
            "messages[1].content[1].type"
        ),
        (
            #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"input_audio","input_audio":{}}]}]"#,
            "messages[0].content[1].type"
        ),
        (#"[{"role":"user","content":[{"type":"file","file":{}}]}]"#, "messages[0].content[0].file"),
        (#"[{"role":"user","content":[{"type":"file"}]}]"#, "messages[0].content[0].file"),
        (
            #"[{"role":"user","content":[{"type":"file","file":{"file_data":"JVBERi0"}}]}]"#,
            "messages[0].content[0].file.file_data"
        ),
        (
            #"[{"role":"user","content":[{"type":"file","file":{"file_data":"data:text/csv;base64,YQ"}}]}]"#,
            "messages[0].content[0].file.file_data"
        ),
        (
            #"[{"role":"tool","tool_call_id":"c","content":[{"type":"image_url","image_url":"data:,x"}]}]"#,
            "messages[0].content[0].image_url.url"
        ),
        (
            #"[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"f","arguments":"{bad"}}]}]"#,
            "messages[0].tool_calls[1].function.arguments"
        ),
        (
            #"[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"[1]"}}]}]"#,
            "messages[0].tool_calls[0].function.arguments"
        ),
        (
            #"[{"role":"assistant","function_call":{"name":"f","arguments":"x"}}]"#,
            "messages[0].function_call.arguments"
        ),
    ])
    func `names what it cannot say`(_ given: String, _ path: String) throws {
        #expect(try param(given) == path)
    }

    @Test(arguments: [
        "ftp://x", "data:image/png,abc", "data:image/png;base64,", "data:", "data:text/html;base64,QQ==", "", "a.png",
    ])
    func `refuses pictures that it cannot read`(_ url: String) throws {
        #expect(
            try param(#"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"\#(url)"}}]}]"#)
                == "messages[0].content[0].image_url.url")
    }

    @Test func `makes a completion's prompt a user's message`() throws {
        let sent = try AnthropicSent(#"{"model":"m","prompt":"Once\n","max_tokens":5}"#, .openAICompletions)
        #expect(try sent.member("messages") == #"[{"content":"Once\n","role":"user"}]"#)
        #expect(try sent.rest == #"{"max_tokens":5}"#)
        let blank = try AnthropicSent(#"{"model":"m","prompt":[" "]}"#, .openAICompletions)
        #expect(try blank.member("messages") == #"[{"content":"(no text)","role":"user"}]"#)
    }

    @Test func `has no embeddings`() throws {
        #expect(try AnthropicSent.fault(#"{"model":"m","input":"x"}"#, .openAIEmbeddings)?.param == "model")
    }

    @Test func `puts the words that a stream gave apart back into the one block that is sealed`() throws {
        let sealed = #"{"index":0,"type":"thinking","thinking":"","signature":"S=="}"#
        let hidden = #"{"index":1,"type":"redacted_thinking","data":"D"}"#
        func blocks(_ list: String) throws -> String? {
            try messages(
                #"[{"role":"user","content":"U"},{"role":"assistant","content":"A","reasoning_content":"R \"r\"","thinking_blocks":[\#(list)]},{"role":"user","content":"V"}]"#
            )
        }
        #expect(
            try blocks("\(sealed),\(hidden)")?.contains(#"{"signature":"S==","thinking":"R \"r\"","type":"thinking"}"#)
                == true)
        // Whose words are whose of two nobody knows.
        #expect(try blocks("\(sealed),\(sealed)")?.contains(#""thinking":"R"#) == false)
        let own = #"{"type":"thinking","thinking":"own","signature":"S=="}"#
        #expect(try blocks(own)?.contains(#""thinking":"own""#) == true)
    }
}
