import Balancer
import Farm
import NIOCore
import Testing

/// Clients of Anthropic's API before boxes, over real sockets.
@Suite(.timeLimit(.minutes(2)), .serialized) struct AnthropicFrontScenarioTests {
    private static func messages(_ model: String = "llama3", _ more: String = "", headers: String = "") -> String {
        RunningGateway.post(
            "/v1/messages",
            #"{"model":"\#(model)","max_tokens":500,"messages":[{"role":"user","content":"hi"}]\#(more)}"#,
            "anthropic-version: 2023-06-01\r\nanthropic-beta: some-beta\r\n" + headers)
    }

    private static func ask(_ gateway: RunningGateway, _ request: String) async throws -> RawConnection.Message {
        let client = try await gateway.connect()
        try await client.send(request)
        let answer = try await client.message()
        await client.close()
        return answer
    }

    @Test func `a box answers whole, and in a stream of Anthropic's events`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, tokens: 12...12)
        let whole = try await Self.ask(pool.gateway, Self.messages())
        #expect(whole.status == 200)
        #expect(whole["content-type"] == "application/json")
        let body = try JSONNode(whole.body)
        #expect(body["type"].text == "message")
        #expect(body["model"].text == "llama3")
        #expect(body["stop_reason"].text == "end_turn")
        #expect(body["usage"]["output_tokens"].number == 12)
        #expect(whole.body.contains(#""content":[{"type":"text","text":"box 0: "#))

        let stream = try await Self.ask(pool.gateway, Self.messages("llama3", #","stream":true"#))
        #expect(stream.status == 200)
        #expect(stream["content-type"] == "text/event-stream; charset=utf-8")
        let names = stream.body.split(separator: "\n\n").map { event in
            String(event.prefix { $0 != "\n" }.dropFirst("event: ".count))
        }
        #expect(names.first == "message_start" && names.last == "message_stop")
        #expect(Array(names.dropFirst().prefix(3)) == ["content_block_start", "ping", "content_block_delta"])
        #expect(Array(names.suffix(3)) == ["content_block_stop", "message_delta", "message_stop"])
        #expect(stream.body.contains(#""output_tokens":12}"#))
        try await pool.stop()
    }

    @Test func `errors have Anthropic's shape and types, and a pool that is down is overloaded`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: "sk-master-1")
        let key = "x-api-key: sk-master-1\r\n"
        let cases: [(request: String, status: Int, type: String)] = [
            (Self.messages(), 401, "authentication_error"),
            (Self.messages("nobody", headers: key), 404, "not_found_error"),
            (Self.messages("llama3", #","top_k":"x""#, headers: key), 400, "invalid_request_error"),
        ]
        for expected in cases {
            let answer = try await Self.ask(pool.gateway, expected.request)
            #expect(answer.status == expected.status, "\(answer)")
            let body = try JSONNode(answer.body)
            #expect(body["type"].text == "error")
            #expect(body["error"]["type"].text == expected.type, "\(answer)")
            #expect(body["request_id"].text == answer["x-litellm-call-id"], "\(answer)")
        }
        #expect(try await Self.ask(pool.gateway, Self.messages(headers: key)).status == 200)
        let get = try await Self.ask(pool.gateway, RunningGateway.get("/v1/messages", key))
        #expect(get.status == 405)
        #expect(try JSONNode(get.body)["type"].text == "error")
        try await pool.stop()
    }

    @Test func `models are listed in Anthropic's shape for its clients, page by page`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: "sk-master-1")
        let key = "x-api-key: sk-master-1\r\n"
        let headers = key + "anthropic-version: 2023-06-01\r\n"
        let list = try JSONNode(try await Self.ask(pool.gateway, RunningGateway.get("/v1/models", headers)).body)
        #expect(list["data"][0]["type"].text == "model" && list["data"][0]["id"].text == "llama3")
        #expect(list["data"][0]["display_name"].text == "llama3")
        #expect(list["data"][0]["created_at"].text == "2023-02-28T18:56:42Z")
        #expect(list["first_id"].text == "llama3" && list["last_id"].text == "llama3")
        for path in ["/v1/models/llama3", "/anthropic/v1/models/llama3"] {
            let model = try await Self.ask(pool.gateway, RunningGateway.get(path, headers))
            #expect(try JSONNode(model.body)["type"].text == "model", "\(path)")
        }
        // That path is of Anthropic's clients alone; the others are OpenAI's where no version is said.
        let own = try await Self.ask(pool.gateway, RunningGateway.get("/anthropic/v1/models", key))
        #expect(own.body.contains(#""has_more":false,"first_id":"llama3""#), "\(own)")
        let other = try JSONNode(try await Self.ask(pool.gateway, RunningGateway.get("/v1/models", key)).body)
        #expect(other["object"].text == "list" && other["data"][0]["object"].text == "model")
        for (request, status, type) in [
            (RunningGateway.get("/v1/models/nobody", headers), 404, "not_found_error"),
            (RunningGateway.get("/v1/models?limit=0", headers), 400, "invalid_request_error"),
            (RunningGateway.get("/v1/models?after_id=nobody", headers), 400, "invalid_request_error"),
            (RunningGateway.get("/v1/models", "anthropic-version: 2023-06-01\r\n"), 401, "authentication_error"),
        ] {
            let answer = try await Self.ask(pool.gateway, request)
            let body = try JSONNode(answer.body)
            #expect(answer.status == status && body["type"].text == "error", "\(answer)")
            #expect(body["error"]["type"].text == type, "\(answer)")
        }
        try await pool.stop()
    }

    @Test func `tokens are counted by an estimate that says so, for who may ask the model`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: "sk-master-1")
        let key = "x-api-key: sk-master-1\r\n"
        func count(_ model: String, _ headers: String, _ text: String = "12345678") async throws
            -> RawConnection.Message
        {
            try await Self.ask(
                pool.gateway,
                RunningGateway.post(
                    "/v1/messages/count_tokens?beta=true",
                    #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]}"#, headers))
        }
        let answer = try await count("llama3", key)
        #expect(answer.status == 200 && answer.body == #"{"input_tokens":2}"#, "\(answer)")
        #expect(answer["x-drover-token-count"] == "estimate")
        // A prompt of a book is read too.
        let long = String(repeating: "word ", count: 400_000)
        #expect(try await count("llama3", key, long).body == #"{"input_tokens":500000}"#)
        for (model, headers, status) in [("nobody", key, 404), ("llama3", "", 401)] {
            let refused = try await count(model, headers)
            #expect(refused.status == status)
            #expect(try JSONNode(refused.body)["type"].text == "error")
        }
        try await pool.stop()
    }

    @Test
    func `Anthropic's own count is given where the model is Anthropic's, and an estimate where it may not be asked`()
        async throws
    {
        let cloud = try await ScriptedCloud.start(tls: false) { request in
            request.contains("/v1/messages/count_tokens") && request.contains(#""model":"claude-x""#)
                ? .json(#"{"input_tokens":4711}"#) : .json("{}", status: 500)
        }
        let gateway = try await RunningGateway.start(
            """
            model_list:
              - {model_name: sonnet, litellm_params: {model: anthropic/claude-x, api_base: "http://localhost:\(cloud.port)", api_key: k}}
              - {model_name: broken, litellm_params: {model: anthropic/claude-y, api_base: "http://localhost:\(cloud.port)", api_key: k}}
            drover: {local: {"http://localhost:\(cloud.port)": false}}
            """)
        func count(_ model: String, _ headers: String = "") async throws -> String {
            let answer = try await Self.ask(
                gateway,
                RunningGateway.post(
                    "/v1/messages/count_tokens",
                    #"{"model":"\#(model)","messages":[{"role":"user","content":"12345678"}]}"#,
                    headers))
            return "\(answer.body) \(answer["x-drover-token-count"] ?? "")"
        }
        #expect(try await count("sonnet") == #"{"input_tokens":4711} exact"#)
        #expect(try await count("broken") == #"{"input_tokens":2} estimate"#)
        let before = cloud.counts.requests.count
        #expect(try await count("sonnet", "x-drover-local-only: true\r\n") == #"{"input_tokens":2} estimate"#)
        #expect(cloud.counts.requests.count == before)
        try await gateway.stop()
        await cloud.stop()
    }

    @Test func `a key that may ask a name is told of it in its other spelling too, by every route`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: "sk-master-1")
        let made = try await Self.ask(
            pool.gateway,
            RunningGateway.post(
                "/key/generate", #"{"models":["llama3"]}"#, "Authorization: Bearer sk-master-1\r\n"))
        let key = "Authorization: Bearer \(try JSONNode(made.body)["key"].text ?? "")\r\n"
        for (name, status) in [("llama3", 200), ("llama3:latest", 200), ("nobody", 404)] {
            let count = #"{"model":"\#(name)","messages":[{"role":"user","content":"x"}]}"#
            for request in [
                RunningGateway.post("/v1/messages/count_tokens", count, key),
                RunningGateway.get("/v1/models/\(name)", key),
                RunningGateway.post("/api/show", #"{"model":"\#(name)"}"#, key),
            ] {
                let answer = try await Self.ask(pool.gateway, request)
                #expect(answer.status == status, "\(answer)")
            }
        }
        try await pool.stop()
    }
}
