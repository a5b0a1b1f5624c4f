import Foundation
import NIOCore
import Testing

@testable import Dialects

@Suite struct BedrockMessagesTests {
    private func sent(_ messages: String, to tag: String = BedrockFixture.claude) throws -> SentToBedrock {
        try SentToBedrock(#"{"model":"m","messages":[\#(messages)]}"#, to: BedrockFixture.target(tag))
    }

    private func fault(_ messages: String) throws -> RequestFault? {
        try SentToBedrock.fault(#"{"model":"m","messages":[\#(messages)]}"#)
    }

    @Test func `a user's and the assistant's words become turns, and what the system says stands beside them`() throws {
        let sent = try sent(
            #"""
            {"role":"system","content":"Be brief."},{"role":"user","content":"Hi\n"},
            {"role":"assistant","content":"Hello"},{"role":"developer","content":[{"type":"text","text":"In Czech."}]},
            {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}
            """#)
        #expect(try sent.member("system") == #"[{"text":"Be brief."},{"text":"In Czech."}]"#)
        #expect(
            try sent.member("messages")
                == #"[{"content":[{"text":"Hi\n"}],"role":"user"},{"content":[{"text":"Hello"}],"role":"assistant"},"#
                + #"{"content":[{"text":"a"},{"text":"b"}],"role":"user"}]"#)
    }

    @Test func `messages of one side are one turn, and blank ones none`() throws {
        let sent = try sent(
            #"""
            {"role":"user","content":"a"},{"role":"assistant","content":" \n\t"},{"role":"system","content":""},
            {"role":"user","content":"b"},{"role":"assistant","content":"c"},{"role":"assistant","content":"d"}
            """#)
        #expect(try sent.member("system") == nil)
        #expect(
            try sent.member("messages")
                == #"[{"content":[{"text":"a"},{"text":"b"}],"role":"user"},"#
                + #"{"content":[{"text":"c"},{"text":"d"}],"role":"assistant"}]"#)
    }

    @Test func `a conversation that the assistant begins has a turn of the user's before`() throws {
        let sent = try sent(#"{"role":"assistant","content":"Welcome"},{"role":"user","content":"Hi"}"#)
        #expect(
            try sent.member("messages")
                == #"[{"content":[{"text":"(no text)"}],"role":"user"},{"content":[{"text":"Welcome"}],"role":"assistant"},"#
                + #"{"content":[{"text":"Hi"}],"role":"user"}]"#)
    }

    @Test func `a conversation without a word is refused`() throws {
        #expect(try fault(#"{"role":"user","content":"  "}"#)?.param == "messages")
        #expect(try fault(#"{"role":"system","content":"x"}"#)?.param == "messages")
    }

    @Test func `a completion is one message of the user's`() throws {
        let sent = try SentToBedrock(#"{"model":"m","prompt":"Once upon","max_tokens":5}"#, .openAICompletions)
        #expect(
            sent.body
                == #"{"messages":[{"role":"user","content":[{"text":"Once upon"}]}],"inferenceConfig":{"maxTokens":5}}"#
        )
    }

    @Test func `calls and results become blocks, results the user's`() throws {
        let sent = try sent(
            #"""
            {"role":"user","content":"q"},
            {"role":"assistant","content":"let me","tool_calls":[
              {"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\": \"\\u00e9\"}"}},
              {"id":"c2","type":"function","function":{"name":"g","arguments":" "}}]},
            {"role":"tool","tool_call_id":"c1","content":"one"},
            {"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":""}],"is_error":true},
            {"role":"user","content":"go on"}
            """#)
        #expect(
            try sent.member("messages")
                == #"[{"content":[{"text":"q"}],"role":"user"},{"content":[{"text":"let me"},"#
                + #"{"toolUse":{"input":{"a":"é"},"name":"f","toolUseId":"c1"}},"#
                + #"{"toolUse":{"input":{},"name":"g","toolUseId":"c2"}}],"role":"assistant"},"#
                + #"{"content":[{"toolResult":{"content":[{"text":"one"}],"toolUseId":"c1"}},"#
                + #"{"toolResult":{"content":[{"text":""}],"status":"error","toolUseId":"c2"}},{"text":"go on"}],"#
                + #""role":"user"}]"#)
    }

    @Test func `OpenAI's old calls are given ids`() throws {
        let sent = try sent(
            #"""
            {"role":"user","content":"q"},
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"one"}
            """#)
        #expect(
            try sent.member("messages")?.hasSuffix(
                #"{"content":[{"toolUse":{"input":{},"name":"f","toolUseId":"call_1"}}],"role":"assistant"},"#
                    + #"{"content":[{"toolResult":{"content":[{"text":"one"}],"toolUseId":"call_1"}}],"role":"user"}]"#)
                == true)
    }

    @Test func `ids that Bedrock does not take become others, the same each time`() throws {
        func id(_ text: String) -> String {
            String(decoding: Array(text.utf8).withUnsafeBytes { BedrockCallID.made(of: $0) }, as: UTF8.self)
        }
        #expect(id("tooluse_a.b:c-D9") == "tooluse_a.b:c-D9")
        let long = String(repeating: "x", count: 65)
        for odd in [long, "", "a b", "č", #"a\"b"#] {
            #expect(id(odd) == id(odd))
            #expect(id(odd) != id(odd + "y"))
            #expect(id(odd).utf8.count <= 64)
            #expect(id(odd).wholeMatch(of: /[a-zA-Z0-9_.:\-]+/) != nil, "\(id(odd))")
        }
        #expect(id(String(long.dropLast())) == String(long.dropLast()))
    }

    @Test func `pictures and files are taken out of data URIs`() throws {
        let sent = try sent(
            #"""
            {"role":"user","content":[{"type":"text","text":"see"},
              {"type":"image_url","image_url":{"url":"data:image/jpg;base64,AA\/="}},
              {"type":"image_url","image_url":"data:image/webp;base64,BB=="},
              {"type":"file","file":{"filename":"x.pdf","file_data":"data:application/pdf;base64,CC=="}},
              {"type":"image_url","image_url":{"url":"data:text/csv;charset=utf-8;base64,DD=="}}]}
            """#)
        #expect(
            try sent.member("messages")
                == #"[{"content":[{"text":"see"},{"image":{"format":"jpeg","source":{"bytes":"AA/="}}},"#
                + #"{"image":{"format":"webp","source":{"bytes":"BB=="}}},"#
                + #"{"document":{"format":"pdf","name":"document-1","source":{"bytes":"CC=="}}},"#
                + #"{"document":{"format":"csv","name":"document-2","source":{"bytes":"DD=="}}}],"role":"user"}]"#)
    }

    @Test func `a document alone is given a text, which Bedrock wants beside it`() throws {
        let part = #"{"type":"file","file":{"file_data":"data:text/plain;base64,QQ=="}}"#
        let sent = try sent(#"{"role":"user","content":[\#(part)]},{"role":"assistant","content":"x"}"#)
        #expect(sent.body.contains(#""source":{"bytes":"QQ=="}}},{"text":"."}]}"#))
    }

    @Test func `a result may hold a picture`() throws {
        let sent = try sent(
            #"""
            {"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f"}}]},
            {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"a"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}
            """#)
        #expect(
            sent.body.contains(
                #""content":[{"text":"a"},{"image":{"format":"png","source":{"bytes":"AA=="}}}]}}"#))
    }

    @Test(arguments: [
        (
            #"{"type":"image_url","image_url":{"url":"https://x/y.png"}}"#, "messages[0].content[0].image_url.url",
            "data URI"
        ),
        (
            #"{"type":"image_url","image_url":{"url":"data:image/png,AA"}}"#, "messages[0].content[0].image_url.url",
            "base64"
        ),
        (
            #"{"type":"image_url","image_url":{"url":"data:;base64,AA"}}"#, "messages[0].content[0].image_url.url",
            "base64"
        ),
        (
            #"{"type":"image_url","image_url":{"url":"data:image/png;base64,"}}"#,
            "messages[0].content[0].image_url.url", "base64"
        ),
        (#"{"type":"image_url","image_url":{"url":"data:"}}"#, "messages[0].content[0].image_url.url", "base64"),
        (
            #"{"type":"image_url","image_url":{"url":"data:image/tiff;base64,AA"}}"#,
            "messages[0].content[0].image_url.url", "image/tiff"
        ),
        (
            #"{"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}"#, "messages[0].content[0].type",
            "input_audio"
        ),
        (#"{"type":"file","file":{"file_id":"f-1"}}"#, "messages[0].content[0].file.file_data", "uploads"),
    ])
    func `refuses what Bedrock cannot see`(_ part: String, _ param: String, _ word: String) throws {
        let fault = try fault(#"{"role":"user","content":[\#(part)]}"#)
        #expect(fault?.param == param)
        #expect(fault?.message.contains(word) == true, "\(fault?.message ?? "")")
    }

    @Test(arguments: [
        (#"{"role":"tool","content":"x"}"#, "messages[0].tool_call_id"),
        (#"{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}"#, "messages[0].tool_calls[0].id"),
        (
            #"{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"[1]"}}]}"#,
            "messages[0].tool_calls[0].function.arguments"
        ),
        (
            #"{"role":"system","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}]}"#,
            "messages[0].content[0]"
        ),
    ])
    func `names the field at fault`(_ message: String, _ param: String) throws {
        #expect(try fault(message)?.param == param)
    }

    @Test func `marks of the cache become blocks behind what they mark`() throws {
        let mark = #""cache_control":{"type":"ephemeral","ttl":"1h"}"#
        let messages = #"""
            {"role":"system","content":[{"type":"text","text":"s",\#(mark)}]},
            {"role":"user","content":"u",\#(mark)},
            {"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f"},\#(mark)}]},
            {"role":"tool","tool_call_id":"c","content":"r",\#(mark)},
            {"role":"user","content":[{"type":"text","text":"","cache_control":{"type":"ephemeral"}}]}
            """#
        let plain = #"{"cachePoint":{"type":"default"}}"#
        let older = try sent(messages)
        #expect(try older.member("system") == #"[{"text":"s"},\#(plain)]"#)
        #expect(older.body.components(separatedBy: plain).count == 5)
        let newer = try sent(messages, to: "us.anthropic.claude-sonnet-4-5-20250929-v1:0")
        #expect(newer.body.components(separatedBy: #"{"cachePoint":{"type":"default","ttl":"1h"}}"#).count == 5)
        let other = try sent(messages, to: "openai.gpt-oss-20b-1:0")
        #expect(!other.body.contains("cachePoint"))
    }

    @Test func `sealed thinking goes back first, to Claude alone`() throws {
        let messages = #"""
            {"role":"user","content":"q"},
            {"role":"assistant","content":"a","reasoning_content":"hm","thinking_blocks":[
              {"type":"thinking","thinking":"hm","signature":"S=="},{"type":"redacted_thinking","data":"R=="},
              {"type":"thinking","thinking":"unsealed"}]}
            """#
        #expect(
            try sent(messages).member("messages")?.hasSuffix(
                #"{"content":[{"reasoningContent":{"reasoningText":{"signature":"S==","text":"hm"}}},"#
                    + #"{"reasoningContent":{"redactedContent":"Uj09"}},{"text":"a"}],"role":"assistant"}]"#) == true)
        #expect(try !sent(messages, to: "us.deepseek.r1-v1:0").body.contains("reasoningContent"))
    }

    @Test func `a seal that came apart from its words in a stream is put together with them`() throws {
        let sent = try sent(
            #"""
            {"role":"user","content":"q"},{"role":"assistant","content":"a","reasoning_content":"hm",
              "thinking_blocks":[{"type":"thinking","thinking":"","signature":"S=="}]}
            """#)
        #expect(sent.body.contains(#""reasoningText":{"text":"hm","signature":"S=="}"#))
    }
}
