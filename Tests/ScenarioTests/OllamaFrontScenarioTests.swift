import Balancer
import Farm
import NIOCore
import Testing

/// Clients of Ollama's API before boxes and before clouds, over real sockets.
@Suite(.timeLimit(.minutes(2)), .serialized) struct OllamaFrontScenarioTests {
    private static func chat(_ model: String = "llama3", _ more: String = "", headers: String = "") -> String {
        RunningGateway.post(
            "/api/chat", #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]\#(more)}"#, headers)
    }

    private static func ask(_ gateway: RunningGateway, _ request: String) async throws -> RawConnection.Message {
        let client = try await gateway.connect()
        try await client.send(request)
        let answer = try await client.message()
        await client.close()
        return answer
    }

    /// The lines of a stream, each a whole object.
    private static func lines(_ answer: RawConnection.Message) throws -> [JSONNode] {
        #expect(answer.body.hasSuffix("\n"))
        return try answer.body.split(separator: "\n").map { try JSONNode(String($0)) }
    }

    private static func text(_ lines: [JSONNode]) -> String {
        lines.map { $0["message"]["content"].text ?? "" }.joined()
    }

    @Test func `a box answers in a stream unless it is told not to`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, tokens: 12...12)
        let stream = try await Self.ask(pool.gateway, Self.chat())
        #expect(stream.status == 200)
        #expect(stream["content-type"] == "application/x-ndjson")
        let lines = try Self.lines(stream)
        #expect(lines.count > 3)
        #expect(lines.allSatisfy { $0["model"].text == "llama3" })
        #expect(lines.dropLast().allSatisfy { $0["done"] == .bool(false) })
        let end = try #require(lines.last)
        #expect(end["done"] == .bool(true))
        #expect(end["done_reason"].text == "stop")
        #expect(end["eval_count"].number == 12)

        let whole = try await Self.ask(pool.gateway, Self.chat("llama3:latest", #","stream":false"#))
        #expect(whole.status == 200)
        #expect(whole["content-type"] == "application/json; charset=utf-8")
        let body = try JSONNode(whole.body)
        #expect(body["model"].text == "llama3:latest")
        #expect(body["done"] == .bool(true))
        #expect(body["message"]["content"].text?.hasPrefix("box 0: ") == true)
        #expect(Self.text(lines).hasPrefix("box 0: "))
        try await pool.stop()
    }

    @Test func `a whole answer that is joined from a stream is the same`() async throws {
        let pool = try await FarmedGateway.start(
            boxes: 1, tokens: 12...12, drover: "first_token: {deadline: 20s}")
        let whole = try await Self.ask(pool.gateway, Self.chat("llama3", #","stream":false"#))
        let body = try JSONNode(whole.body)
        #expect(body["done_reason"].text == "stop")
        #expect(body["eval_count"].number == 12)
        #expect(body["message"]["content"].text?.hasPrefix("box 0: ") == true)
        try await pool.stop()
    }

    @Test func `a box that dies before its first byte is hidden`() async throws {
        let pool = try await FarmedGateway.start(boxes: 2, weights: [1, 0])
        try await pool.farm.inject(FarmFault(.refuse), box: 0)
        for more in ["", #","stream":false"#] {
            let answer = try await Self.ask(pool.gateway, Self.chat("llama3", more))
            #expect(answer.status == 200)
            #expect(answer["x-drover-instance"] == pool.names[1])
            #expect(answer.body.contains("box 1: "))
            #expect(!answer.body.contains("error"))
        }
        try await pool.stop()
    }

    @Test func `a box that dies mid-stream ends it with one error in Ollama's shape`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, decode: 200, tokens: 400...400)
        let client = try await pool.gateway.connect()
        try await client.send(Self.chat())
        _ = try await client.text(through: "box 0: ")
        try await pool.farm.inject(FarmFault(.refuse), box: 0)
        let rest = try await client.text(through: "\r\n0\r\n\r\n")
        #expect(rest.occurrences(of: "{\"error\":\"") == 1, "\(rest)")
        #expect(!rest.contains("\"done\":true"))
        await client.close()
        try await pool.stop()
    }

    @Test func `errors have Ollama's shape, with their statuses`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: "sk-master-1")
        let key = "Authorization: Bearer sk-master-1\r\n"
        let cases: [(request: String, status: Int, text: String)] = [
            (Self.chat(), 401, "key"),
            (Self.chat("nobody", headers: key), 404, "model 'nobody' not found"),
            (Self.chat("", headers: key), 400, "model is required"),
            (Self.chat("llama3", #","options":{"num_ctx":"8k"}"#, headers: key), 400, "must be of type integer"),
            (Self.chat("llama3", #","MODEL":"other""#, headers: key), 400, "given twice"),
        ]
        for expected in cases {
            let answer = try await Self.ask(pool.gateway, expected.request)
            #expect(answer.status == expected.status, "\(answer)")
            #expect(answer["content-type"] == "application/json; charset=utf-8")
            #expect(try JSONNode(answer.body)["error"].text?.contains(expected.text) == true, "\(answer)")
        }
        #expect(await pool.farm.stats(box: 0).requests == 0)
        let get = try await Self.ask(pool.gateway, RunningGateway.get("/api/chat", key))
        #expect(get.status == 405)
        #expect(get["allow"] == "POST")
        try await pool.stop()
    }

    @Test(arguments: CloudDialect.allCases, [false, true])
    func `a cloud answers in Ollama's shape`(cloud: CloudDialect, stream: Bool) async throws {
        let bundle = try CertificateFile()
        let played = try await ScriptedCloud.start { cloud.probe($0) ?? cloud.answer(stream: stream) }
        let gateway = try await RunningGateway.start(
            "model_list:\n  - {model_name: smart, litellm_params: \(cloud.parameters(port: played.port, bundle: bundle.path))}\nlitellm_settings: {num_retries: 0}\n"
        )
        let options = #","options":{"num_ctx":4096,"num_predict":50,"temperature":0.5,"mirostat":2}"#
        let answer = try await Self.ask(
            gateway, Self.chat("smart", options + (stream ? "" : #","stream":false"#)))
        #expect(answer.status == 200, "\(answer)")
        let objects = stream ? try Self.lines(answer) : [try JSONNode(answer.body)]
        #expect(Self.text(objects) == "Hello there")
        #expect(objects.allSatisfy { $0["model"].text == "smart" })
        let end = try #require(objects.last)
        #expect(end["done"] == .bool(true))
        #expect(end["done_reason"].text == "stop")
        #expect(end["prompt_eval_count"].number == 11)
        #expect(end["eval_count"].number == 5)
        let request = try #require(played.counts.requests.last { $0.hasPrefix("POST") })
        #expect(request.hasPrefix(cloud.requestLine(stream: stream)), "\(request)")
        #expect(!request.contains("num_ctx") && !request.contains("mirostat"), "\(request)")
        try await gateway.stop()
        await played.stop()
    }

    @Test(arguments: [CloudDialect.openAI, .anthropic], [false, true])
    func `a cloud's failure is an error in Ollama's shape`(cloud: CloudDialect, stream: Bool) async throws {
        let bundle = try CertificateFile()
        let played = try await ScriptedCloud.start { _ in cloud.failure(.rateLimit, stream: stream) }
        let gateway = try await RunningGateway.start(
            "model_list:\n  - {model_name: smart, litellm_params: \(cloud.parameters(port: played.port, bundle: bundle.path))}\nlitellm_settings: {num_retries: 0}\n"
        )
        let answer = try await Self.ask(gateway, Self.chat("smart", stream ? "" : #","stream":false"#))
        #expect(answer.status == 429)
        #expect(try JSONNode(answer.body)["error"].text?.isEmpty == false)
        try await gateway.stop()
        await played.stop()
    }
}
