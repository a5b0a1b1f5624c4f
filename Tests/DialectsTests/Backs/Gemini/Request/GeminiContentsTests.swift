import Dialects
import Testing

@Suite struct GeminiContentsTests {
    private func contents(_ messages: String, _ tag: String = "gemini-2.5-flash") throws -> String {
        try GeminiFixture.member(
            "contents", of: #"{"model":"m","messages":\#(messages)}"#, to: GeminiFixture.target(tag))
    }

    private func param(_ messages: String, _ tag: String = "gemini-2.5-flash") throws -> String? {
        try GeminiFixture.fault(#"{"model":"m","messages":\#(messages)}"#, to: GeminiFixture.target(tag))?.param
    }

    @Test(arguments: [
        (#"[{"role":"user","content":"U\u00e9\n"}]"#, #"[{"role":"user","parts":[{"text":"Ué\n"}]}]"#),
        (
            #"[{"role":"user","content":"a","name":"bob"},{"role":"user","content":[{"type":"text","text":"b"}]}]"#,
            #"[{"role":"user","parts":[{"text":"a"},{"text":"b"}]}]"#
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"assistant","content":"b","reasoning_content":"hm"},{"role":"assistant","content":"c"},{"role":"user","content":"d"}]"#,
            #"[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"},{"text":"c"}]},{"role":"user","parts":[{"text":"d"}]}]"#
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"assistant","content":null,"refusal":"No."}]"#,
            #"[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"No."}]}]"#
        ),
        (
            #"[{"role":"user","content":""},{"role":"assistant","content":""},{"role":"user","content":"x"}]"#,
            #"[{"role":"user","parts":[{"text":"x"}]}]"#
        ),
        (#"[{"role":"user","content":""}]"#, #"[{"role":"user","parts":[{"text":" "}]}]"#),
        (#"[{"role":"system","content":"S"}]"#, #"[{"role":"user","parts":[{"text":" "}]}]"#),
    ])
    func `makes turns of messages`(_ given: String, _ expected: String) throws {
        #expect(try contents(given) == canonical(expected))
    }

    @Test func `gathers what the system says`() throws {
        let messages = #"""
            [{"role":"system","content":"A"},{"role":"user","content":"U"},{"role":"developer",
              "content":[{"type":"text","text":"B"},{"type":"text","text":""}]},{"role":"system","content":""}]
            """#
        let body = #"{"model":"m","messages":\#(messages)}"#
        #expect(
            try GeminiFixture.member("systemInstruction", of: body)
                == canonical(#"{"parts":[{"text":"A"},{"text":"B"}]}"#))
        #expect(try contents(messages) == canonical(#"[{"role":"user","parts":[{"text":"U"}]}]"#))
        // The first Gemmas take no system instruction.
        #expect(
            try contents(messages, "gemma-3-27b-it")
                == canonical(#"[{"role":"user","parts":[{"text":"A"},{"text":"U"},{"text":"B"}]}]"#))
        let picture =
            #"[{"role":"system","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="}}]}]"#
        #expect(try param(picture) == "messages[0].content[0].type")
    }

    private let calls = #"""
        [{"role":"user","content":"Weather?"},
         {"role":"assistant","content":null,"tool_calls":[
           {"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Z\\u00fcr\\\"ich\",\"n\":[1, 2]}"}},
           {"id":"c2","type":"function","function":{"name":"now","arguments":""}}]},
         {"role":"tool","tool_call_id":"c2","content":"noon"},
         {"role":"tool","tool_call_id":"c1","content":"{\"sky\": \"\\u00fc\"}"},
         {"role":"user","content":"Thanks"}]
        """#

    @Test func `turns calls and results into objects, results in a turn of their own`() throws {
        #expect(
            try contents(calls)
                == canonical(
                    #"""
                    [{"role":"user","parts":[{"text":"Weather?"}]},
                     {"role":"model","parts":[
                       {"functionCall":{"name":"weather","args":{"city":"Zür\"ich","n":[1,2]}}},
                       {"functionCall":{"name":"now","args":{}}}]},
                     {"role":"user","parts":[
                       {"functionResponse":{"name":"now","response":{"content":"noon"}}},
                       {"functionResponse":{"name":"weather","response":{"sky":"ü"}}}]},
                     {"role":"user","parts":[{"text":"Thanks"}]}]
                    """#))
    }

    @Test func `gives the third generation ids, and a signature where another model made the call`() throws {
        #expect(
            try contents(calls, "gemini-3-pro-preview")
                == canonical(
                    #"""
                    [{"role":"user","parts":[{"text":"Weather?"}]},
                     {"role":"model","parts":[
                       {"functionCall":{"id":"c1","name":"weather","args":{"city":"Zür\"ich","n":[1,2]}},
                        "thoughtSignature":"c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="},
                       {"functionCall":{"id":"c2","name":"now","args":{}}}]},
                     {"role":"user","parts":[
                       {"functionResponse":{"id":"c2","name":"now","response":{"content":"noon"}}},
                       {"functionResponse":{"id":"c1","name":"weather","response":{"sky":"ü"}}}]},
                     {"role":"user","parts":[{"text":"Thanks"}]}]
                    """#))
    }

    @Test(arguments: [
        #"{"id":"fc_1__thought__S1g+/==","type":"function","function":{"name":"f","arguments":"{}"}}"#,
        #"{"id":"fc_1","type":"function","function":{"name":"f","arguments":"{}"},"provider_specific_fields":{"thought_signature":"S1g+/=="}}"#,
        #"{"id":"fc_1","type":"function","function":{"name":"f","arguments":"{}","provider_specific_fields":{"thought_signature":"S1g+/=="}}}"#,
        #"{"id":"fc_1__thought__old","type":"function","function":{"name":"f","arguments":"{}"},"provider_specific_fields":{"thought_signature":"S1g+/=="}}"#,
    ])
    func `sends a call's signature back wherever the client carries it`(_ call: String) throws {
        let id =
            call.contains("__thought__old")
            ? "fc_1__thought__old" : call.contains("==\",\"type") ? "fc_1__thought__S1g+/==" : "fc_1"
        let messages = #"""
            [{"role":"assistant","content":"","tool_calls":[\#(call)],
              "provider_specific_fields":{"thought_signatures":["S1g+/=="]}},
             {"role":"tool","tool_call_id":"\#(id)","content":"r"}]
            """#
        #expect(
            try contents(messages, "gemini-3-pro-preview")
                == canonical(
                    #"""
                    [{"role":"model","parts":[
                       {"functionCall":{"id":"fc_1","name":"f","args":{}},"thoughtSignature":"S1g+/=="}]},
                     {"role":"user","parts":[
                       {"functionResponse":{"id":"fc_1","name":"f","response":{"content":"r"}}}]}]
                    """#))
    }

    @Test func `sends a text's signature back with it, even without a word`() throws {
        let fields = #""provider_specific_fields":{"thought_signatures":["T1","T2"]}"#
        #expect(
            try contents(#"[{"role":"assistant","content":"a",\#(fields)}]"#)
                == canonical(#"[{"role":"model","parts":[{"text":"a","thoughtSignature":"T1"}]}]"#))
        #expect(
            try contents(#"[{"role":"assistant","content":"",\#(fields)}]"#)
                == canonical(#"[{"role":"model","parts":[{"text":"","thoughtSignature":"T1"}]}]"#))
    }

    @Test func `takes the old forms of call and result`() throws {
        let given = #"""
            [{"role":"assistant","content":null,"function_call":{"name":"g","arguments":"{\"b\":2}"}},
             {"role":"function","name":"g","content":"4"}]
            """#
        #expect(
            try contents(given)
                == canonical(
                    #"""
                    [{"role":"model","parts":[{"functionCall":{"name":"g","args":{"b":2}}}]},
                     {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"content":"4"}}}]}]
                    """#))
    }

    @Test func `gives a result's texts and pictures`() throws {
        let given = #"""
            [{"role":"tool","name":"shot","tool_call_id":"x","content":[{"type":"text","text":"a"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="}},{"type":"text","text":"[1]"}]}]
            """#
        #expect(
            try contents(given)
                == canonical(
                    #"""
                    [{"role":"user","parts":[{"functionResponse":{"name":"shot","response":{"content":"a\n[1]"},
                      "parts":[{"inlineData":{"mimeType":"image/png","data":"QQ=="}}]}}]}]
                    """#))
    }

    @Test(arguments: [#"{\"a\":"#, "[1]", "5", "x", #"{}{}"#, #"{\"a\":\"\\x\"}"#, #"{\"a\":1}, \"evil\":{}"#])
    func `refuses arguments that are no object`(_ arguments: String) throws {
        let call = #"{"id":"c","type":"function","function":{"name":"f","arguments":"\#(arguments)"}}"#
        #expect(
            try param(#"[{"role":"assistant","content":null,"tool_calls":[\#(call)]}]"#)
                == "messages[0].tool_calls[0].function.arguments")
        let old = #"{"name":"f","arguments":"\#(arguments)"}"#
        #expect(
            try param(#"[{"role":"assistant","content":null,"function_call":\#(old)}]"#)
                == "messages[0].function_call.arguments")
    }

    @Test func `refuses a result of a call that nobody made`() throws {
        #expect(try param(#"[{"role":"tool","tool_call_id":"c9","content":"?"}]"#) == "messages[0].tool_call_id")
    }
}
