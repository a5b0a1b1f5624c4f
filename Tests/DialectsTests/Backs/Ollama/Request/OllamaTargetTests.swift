import Dialects
import Foundation
import Testing

@Suite struct OllamaTargetTests {
    private func rest(_ defaults: [String: JSONText], _ field: String = "", tag: String = "m") throws -> String {
        try Sent(Fixture.chat(field), to: Fixture.target(tag: tag, defaults: defaults)).rest
    }

    @Test func `merges the deployment's parameters`() throws {
        let defaults: [String: JSONText] = [
            "num_ctx": .integer(8192), "temperature": .double(0.2), "keep_alive": .string("24h"),
            "stop": .string("END"),
            "max_tokens": .integer(100), "think": .bool(false), "top_k": .null,
        ]
        #expect(
            try rest(defaults)
                == canonical(
                    #"{"keep_alive":"24h","think":false,"options":{"num_ctx":8192,"temperature":0.2,"stop":["END"],"num_predict":100}}"#
                ))
    }

    @Test(arguments: [
        ("temperature", #""temperature":1"#, #"{"options":{"temperature":1}}"#),
        ("num_ctx", #""num_ctx":1"#, #"{"options":{"num_ctx":1}}"#),
        ("num_ctx", #""options":{"num_ctx":1}"#, #"{"options":{"num_ctx":1}}"#),
        ("max_tokens", #""max_completion_tokens":1"#, #"{"options":{"num_predict":1}}"#),
        ("num_predict", #""max_tokens":1"#, #"{"options":{"num_predict":1}}"#),
        ("max_tokens", #""num_predict":1"#, #"{"options":{"num_predict":1}}"#),
        ("keep_alive", #""keep_alive":1"#, #"{"keep_alive":1}"#), ("seed", #""seed":1"#, #"{"options":{"seed":1}}"#),
    ])
    func `lets the request's own field win`(_ name: String, _ field: String, _ expected: String) throws {
        #expect(try rest([name: .integer(99)], field) == canonical(expected))
    }

    @Test func `lets the request's own thinking and format win`() throws {
        #expect(try rest(["reasoning_effort": .string("high")]) == #"{"think":true}"#)
        #expect(try rest(["reasoning_effort": .string("high")], tag: "gpt-oss:20b") == #"{"think":"high"}"#)
        #expect(try rest(["think": .bool(true)], #""reasoning_effort":"none""#) == #"{"think":false}"#)
        let json = JSONText.object([("type", .string("json_object"))])
        #expect(try rest(["response_format": json]) == #"{"format":"json"}"#)
        #expect(try rest(["response_format": json], #""response_format":{"type":"text"}"#) == "{}")
        let schema = try #require(JSONText(#"{"type":"json_schema","json_schema":{"schema":{"type":"object"}}}"#))
        #expect(try rest(["response_format": schema]) == #"{"format":{"type":"object"}}"#)
    }

    @Test func `never writes a name twice`() throws {
        let defaults: [String: JSONText] = [
            "max_tokens": .integer(1), "max_completion_tokens": .integer(2), "num_predict": .integer(3),
            "options": .object([("num_predict", .integer(4)), ("top_k", .integer(5))]), "top_k": .integer(6),
        ]
        let body = try Sent(Fixture.chat(), to: Fixture.target(defaults: defaults)).body
        #expect(body.components(separatedBy: "num_predict").count == 2)
        #expect(body.contains(#""num_predict":3"#))
        #expect(body.contains(#""top_k":6"#))
        #expect(body.components(separatedBy: "top_k").count == 2)
    }

    @Test func `leaves out parameters that mean nothing to Ollama`() throws {
        #expect(
            try rest(["api_key": .string("k"), "model": .string("x"), "tags": .array([]), "n": .integer(2)]) == "{}")
    }

    @Test func `sends num_ctx with every kind of request, so that no box reloads`() throws {
        let target = Fixture.target(defaults: ["num_ctx": .integer(4096)])
        let options = #""options":{"num_ctx":4096}"#
        #expect(try Sent(Fixture.chat(), to: target).body.contains(options))
        #expect(try Sent(#"{"model":"m","prompt":"x"}"#, .openAICompletions, to: target).body.contains(options))
        #expect(try Sent(#"{"model":"m","input":"x"}"#, .openAIEmbeddings, to: target).body.contains(options))
    }

    @Test(arguments: [("", ""), ("/", ""), ("/x", "/x"), ("/x/", "/x"), ("x", "/x"), ("/x/y//", "/x/y")])
    func `joins the path with one slash`(_ given: String, _ kept: String) throws {
        let target = Fixture.target(prefix: given)
        #expect(try Sent(Fixture.chat(), to: target).head.hasPrefix("POST \(kept)/api/chat HTTP/1.1\r\n"))
    }
}
