import Dialects
import Foundation
import Testing

@Suite struct OllamaMessagesTests {
    /// The messages as Ollama gets them.
    private func messages(_ messages: String) throws -> String {
        let body = try Sent(#"{"model":"m","messages":\#(messages)}"#).body
        let start = try #require(body.range(of: "\"messages\":")).upperBound
        let end = try #require(body.range(of: ",\"stream\":")).lowerBound
        return try canonical(String(body[start..<end]))
    }

    private func param(_ messages: String) throws -> String? {
        do {
            _ = try self.messages(messages)
            return nil
        } catch let fault as RequestFault {
            return fault.param
        }
    }

    @Test(arguments: [
        (#"[{"role":"system","content":"S"}]"#, #"[{"role":"system","content":"S"}]"#),
        (#"[{"role":"developer","content":"S"}]"#, #"[{"role":"system","content":"S"}]"#),
        (#"[{"role":"user","content":"U","name":"bob","x":1}]"#, #"[{"role":"user","content":"U"}]"#),
        (#"[{"content":"A\u00e9\n","role":"assistant"}]"#, #"[{"role":"assistant","content":"Aé\n"}]"#),
        (#"[{"role":"function","name":"f","content":"4"}]"#, #"[{"role":"tool","content":"4","tool_name":"f"}]"#),
        (
            #"[{"role":"tool","tool_call_id":"c1","content":"4"}]"#,
            #"[{"role":"tool","content":"4","tool_call_id":"c1"}]"#
        ),
        (
            #"[{"role":"user","content":[{"type":"text","text":"a"},{"text":"b\n","type":"text"}]}]"#,
            #"[{"role":"user","content":"a\nb\n"}]"#
        ),
        (#"[{"role":"user","Images":["x"],"content":"U"}]"#, #"[{"role":"user","content":"U"}]"#),
        (
            #"[{"role":"assistant","content":"A","reasoning_content":"hm"}]"#,
            #"[{"role":"assistant","content":"A","thinking":"hm"}]"#
        ),
        (#"[{"role":"assistant","content":null,"refusal":"No."}]"#, #"[{"role":"assistant","content":"No."}]"#),
        (
            #"[{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]}]"#,
            #"[{"role":"assistant","content":"No."}]"#
        ),
    ])
    func `maps roles and content`(_ given: String, _ expected: String) throws {
        #expect(try messages(given) == canonical(expected))
    }

    @Test func `copies plain messages byte by byte`() throws {
        let plain = #"[ {"role":"user","content":"a\/\u00e9"} ,{"content":"","role":"assistant"}]"#
        #expect(try Sent(#"{"model":"m","messages":\#(plain)}"#).body.contains(plain))
    }

    @Test func `takes the base64 out of data URIs`() throws {
        let given = #"""
            [{"role":"user","content":[
              {"type":"image_url","image_url":{"url":"data:image\/png;base64,iVBO\/w0K+A==","detail":"low"}},
              {"type":"text","text":"What is it?"},
              {"type":"image_url","image_url":"data:;base64,QUJD"}]}]
            """#
        #expect(
            try messages(given)
                == canonical(#"[{"role":"user","content":"What is it?","images":["iVBO/w0K+A==","QUJD"]}]"#))
    }

    @Test(arguments: [
        "http://example.com/a.png", "https://example.com/a.png", "data:image/png,abc", "data:image/png;base64,",
        "data:",
        "file:///etc/passwd", "",
    ])
    func `refuses pictures it would have to fetch or cannot read`(_ url: String) throws {
        let part = #"{"type":"image_url","image_url":{"url":"\#(url)"}}"#
        let path = "messages[0].content[1].image_url.url"
        #expect(try param(#"[{"role":"user","content":[{"type":"text","text":"x"},\#(part)]}]"#) == path)
    }

    @Test(arguments: ["input_audio", "file"])
    func `refuses parts that Ollama does not take`(_ type: String) throws {
        #expect(try param(#"[{"role":"user","content":[{"type":"\#(type)"}]}]"#) == "messages[0].content[0].type")
    }

    @Test func `turns arguments into objects, keeps ids and names results`() throws {
        let given = #"""
            [{"role":"user","content":"Weather?"},
             {"role":"assistant","content":null,"tool_calls":[
               {"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Z\\u00fcr\\\"ich\",\"n\":[1, 2]}"}},
               {"id":"c2","type":"function","function":{"name":"now","arguments":""}}]},
             {"role":"tool","tool_call_id":"c2","content":"noon"},
             {"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"rain"}]},
             {"role":"tool","tool_call_id":"c9","content":"?"}]
            """#
        let expected = #"""
            [{"role":"user","content":"Weather?"},
             {"role":"assistant","content":"","tool_calls":[
               {"id":"c1","function":{"name":"weather","arguments":{"city":"Zür\"ich","n":[1,2]}}},
               {"id":"c2","function":{"name":"now","arguments":{}}}]},
             {"role":"tool","content":"noon","tool_call_id":"c2","tool_name":"now"},
             {"role":"tool","content":"rain","tool_call_id":"c1","tool_name":"weather"},
             {"role":"tool","content":"?","tool_call_id":"c9"}]
            """#
        #expect(try messages(given) == canonical(expected))
    }

    @Test func `takes arguments that are an object already, and the old form of a call`() throws {
        let given = #"""
            [{"role":"assistant","content":"x","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},
             {"role":"assistant","content":null,"function_call":{"name":"g","arguments":"{\"b\":2}"}}]
            """#
        let expected = #"""
            [{"role":"assistant","content":"x","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},
             {"role":"assistant","content":"","tool_calls":[{"function":{"name":"g","arguments":{"b":2}}}]}]
            """#
        #expect(try messages(given) == canonical(expected))
    }

    @Test(arguments: [#"{\"a\":"#, "[1]", "5", "x", #"{}{}"#, #"{\"a\":\"\\x\"}"#, #"{\"a\":1}, \"evil\":{}"#])
    func `refuses arguments that are no object`(_ arguments: String) throws {
        let call = #"{"id":"c","type":"function","function":{"name":"f","arguments":"\#(arguments)"}}"#
        #expect(
            try param(#"[{"role":"assistant","content":null,"tool_calls":[\#(call)]}]"#)
                == "messages[0].tool_calls[0].function.arguments")
    }

    @Test func `remembers only the latest calls of a very long chat`() throws {
        var list: [String] = []
        for number in 0..<400 {
            list.append(
                #"{"role":"assistant","content":null,"tool_calls":[{"id":"c\#(number)","function":{"name":"f\#(number)"}}]}"#
            )
        }
        list.append(#"{"role":"tool","tool_call_id":"c399","content":"new"}"#)
        list.append(#"{"role":"tool","tool_call_id":"c0","content":"old"}"#)
        let text = try messages("[" + list.joined(separator: ",") + "]")
        #expect(text.contains(#"{"content":"new","role":"tool","tool_call_id":"c399","tool_name":"f399"}"#))
        #expect(text.contains(#"{"content":"old","role":"tool","tool_call_id":"c0"}"#))
    }
}
