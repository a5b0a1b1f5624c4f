import Testing

@testable import Farm

@Suite(.timeLimit(.minutes(1))) struct OpenAIRouteTests {
    @Test func `a chat is whole unless it says otherwise`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask("POST", "/v1/chat/completions", chat)
            #expect(answer.head.headers["content-type"] == "application/json")
            #expect(
                answer.json.names
                    == ["id", "object", "created", "model", "system_fingerprint", "choices", "usage"])
            #expect(answer.json["choices"]?[0]?.names == ["index", "message", "finish_reason"])
            #expect(answer.json["choices"]?[0]?["finish_reason"] == .string("stop"))
            #expect(answer.json["choices"]?[0]?["message"]?["content"]?.string?.hasPrefix("box 0: ") == true)
            #expect(answer.json["usage"]?["completion_tokens"]?.int == 10)
            #expect(answer.json["id"]?.string?.hasPrefix("chatcmpl-") == true)
            #expect(answer.body.hasSuffix("}\n"))
        }
    }

    @Test func `a stream of events: the role first, the reason, the usage, done`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask(
                "POST", "/v1/chat/completions",
                request(#""stream":true,"stream_options":{"include_usage":true},"max_tokens":4"#))
            #expect(answer.head.headers["content-type"] == "text/event-stream")
            #expect(answer.body.hasSuffix("\n\ndata: [DONE]\n\n"))
            let events = answer.body.objects
            #expect(events.count == 6)
            #expect(events[0]["choices"]?[0]?["delta"]?.names == ["role", "content"])
            #expect(events[1]["choices"]?[0]?["delta"]?.names == ["content"])
            #expect(events[4]["choices"]?[0]?["delta"] == .object([]))
            #expect(events[4]["choices"]?[0]?["finish_reason"] == .string("length"))
            #expect(events[5]["choices"] == .array([]))
            #expect(events[5]["usage"]?["completion_tokens"]?.int == 4)
            #expect(Set(events.compactMap { $0["id"]?.string }).count == 1)
        }
    }

    @Test func `tool calls are whole, with their arguments as text`() async throws {
        let tools =
            #""tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{"at":{"type":"string"}}}}}]"#
        try await withBox { _, client in
            let body =
                #"{"model":"llama3.1:8b","messages":[{"role":"user","content":[{"type":"text","text":"look there"}]}],\#(tools)}"#
            let whole = try await client.ask("POST", "/v1/chat/completions", body)
            let choice = try #require(whole.json["choices"]?[0])
            #expect(choice["finish_reason"] == .string("tool_calls"))
            let call = try #require(choice["message"]?["tool_calls"]?[0])
            #expect(call.names == ["id", "index", "type", "function"])
            let arguments = try JSONParser.parse(try #require(call["function"]?["arguments"]?.string))
            #expect(arguments["at"] != nil)
            let events = try await client.ask(
                "POST", "/v1/chat/completions", body.replacing("{\"model", with: "{\"stream\":true,\"model")
            ).body.objects
            #expect(events.count == 2)
            #expect(events[0]["choices"]?[0]?["delta"]?["tool_calls"]?.array?.count == 1)
            #expect(events[1]["choices"]?[0]?["finish_reason"] == .string("tool_calls"))
        }
    }

    @Test func `reasoning, formats, log probabilities and images`() async throws {
        try await withBox { _, client in
            let thinking = try await client.ask(
                "POST", "/v1/chat/completions", #"{"model":"qwen3:8b","messages":[{"role":"user","content":"x"}]}"#)
            #expect(thinking.json["choices"]?[0]?["message"]?.names == ["role", "content", "reasoning"])
            let off = try await client.ask(
                "POST", "/v1/chat/completions",
                #"{"model":"qwen3:8b","reasoning_effort":"none","messages":[{"role":"user","content":"x"}]}"#)
            #expect(off.json["choices"]?[0]?["message"]?.names == ["role", "content"])
            let json = try await client.ask(
                "POST", "/v1/chat/completions",
                request(
                    #""response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object","properties":{"n":{"type":"integer"}}}}}"#
                ))
            let content = try #require(json.json["choices"]?[0]?["message"]?["content"]?.string)
            #expect(try JSONParser.parse(content)["n"]?.int != nil)
            let logprobs = try await client.ask("POST", "/v1/chat/completions", request(#""logprobs":true"#))
            #expect(logprobs.json["choices"]?[0]?["logprobs"]?["content"]?.array?.count == 10)
            let image = try await client.ask(
                "POST", "/v1/chat/completions",
                #"{"model":"llama3.1:8b","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}"#
            )
            #expect(image.head.status == 200)
        }
    }

    @Test func `text completions`() async throws {
        try await withBox { _, client in
            let whole = try await client.ask(
                "POST", "/v1/completions", #"{"model":"plain","prompt":"x","max_tokens":3}"#)
            #expect(whole.json["object"] == .string("text_completion"))
            #expect(whole.json["choices"]?[0]?.names == ["text", "index", "finish_reason"])
            #expect(whole.json["id"]?.string?.hasPrefix("cmpl-") == true)
            let events = try await client.ask(
                "POST", "/v1/completions",
                #"{"model":"plain","prompt":"x","stream":true,"stream_options":{"include_usage":true}}"#
            ).body.objects
            #expect(events.count == 12)
            #expect(events[0]["choices"]?[0]?["text"] == .string("box 0: "))
            #expect(events[0]["usage"]?["total_tokens"]?.int == 0)
            #expect(events[11]["usage"]?["completion_tokens"]?.int == 10)
        }
    }

    @Test(arguments: [
        ("", 400, "EOF", "invalid_request_error"),
        (#"{"model":"llama3.1:8b"}"#, 400, "[] is too short - 'messages'", "invalid_request_error"),
        (#"{"model":"x","messages":[{"role":"user","content":"x"}]}"#, 404, "model 'x' not found", "not_found_error"),
        (
            #"{"model":"llama3.1:8b","messages":[{"role":"user"}]}"#, 400, "invalid message content type: <nil>",
            "invalid_request_error"
        ),
        (
            #"{"model":"llama3.1:8b","reasoning_effort":"extreme","messages":[{"role":"user","content":"x"}]}"#, 400,
            "invalid reasoning value: 'extreme'", "invalid_request_error"
        ),
        (
            #"{"model":"llama3.1:8b","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://x"}}]}]}"#,
            400, "image URLs are not currently supported, please use base64 encoded data instead",
            "invalid_request_error"
        ),
        (
            #"{"model":"llama3.1:8b","messages":[{"role":"assistant","content":"","tool_calls":[{"function":{"arguments":"{"}}]}]}"#,
            400, "invalid tool call arguments", "invalid_request_error"
        ),
    ])
    func `refuses in OpenAI's shape`(body: String, status: Int, message: String, type: String) async throws {
        try await withBox { _, client in
            let answer = try await client.ask("POST", "/v1/chat/completions", body)
            #expect(answer.head.status == status)
            #expect(answer.head.headers["content-type"] == "application/json")
            let error = try #require(answer.json["error"])
            #expect(error.names == ["message", "type", "param", "code"])
            #expect(error["message"] == .string(message))
            #expect(error["type"] == .string(type))
            #expect(answer.body.hasSuffix("}\n"))
        }
    }

    private func request(_ fields: String) -> String {
        #"{"model":"llama3.1:8b","messages":[{"role":"user","content":"Where do they graze?"}],\#(fields)}"#
    }
}
