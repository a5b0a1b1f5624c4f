import NIOCore
import Testing

@testable import Dialects

/// What bodies of `/api/embed` and `/api/embeddings` are to a box and to others.
@Suite struct OllamaEmbedTests {
    private static func fault(_ body: String, _ front: Front, to target: UpstreamTarget) -> RequestFault? {
        do {
            _ = try Sent(body, front, to: target)
            return nil
        } catch { return error as? RequestFault }
    }

    @Test func `a box gets all of it as it stands, but the model's name`() throws {
        let rest = #""input": ["a","\u00e9"],"truncate":false,"dimensions":64,"keep_alive":"5m","new":1"#
        let sent = try Sent(#"{"model":"x",\#(rest)}"#, .ollamaEmbed)
        #expect(sent.head.hasPrefix("POST /api/embed HTTP/1.1\r\n"))
        #expect(sent.body == #"{"model":"llama3.1:8b",\#(rest)}"#)
        let old = try Sent(#"{"model":"x","prompt":"a"}"#, .ollamaEmbeddings)
        #expect(old.head.hasPrefix("POST /api/embeddings HTTP/1.1\r\n"))
        #expect(old.body == #"{"model":"llama3.1:8b","prompt":"a"}"#)
        #expect(try Sent(#"{"model":"x"}"#, .ollamaEmbed).body == #"{"model":"llama3.1:8b"}"#)
    }

    @Test func `OpenAI gets its own embeddings`() throws {
        let target = OpenAIFixture.target("openai", tag: "text-embedding-3-small")
        let sent = try OpenAISent(
            #"{"model":"x","input":["a","b"],"dimensions":64,"truncate":true,"options":{"num_ctx":9}}"#, .ollamaEmbed,
            to: target)
        #expect(sent.path == "/v1/embeddings")
        #expect(
            try canonical(sent.body) == #"{"dimensions":64,"input":["a","b"],"model":"text-embedding-3-small"}"#)
        let old = try OpenAISent(#"{"model":"x","prompt":"a"}"#, .ollamaEmbeddings, to: target)
        #expect(try canonical(old.body) == #"{"input":"a","model":"text-embedding-3-small"}"#)
    }

    @Test func `Gemini gets its own too, and who has none says so`() throws {
        for (body, front) in [
            (#"{"model":"x","input":"a"}"#, Front.ollamaEmbed), (#"{"model":"x","prompt":"a"}"#, .ollamaEmbeddings),
        ] {
            let sent = try Sent(body, front, to: GeminiFixture.target("gemini-embedding-001"))
            #expect(sent.body.contains(#"{"text":"a"}"#), "\(sent.body)")
            #expect(Self.fault(body, front, to: Fixture.claude())?.message.contains("no embeddings") == true)
        }
    }

    @Test(arguments: [
        (#"{"model":"x"}"#, Front.ollamaEmbed, "input"), (#"{"model":"x"}"#, .ollamaEmbeddings, "prompt"),
        (#"{"model":"x","prompt":""}"#, .ollamaEmbeddings, "prompt"),
    ])
    func `only a box can be asked for nothing`(_ body: String, _ front: Front, _ param: String) {
        #expect(Self.fault(body, front, to: OpenAIFixture.target())?.param == param)
        #expect(Self.fault(body, front, to: Fixture.target()) == nil)
    }

    @Test(arguments: [
        (#"{"model":"x","input":7}"#, Front.ollamaEmbed, "invalid input type"),
        (#"{"model":"x","input":["a",1]}"#, .ollamaEmbed, "invalid input type"),
        (
            #"{"model":"x","dimensions":"a"}"#, .ollamaEmbed,
            "json: cannot unmarshal string into Go struct field EmbedRequest.dimensions of type int"
        ),
        ("{}", .ollamaEmbeddings, "model is required"),
        (
            #"{"model":"x","prompt":[]}"#, .ollamaEmbeddings,
            "json: cannot unmarshal array into Go struct field EmbeddingRequest.prompt of type string"
        ),
    ])
    func `what a box would refuse is refused in its words`(_ body: String, _ front: Front, _ message: String) {
        #expect(Fixture.fault(body, front)?.message == message)
    }

    @Test func `an unknown model is told in each route's own words`() throws {
        #expect(Front.ollamaEmbed.unknownModel("x") == #"model "x" not found, try pulling it first"#)
        #expect(Front.ollamaEmbeddings.unknownModel("x") == #"model "x" not found, try pulling it first"#)
        #expect(try Fixture.scan("{}", .ollamaEmbed).model.isEmpty)
    }
}
