import Balancer
import Farm
import NIOCore
import Testing

/// Clients of `/v1/responses` before boxes, over real sockets.
@Suite(.timeLimit(.minutes(2)), .serialized) struct ResponsesFrontScenarioTests {
    private static func response(
        _ model: String = "llama3", _ more: String = "", headers: String = "", path: String = "/v1/responses"
    ) -> String {
        RunningGateway.post(path, #"{"model":"\#(model)","input":"hi","max_output_tokens":500\#(more)}"#, headers)
    }

    private static func ask(_ gateway: RunningGateway, _ request: String) async throws -> RawConnection.Message {
        let client = try await gateway.connect()
        try await client.send(request)
        let answer = try await client.message()
        await client.close()
        return answer
    }

    @Test(arguments: ["/v1/responses", "/responses", "/openai/responses", "/openai/v1/responses"])
    func `a box answers whole, and in a stream of events by their numbers`(path: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1, tokens: 12...12)
        let whole = try await Self.ask(pool.gateway, Self.response(path: path))
        #expect(whole.status == 200)
        #expect(whole["content-type"] == "application/json")
        let body = try JSONNode(whole.body)
        #expect(body["object"].text == "response" && body["status"].text == "completed")
        #expect(body["model"].text == "llama3")
        #expect(body["usage"]["output_tokens"].number == 12)
        #expect(whole.body.contains(#""content":[{"type":"output_text","text":"box 0: "#), "\(whole.body)")

        let stream = try await Self.ask(pool.gateway, Self.response("llama3", #","stream":true"#, path: path))
        #expect(stream.status == 200)
        #expect(stream["content-type"] == "text/event-stream; charset=utf-8")
        let events = stream.body.split(separator: "\n\n")
        let names = events.map { String($0.prefix { $0 != "\n" }.dropFirst("event: ".count)) }
        #expect(
            Array(names.prefix(5)) == [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.content_part.added", "response.output_text.delta",
            ])
        #expect(
            Array(names.suffix(4)) == [
                "response.output_text.done", "response.content_part.done", "response.output_item.done",
                "response.completed",
            ])
        for (number, event) in events.enumerated() {
            #expect(event.contains(#""sequence_number":\#(number),"#) && !event.contains("[DONE]"))
        }
        try await pool.stop()
    }

    @Test func `what the input of a response would count is told with the conversation before it`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, tokens: 12...12, key: "sk-master-1")
        let key = "Authorization: Bearer sk-master-1\r\n"
        func count(_ more: String = "", _ model: String = "llama3", at path: String = "/v1/responses/input_tokens")
            async throws -> RawConnection.Message
        {
            try await Self.ask(
                pool.gateway,
                RunningGateway.post(path, #"{"model":"\#(model)","input":"12345678"\#(more)}"#, key))
        }
        let alone = try await count()
        #expect(alone.status == 200 && alone["x-drover-token-count"] == "estimate")
        #expect(alone.body == #"{"object":"response.input_tokens","input_tokens":2}"#)
        #expect(try await count(at: "/openai/v1/responses/input_tokens").body == alone.body)
        #expect(try JSONNode(try await count(#","instructions":"1234""#).body)["input_tokens"].number == 3)
        let first = try JSONNode(
            try await Self.ask(
                pool.gateway, RunningGateway.post("/v1/responses", #"{"model":"llama3","input":"12345678"}"#, key)
            ).body)
        let (id, item) = (first["id"].text ?? "", first["output"][0]["id"].text ?? "")
        for body in [
            #""input":"12345678","previous_response_id":"\#(id)""#,
            #""input":[{"type":"item_reference","id":"\#(item)"},{"role":"user","content":"12345678"}]"#,
        ] {
            let answer = try await Self.ask(
                pool.gateway,
                RunningGateway.post("/v1/responses/input_tokens", #"{"model":"llama3",\#(body)}"#, key))
            #expect((try JSONNode(answer.body)["input_tokens"].number ?? 0) > 10, "\(answer)")
        }
        #expect(try await count(#","previous_response_id":"resp_nobody""#).status == 404)
        #expect(try await count("", "nobody").status == 404)
        #expect(try await count(#","input":"twice""#).status == 400)
        for path in ["/v1/responses/compact", "/responses/\(id)/cancel"] {
            let refused = try await count(at: path)
            #expect(refused.status == 404 && refused.body.contains("compacts no conversations"), "\(refused)")
        }
        #expect(try await count(at: "/v1/responses/\(id)").status == 405)
        try await pool.stop()
    }

    @Test func `a response is gone on from, asked for again and forgotten`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, tokens: 12...12)
        let first = try await Self.ask(pool.gateway, Self.response())
        let id = try JSONNode(first.body)["id"].text ?? ""
        let got = try await Self.ask(pool.gateway, RunningGateway.get("/v1/responses/\(id)"))
        #expect(got.status == 200 && got.body == first.body)
        let next = try await Self.ask(pool.gateway, Self.response("llama3", #","previous_response_id":"\#(id)""#))
        #expect(next.status == 200)
        let (one, two) = (try JSONNode(first.body)["usage"], try JSONNode(next.body)["usage"])
        #expect(
            (two["input_tokens"].number ?? 0) > (one["input_tokens"].number ?? 0),
            "the box has read what was said before")
        let input = try JSONNode(
            try await Self.ask(
                pool.gateway,
                RunningGateway.get(
                    "/v1/responses/\(try JSONNode(next.body)["id"].text ?? "")/input_items?order=asc&limit=2")
            ).body)
        #expect(input["data"][0]["content"][0]["text"].text == "hi" && input["has_more"] == .bool(true))
        #expect(input["data"][1]["id"].text == (try JSONNode(first.body)["output"][0]["id"].text))
        for query in ["limit=0", "limit=x", "order=up", "after=nobody"] {
            let refused = try await Self.ask(
                pool.gateway, RunningGateway.get("/v1/responses/\(id)/input_items?\(query)"))
            #expect(refused.status == 400 && refused.body.contains(#""param":"\#(query.prefix { $0 != "=" })""#))
        }
        let delete = "DELETE /v1/responses/\(id) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let deleted = try await Self.ask(pool.gateway, delete)
        #expect(deleted.status == 200 && deleted.body.contains(#""deleted":true"#) && deleted.body.contains(id))
        #expect(try await Self.ask(pool.gateway, delete).status == 404)
        let gone = try await Self.ask(pool.gateway, RunningGateway.get("/v1/responses/\(id)"))
        #expect(gone.status == 404)
        #expect(try JSONNode(gone.body)["error"]["code"].text == "not_found")
        let late = try await Self.ask(pool.gateway, Self.response("llama3", #","previous_response_id":"\#(id)""#))
        #expect(late.status == 400)
        try await pool.stop()
    }

    @Test func `a kept stream is asked for again, from one of its events on`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, tokens: 12...12)
        let stream = try await Self.ask(pool.gateway, Self.response("llama3", #","stream":true"#))
        let id = "resp_" + (stream.body.split(separator: "resp_").dropFirst().first ?? "").prefix { $0 != "\"" }
        let again = try await Self.ask(pool.gateway, RunningGateway.get("/v1/responses/\(id)?stream=true"))
        #expect(again.status == 200 && again["content-type"] == "text/event-stream; charset=utf-8")
        #expect(again.body == stream.body)
        let rest = try await Self.ask(
            pool.gateway, RunningGateway.get("/v1/responses/\(id)?stream=true&starting_after=6"))
        #expect(stream.body.hasSuffix(rest.body) && rest.body.split(separator: "\n\n")[0].contains(#"number":7,"#))
        let refused = try await Self.ask(
            pool.gateway, RunningGateway.get("/v1/responses/\(id)?stream=true&starting_after=x"))
        #expect(refused.status == 400)
        try await pool.stop()
    }

    @Test func `errors have OpenAI's shape, and name the member that is wrong`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: "sk-master-1")
        let key = "authorization: Bearer sk-master-1\r\n"
        let cases: [(request: String, status: Int, code: String, param: String?)] = [
            (Self.response(), 401, "invalid_api_key", nil),
            (Self.response("nobody", headers: key), 404, "model_not_found", nil),
            (
                Self.response("llama3", #","previous_response_id":"resp_1""#, headers: key), 400, "invalid_request",
                "previous_response_id"
            ),
            (
                Self.response("llama3", #","tools":[{"type":"web_search"}]"#, headers: key), 400, "invalid_request",
                "tools[0].type"
            ),
        ]
        for expected in cases {
            let answer = try await Self.ask(pool.gateway, expected.request)
            #expect(answer.status == expected.status, "\(answer)")
            let error = try JSONNode(answer.body)["error"]
            #expect(error["code"].text == expected.code, "\(answer)")
            if let param = expected.param { #expect(error["param"].text == param, "\(answer)") }
        }
        let dropped = Self.response("llama3", #","tools":[{"type":"web_search"}],"drop_params":true"#, headers: key)
        #expect(try await Self.ask(pool.gateway, dropped).status == 200)
        try await pool.stop()
    }
}
