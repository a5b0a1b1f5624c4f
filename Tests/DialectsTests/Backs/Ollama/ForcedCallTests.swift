import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Calls that a request demands of a box, which knows no such demand.
@Suite struct ForcedCallTests {
    private static let weather =
        ##"{"name":"weather","description":"W","parameters":{"type":"object","properties":{"city":{"$ref":"#/$defs/City"},"next":{"$ref":"#"}},"$defs":{"City":{"type":"string"}}}}"##
    private static let add =
        #"{"name":"add","parameters":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}"#
    private static let bare = #"{"name":"now"}"#

    private static func tools(_ functions: String...) -> String {
        "[" + functions.map { #"{"type":"function","function":\#($0)}"# }.joined(separator: ",") + "]"
    }

    private static func chat(_ tools: String, _ choice: String, _ more: String = "") -> String {
        Fixture.chat(#""tools":\#(tools),"tool_choice":\#(choice)\#(more)"#)
    }

    private static func named(_ name: String) -> String { #"{"type":"function","function":{"name":"\#(name)"}}"# }

    private func sent(_ body: String, _ front: Front = .openAIChat, defaults: [String: JSONText] = [:]) throws
        -> [String: Any]
    {
        let sent = try Sent(body, front, to: Fixture.target(defaults: defaults))
        return try #require(JSONSerialization.jsonObject(with: Data(sent.body.utf8)) as? [String: Any])
    }

    private func format(_ body: String, _ front: Front = .openAIChat, defaults: [String: JSONText] = [:]) throws
        -> String?
    {
        guard let format = try sent(body, front, defaults: defaults)["format"] else { return nil }
        let data = try JSONSerialization.data(
            withJSONObject: format, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    // MARK: What a box is sent

    @Test(arguments: [
        #"{"type":"object","properties":{"zip":{"type":"string","pattern":"[0-9]"}}}"#,
        #"{"type":"object","properties":{"zip":{"$ref":"https://example.com/zip.json"}}}"#,
    ])
    func `a schema that a box would refuse is not sent, and the demand is a hint`(schema: String) throws {
        let tool = #"{"name":"post","parameters":\#(schema)}"#
        for body in [
            Self.chat(Self.tools(tool), Self.named("post")), Self.chat(Self.tools(Self.add, tool), #""required""#),
        ] {
            #expect(try format(body) == nil)
            #expect(try sent(body)["tools"] != nil)
        }
        // A property may have any name.
        let named = #"{"name":"f","parameters":{"type":"object","properties":{"pattern":{"type":"string"}}}}"#
        #expect(try format(Self.chat(Self.tools(named), #""required""#)) != nil)
    }

    @Test(arguments: [#""required""#, #""any""#, #"{"type":"any"}"#, named("add")])
    func `one function alone is a schema of its arguments, and its tool goes along once`(choice: String) throws {
        let body = Self.chat(Self.tools(Self.add), choice)
        #expect(
            try format(body)
                == #"{"properties":{"a":{"type":"integer"}},"required":["a"],"type":"object"}"#)
        #expect((try sent(body)["tools"] as? [Any])?.count == 1)
        #expect((try sent(body)["messages"] as? [Any])?.count == 1)
    }

    @Test func `a function that is named among several goes alone`() throws {
        let body = Self.chat(Self.tools(Self.weather, Self.bare), Self.named("now"))
        #expect(try format(body) == #"{"properties":{},"type":"object"}"#)
        #expect((try sent(body)["tools"] as? [Any])?.count == 1)
    }

    @Test func `one of several is an object with its name and arguments, and references go on meaning what they did`()
        throws
    {
        let body = Self.chat(Self.tools(Self.weather, Self.add, Self.bare), #""required""#)
        let expected =
            ##"{"anyOf":[{"type":"object","properties":{"name":{"const":"weather"},"arguments":{"$ref":"#/$defs/f0"}},"required":["name","arguments"]},"##
            + ##"{"type":"object","properties":{"name":{"const":"add"},"arguments":{"$ref":"#/$defs/f1"}},"required":["name","arguments"]},"##
            + ##"{"type":"object","properties":{"name":{"const":"now"},"arguments":{"$ref":"#/$defs/f2"}},"required":["name","arguments"]}],"##
            + ##""$defs":{"f0":{"type":"object","properties":{"city":{"$ref":"#/$defs/f0/$defs/City"},"next":{"$ref":"#/$defs/f0"}},"$defs":{"City":{"type":"string"}}},"##
            + #""f1":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},"f2":{"type":"object","properties":{}}}}"#
        #expect(try format(body) == canonical(expected))
        // A grammar follows the order of a schema: the name comes before the arguments.
        #expect(try Sent(body).body.contains(#""properties":{"name":{"const":"weather"},"arguments""#))
        #expect((try sent(body)["tools"] as? [Any])?.count == 3)
    }

    @Test(arguments: [#"{"type":"any"}"#, #"{"type":"tool","name":"add"}"#])
    func `a client of Anthropic's has the same`(choice: String) throws {
        let body =
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"add","input_schema":{"type":"object"}}],"tool_choice":\#(choice)}"#
        #expect(try format(body, .anthropicMessages) == #"{"type":"object"}"#)
    }

    @Test(arguments: [#""auto""#, #""none""#, #"{"type":"allowed_tools"}"#])
    func `a choice that is the model's is left to it`(choice: String) throws {
        #expect(try format(Self.chat(Self.tools(Self.add), choice)) == nil)
        let wanted = #","response_format":{"type":"json_object"}"#
        #expect(try format(Self.chat(Self.tools(Self.add), choice, wanted)) == #""json""#)
    }

    @Test func `the form of a text does not count where there has to be a call, and a client's own word for it does`()
        throws
    {
        let schema = #","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"array"}}}"#
        let call = #"{"properties":{"a":{"type":"integer"}},"required":["a"],"type":"object"}"#
        #expect(try format(Self.chat(Self.tools(Self.add), #""required""#, schema)) == call)
        #expect(
            try format(
                Self.chat(Self.tools(Self.add), #""required""#),
                defaults: ["response_format": JSONText(#"{"type":"json_object"}"#)!])
                == call)
        #expect(try format(Self.chat(Self.tools(Self.add), #""required""#, #","format":"json""#)) == #""json""#)
    }

    // MARK: What a client gets

    private static func line(_ content: String, _ more: String = "") -> String {
        let text = JSONText.string(content).description
        return #"{"model":"m","created_at":"t","message":{"role":"assistant","content":\#(text)\#(more)},"done":false}"#
            + "\n"
    }
    private static let done =
        #"{"model":"m","created_at":"t","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":7}"#
        + "\n"

    private func answer(
        _ body: String, _ front: Front = .openAIChat, _ lines: [String]
    ) throws -> (text: String, end: AnswerTranslator.Progress) {
        var request = try Fixture.scan(body, front)
        if !request.stream { request = request.joiningStream(true) }
        var translator = AnswerTranslator(request: request, target: Fixture.target(), responseID: 7, created: 1)
        var out = ByteBuffer()
        for line in lines { _ = translator.feed(ByteBuffer(string: line), into: &out) }
        return (String(buffer: out), translator.end(into: &out))
    }

    private func message(_ body: String, _ lines: [String]) throws -> (message: [String: Any], reason: String?) {
        let (text, end) = try answer(body, lines)
        #expect(end == .complete)
        let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let choice = try #require((object["choices"] as? [[String: Any]])?.first)
        return (try #require(choice["message"] as? [String: Any]), choice["finish_reason"] as? String)
    }

    private func answer(_ body: String, _ lines: [String]) throws -> (text: String, end: AnswerTranslator.Progress) {
        try answer(body, .openAIChat, lines)
    }

    private func call(_ message: [String: Any]) throws -> (name: String?, arguments: String?) {
        let calls = try #require(message["tool_calls"] as? [[String: Any]])
        #expect(calls.count == 1)
        let function = try #require(calls.first?["function"] as? [String: Any])
        return (function["name"] as? String, function["arguments"] as? String)
    }

    private static let texts: [(tools: String, pieces: [String], name: String, arguments: String)] = [
        (tools(add), [#"{"a""#, #": 4"#, "}"], "add", #"{"a": 4}"#),
        (tools(add), ["\n {\"a\":", "\"\\\"\\n\"}  "], "add", #"{"a":"\"\n"}"#),
        (tools(add), [#"{"name":"add","arguments":{"a":1}}"#], "add", #"{"a":1}"#),
        (tools(add), ["```json\n{\"a\":1,", "}\n```"], "add", #"{"a":1}"#),
        (tools(add, weather), [#"{"name":"wea"#, #"ther","arguments":{"city":"Ü"}}"#], "weather", #"{"city":"Ü"}"#),
        (tools(add, weather), [#"{"name":"add","parameters":{}}"#], "add", "{}"),
        (
            tools(#"{"name":"run","parameters":{"type":"object","properties":{"name":{},"arguments":{}}}}"#),
            [#"{"name":"run","arguments":{}}"#], "run", #"{"name":"run","arguments":{}}"#
        ),
    ]

    @Test func `a call that the limit cut off is not completed`() throws {
        let cut = Self.done.replacing("\"stop\"", with: "\"length\"")
        let text = #"{"a":1"#
        let (message, reason) = try message(Self.chat(Self.tools(Self.add), #""required""#), [Self.line(text), cut])
        #expect(message["content"] as? String == text && reason == "length")
    }

    @Test(arguments: texts.indices) func `the text is the call, whole`(index: Int) throws {
        let (tools, pieces, name, arguments) = Self.texts[index]
        let (message, reason) = try message(
            Self.chat(tools, #""required""#), pieces.map { Self.line($0) } + [Self.done])
        #expect(reason == "tool_calls" && message["content"] is NSNull)
        #expect(try call(message) == (name, arguments))
    }

    @Test(arguments: texts.indices) func `the text is the call, streamed, in one piece`(index: Int) throws {
        let (tools, pieces, name, arguments) = Self.texts[index]
        let (text, end) = try answer(
            Self.chat(tools, #""required""#, #","stream":true"#), pieces.map { Self.line($0) } + [Self.done])
        #expect(end == .complete && text.hasSuffix("data: [DONE]\n\n"))
        #expect(text.components(separatedBy: "\"tool_calls\":[{").count == 2, "\(text)")
        #expect(text.contains("\"name\":\"\(name)\",\"arguments\":\(JSONText.string(arguments))"), "\(text)")
        #expect(text.contains(#""finish_reason":"tool_calls""#) && !text.contains(#""content":"{"#))
    }

    @Test func `thoughts go on as they come, before the call`() throws {
        let thought = Self.line("", #","thinking":"hm""#)
        let (text, _) = try answer(
            Self.chat(Self.tools(Self.add), #""required""#, #","stream":true"#), [thought, Self.line(#"{"a":1}"#)])
        #expect(text.contains(#""reasoning_content":"hm""#) && !text.contains("tool_calls"))
    }

    @Test(arguments: [
        "I would rather talk.", #"{"name":"other","arguments":{}}"#, #"{"name":"add","arguments":"a"}"#, #"{"a":1"#,
        #"[1]"#,
        "", #"{"name":"add"}"#,
    ])
    func `what is no call stays the text that it is`(text: String) throws {
        let body = Self.chat(Self.tools(Self.add, Self.weather), #""required""#)
        let (message, reason) = try message(body, [Self.line(text), Self.done])
        #expect(message["content"] as? String == text && message["tool_calls"] == nil && reason == "stop")
    }

    @Test func `a call that the box itself finds is passed on, and the text before it`() throws {
        let call = Self.line("", #","tool_calls":[{"function":{"name":"add","arguments":{"a":2}}}]"#)
        let (message, reason) = try message(
            Self.chat(Self.tools(Self.add), #""required""#), [Self.line("So: "), call, Self.line("done"), Self.done])
        #expect(message["content"] as? String == "So: done" && reason == "tool_calls")
        #expect(try self.call(message) == ("add", #"{"a":2}"#))
    }

    @Test func `a client of Anthropic's gets a block of a tool's use`() throws {
        let body =
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"add","input_schema":{}}],"tool_choice":{"type":"any"}}"#
        let (text, end) = try answer(body, .anthropicMessages, [Self.line(#"{"a":1}"#), Self.done])
        #expect(end == .complete)
        #expect(text.contains(#""type":"tool_use""#) && text.contains(#""input":{"a":1}"#), "\(text)")
        #expect(text.contains(#""stop_reason":"tool_use""#))
    }

    @Test func `log probabilities stay with the text that is no call`() throws {
        let one =
            #"{"model":"m","created_at":"t","message":{"role":"assistant","content":"a"},"done":false,"logprobs":[{"token":"a","logprob":-1,"bytes":[97]}]}"#
            + "\n"
        let (text, _) = try answer(
            Self.chat(Self.tools(Self.add), #""required""#, #","logprobs":true"#), [one, one, Self.done])
        #expect(
            text.components(separatedBy: "\"token\":\"a\"").count == 3 && text.contains(#""content":"aa""#), "\(text)")
    }

    @Test func `a text that is too long for a call goes on as it comes`() throws {
        let long = String(repeating: "x", count: 600_000)
        let body = Self.chat(Self.tools(Self.add), #""required""#, #","stream":true"#)
        #expect(try answer(body, [Self.line(long)]).text.isEmpty)
        #expect(try answer(body, [Self.line(long), Self.line(long)]).text.utf8.count > 1_200_000)
    }
}
