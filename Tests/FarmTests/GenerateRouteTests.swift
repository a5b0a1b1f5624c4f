import Testing

@testable import Farm

@Suite(.timeLimit(.minutes(1))) struct GenerateRouteTests {
    @Test func `a stream of responses, then the context and the figures`() async throws {
        try await withBox { _, client in
            let lines = try await client.ask("POST", "/api/generate", #"{"model":"plain","prompt":"x"}"#).body.objects
            #expect(lines.count == 11)
            #expect(lines[0].names == ["model", "created_at", "response", "done"])
            #expect(lines[0]["response"] == .string("box 0: "))
            #expect(
                lines[10].names == [
                    "model", "created_at", "response", "done", "done_reason", "context", "total_duration",
                    "load_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration",
                ])
            let raw = try await client.ask(
                "POST", "/api/generate", #"{"model":"plain","prompt":"x","raw":true,"stream":false}"#)
            #expect(raw.json["context"] == nil)
            #expect(raw.json["response"]?.string == lines.compactMap { $0["response"]?.string }.joined())
        }
    }

    @Test func `thinking stands beside the response`() async throws {
        try await withBox { _, client in
            let whole = try await client.ask(
                "POST", "/api/generate", #"{"model":"qwen3:8b","prompt":"x","stream":false}"#)
            #expect(whole.json.names.prefix(5) == ["model", "created_at", "response", "thinking", "done"])
        }
    }

    @Test(arguments: [
        (#"{"prompt":"x"}"#, 404, "model '' not found"),
        (#"{"model":"x","prompt":"x"}"#, 404, "model 'x' not found"),
        (
            #"{"model":"plain","prompt":"x","raw":true,"system":"y"}"#, 400,
            "raw mode does not support template, system, or context"
        ),
        (#"{"model":"nomic-embed-text","prompt":"x"}"#, 400, #""nomic-embed-text" does not support generate"#),
        (
            #"{"model":"plain","prompt":7}"#, 400,
            "json: cannot unmarshal number into Go struct field GenerateRequest.prompt of type string"
        ),
    ])
    func `refuses in a real box's words`(body: String, status: Int, message: String) async throws {
        try await withBox { _, client in
            let answer = try await client.ask("POST", "/api/generate", body)
            #expect(answer.head.status == status)
            #expect(answer.error == message)
        }
    }

    @Test func `another context loads the model again, the same one does not`() async throws {
        try await withBox { farm, client in
            for context in [2_048, 2_048, 4_096, 4_096, 2_048] {
                let answer = try await client.ask(
                    "POST", "/api/generate",
                    #"{"model":"plain","prompt":"x","stream":false,"options":{"num_ctx":\#(context),"num_batch":512}}"#)
                #expect(answer.json["done"] == .bool(true))
            }
            let stats = await farm.stats(box: 0)
            #expect(stats.loads == 3 && stats.evictions == 2)
        }
    }
}
