import Foundation
import NIOCore
import Testing

@testable import Dialects

/// What of a body of `/api/chat` reaches a box, and as what.
@Suite struct OllamaPassageTests {
    private func sent(
        _ body: String, defaults: [String: JSONText] = [:], load: LoadTerms = .asRequested, joins: Bool = false
    ) throws -> String {
        var request = try Fixture.scan(body, .ollamaChat)
        request = request.joiningStream(joins)
        var out = ByteBuffer(string: "before")
        try Provider.encode(
            request, with: Fixture.permit(Fixture.target(defaults: defaults)), load: load, unixSeconds: 0, into: &out)
        let text = String(buffer: out).dropFirst(6)
        #expect(text.hasPrefix("POST /api/chat HTTP/1.1\r\n"))
        let end = try #require(text.range(of: "\r\n\r\n"))
        let head = text[..<end.lowerBound]
        let body = String(text[end.upperBound...])
        let length = head.split(separator: "content-length:").last.map { $0.filter { $0 != " " } } ?? ""
        #expect(Int(length) == body.utf8.count)
        #expect(JSONText(body) != nil, "\(body)")
        return body
    }

    @Test func `all but the model's name goes byte for byte`() throws {
        let rest =
            #""messages": [ {"role":"USER","content":"é\u00e9","images":["\/9j\/"],"future":[1, 2]} ] , "stream":false,"options":{ "top_k" : 5 },"_debug_render_only":true"#
        #expect(try sent(#" {"model" : "x:latest", \#(rest) } "#) == #"{"model":"llama3.1:8b",\#(rest) }"#)
        #expect(try sent(#"{\#(rest),"model":"x"}"#) == #"{"model":"llama3.1:8b",\#(rest)}"#)
        #expect(try sent(#"{"Model":"x"}"#) == #"{"model":"llama3.1:8b"}"#)
        #expect(try sent(#"{"MODE\u004c":"x","a":{"model":1}}"#) == #"{"model":"llama3.1:8b","a":{"model":1}}"#)
    }

    @Test func `where an answer is joined its stream is asked for, and nowhere else`() throws {
        let body = #"{"model":"x","messages":[{"role":"user"}],"stream":false}"#
        #expect(try sent(body, joins: true).hasSuffix(#""stream":true}"#))
        #expect(try sent(body).hasSuffix(#""stream":false}"#))
        #expect(try sent(#"{"model":"x","messages":[],"stream":false}"#, joins: true).hasSuffix(#""stream":false}"#))
    }

    private static let loading =
        #"{"model":"x","messages":[],"Shift":true,"options":{"num_ctx":9,"seed":1,"num_gpu":2,"main\u005fgpu":1}}"#

    @Test(arguments: [
        (LoadTerms.asRequested, #","Shift":true,"options":{"num_ctx":9,"seed":1,"num_gpu":2,"main\u005fgpu":1}}"#),
        (.held(context: nil), #","options":{"seed":1}}"#),
        (.held(context: 4096), #","options":{"seed":1,"num_ctx":4096}}"#),
    ])
    func `under held terms a client loads a model with nothing of its own`(_ load: LoadTerms, _ rest: String) throws {
        #expect(try sent(Self.loading, load: load) == #"{"model":"llama3.1:8b","messages":[]"# + rest)
    }

    @Test func `nothing is left where all options were load-time ones`() throws {
        let body = #"{"model":"x","options":{"num_ctx":9},"k":1}"#
        #expect(try sent(body, load: .held(context: nil)) == #"{"model":"llama3.1:8b","options":{},"k":1}"#)
        #expect(
            try sent(body, load: .held(context: 7)) == #"{"model":"llama3.1:8b","options":{"num_ctx":7},"k":1}"#)
        #expect(
            try sent(#"{"model":"x"}"#, load: .held(context: 7)) == #"{"model":"llama3.1:8b","options":{"num_ctx":7}}"#)
    }

    @Test func `the deployment's parameters join what the client does not name`() throws {
        let defaults: [String: JSONText] = [
            "temperature": .integer(1), "num_ctx": .integer(8192), "keep_alive": .integer(-1),
            "think": try #require(JSONText("false")), "format": .string("json"),
        ]
        #expect(
            try canonical(sent(#"{"model":"x"}"#, defaults: defaults))
                == #"{"format":"json","keep_alive":-1,"model":"llama3.1:8b","options":{"num_ctx":8192,"temperature":1},"think":false}"#
        )
        // What says nothing is as if it were not there, and does not stand beside what does.
        #expect(
            try canonical(
                sent(
                    #"{"model":"x","THINK":true,"format":"","Keep_Alive":null,"options":{"temperatur\u0065":0}}"#,
                    defaults: defaults))
                == canonical(
                    #"{"THINK":true,"format":"json","keep_alive":-1,"model":"llama3.1:8b","options":{"num_ctx":8192,"temperature":0}}"#
                )
        )
        #expect(
            try canonical(sent(#"{"model":"x","options":null}"#, defaults: defaults, load: .held(context: 5)))
                == #"{"format":"json","keep_alive":-1,"model":"llama3.1:8b","options":{"num_ctx":5,"temperature":1},"think":false}"#
        )
    }
}
