import Testing

@testable import Dialects

@Suite struct UnknownFieldsTests {
    @Test(arguments: [
        ("", [String]()), (#""temperature":1,"top_k":3,"num_ctx":9,"thinking":{},"chat_template_kwargs":{}"#, []),
        (#""foo":1,"b\u0061r":2"#, ["foo", "bar"]), (#""extra_body":{"foo":1}"#, ["foo"]),
        (#""litellm_trace_id":"t","store":true"#, ["litellm_trace_id", "store"]),
        (#""tags":[],"metadata":{},"fallbacks":[],"stream_timeout":3,"user":"u","parallel_tool_calls":true"#, []),
        (#""foo":null"#, ["foo"]),
    ])
    func `the fields that nobody acts on are named`(_ more: String, _ names: [String]) throws {
        #expect(try Fixture.scan(Fixture.chat(more)).unknownFields == names)
    }

    @Test func `what a box or another route may know is no stranger`() throws {
        #expect(
            try Fixture.scan(#"{"model":"m","messages":[],"foo":1}"#, .ollamaChat).unknownFields.isEmpty)
        #expect(
            try Fixture.scan(#"{"model":"m","input":"x","instructions":"y"}"#, .openAIResponses).unknownFields.isEmpty)
    }
}
