import Balancer
import Farm
import NIOPosix
import Testing

/// Ollama's routes beside `/api/chat`, before boxes and before clouds, over real sockets.
@Suite(.timeLimit(.minutes(2)), .serialized) struct OllamaRoutesScenarioTests {
    private static func ask(_ gateway: RunningGateway, _ request: String) async throws -> RawConnection.Message {
        let client = try await gateway.connect()
        try await client.send(request)
        let answer = try await client.message()
        await client.close()
        return answer
    }

    private static func post(_ path: String, _ body: String) -> String { RunningGateway.post(path, body, "") }

    @Test func `a box generates in a stream, whole, and loads and unloads`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, tokens: 12...12)
        let stream = try await Self.ask(pool.gateway, Self.post("/api/generate", #"{"model":"llama3","prompt":"hi"}"#))
        #expect(stream.status == 200 && stream["content-type"] == "application/x-ndjson", "\(stream)")
        let lines = try stream.body.split(separator: "\n").map { try JSONNode(String($0)) }
        #expect(lines.count > 3 && lines.allSatisfy { $0["model"].text == "llama3" })
        #expect(lines.map { $0["response"].text ?? "?" }.joined().hasPrefix("box 0: "))
        #expect(lines.last?["done_reason"].text == "stop" && lines.last?["eval_count"].number == 12)

        let whole = try await Self.ask(
            pool.gateway, Self.post("/api/generate", #"{"model":"llama3:latest","prompt":"hi","stream":false}"#))
        #expect(whole["content-type"] == "application/json; charset=utf-8")
        let body = try JSONNode(whole.body)
        #expect(body["model"].text == "llama3:latest" && body["done"] == .bool(true))
        #expect(body["response"].text?.hasPrefix("box 0: ") == true)

        for (more, reason) in [("", "load"), (#","keep_alive":0"#, "unload")] {
            let answer = try await Self.ask(pool.gateway, Self.post("/api/generate", #"{"model":"llama3"\#(more)}"#))
            let body = try JSONNode(answer.body)
            #expect(
                answer.status == 200 && body["done_reason"].text == reason && body["response"].text == "", "\(answer)")
        }
        try await pool.stop()
    }

    /// How many requests that run a model each box has had.
    private static func requests(of pool: FarmedGateway) async -> [Int] {
        var counts: [Int] = []
        for box in pool.names.indices { counts.append(await pool.farm.stats(box: box).requests) }
        return counts
    }

    @Test func `every box unloads a model, and one loads it`() async throws {
        let pool = try await FarmedGateway.start(boxes: 3)
        for (more, reason, boxes) in [("", "load", 1), (#","keep_alive":0"#, "unload", 3)] {
            let before = await Self.requests(of: pool)
            let answer = try await Self.ask(pool.gateway, Self.post("/api/generate", #"{"model":"llama3"\#(more)}"#))
            #expect(answer.status == 200, "\(answer)")
            #expect(try JSONNode(answer.body)["done_reason"].text == reason)
            let after = await Self.requests(of: pool)
            #expect(zip(before, after).filter { $0 != $1 }.count == boxes, "\(before), then \(after)")
        }
        try await pool.stop()
    }

    @Test func `errors have Ollama's words and statuses`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        let cases: [(path: String, body: String, status: Int, text: String)] = [
            ("/api/generate", #"{"model":"nobody","prompt":"x"}"#, 404, "model 'nobody' not found"),
            ("/api/generate", #"{"prompt":"x"}"#, 404, "model '' not found"),
            ("/api/generate", "", 400, "missing request body"),
            ("/api/generate", #"{"model":"llama3","prompt":"x","raw":true,"system":"s"}"#, 400, "raw mode does not"),
            ("/api/generate", #"{"model":"llama3","prompt":"x","suffix":"s"}"#, 400, "does not support insert"),
            ("/api/embed", #"{"model":"nobody","input":"x"}"#, 404, "model \"nobody\" not found, try pulling it first"),
            ("/api/embed", #"{"model":"llama3","input":7}"#, 400, "invalid input type"),
            ("/api/embeddings", "{}", 400, "model is required"),
            ("/api/show", "{}", 400, "model is required"),
            ("/api/show", #"{"model":"nobody"}"#, 404, "model 'nobody:latest' not found"),
            ("/api/create", "{}", 403, "run `ollama create` on each box"), ("/api/push", "{}", 403, "`ollama push`"),
        ]
        for expected in cases {
            let answer = try await Self.ask(pool.gateway, Self.post(expected.path, expected.body))
            #expect(answer.status == expected.status, "\(expected.path): \(answer)")
            #expect(answer["content-type"] == "application/json; charset=utf-8")
            #expect(try JSONNode(answer.body)["error"].text?.contains(expected.text) == true, "\(answer)")
        }
        try await pool.stop()
    }

    @Test func `boxes tell what a model is, what they hold in memory, and where they differ`() async throws {
        let pool = try await FarmedGateway.start(
            boxes: 2, probe: "{interval: 1s, timeout: 1s, fall: 2, rise: 1}")
        let show = try await Self.ask(pool.gateway, Self.post("/api/show", #"{"name":"llama3"}"#))
        #expect(show.status == 200, "\(show)")
        let card = try JSONNode(show.body)
        #expect(card["model_info"]["general.architecture"].text == "llama")
        #expect(card["capabilities"].elements.contains(.string("completion")))

        _ = try await Self.ask(pool.gateway, Self.post("/api/generate", #"{"model":"llama3"}"#))
        await eventually("a probe sees the loaded model") {
            pool.gateway.pool.instances.contains { !$0.loaded.isEmpty }
        }
        let answer = try await Self.ask(pool.gateway, RunningGateway.get("/api/ps"))
        let rows = try JSONNode(answer.body)["models"].elements
        #expect(!rows.isEmpty, "\(answer)")
        for row in rows {
            #expect(row["name"].text == "llama3" && row["model"].text == "llama3")
            #expect(pool.names.contains(row["instance"].text ?? ""))
            #expect((row["size"].number ?? 0) > 0 && row["digest"].text?.count == 64)
            #expect(row["expires_at"].text?.hasPrefix("20") == true || row["expires_at"].text?.hasPrefix("23") == true)
        }
        let tags = try JSONNode(try await Self.ask(pool.gateway, RunningGateway.get("/api/tags")).body)
        #expect(tags["models"].elements.count == 1 && !tags["models"][0].keys.contains("digests"))
        try await pool.farm.inject(FarmFault(.wrongDigest), box: 1)
        await eventually("a probe sees the other digest") {
            Set(pool.gateway.pool.deployments.map(\.digest)).count == 2
        }
        let marked = try JSONNode(try await Self.ask(pool.gateway, RunningGateway.get("/api/tags")).body)
        #expect(Set(marked["models"][0]["digests"].keys) == Set(pool.names))
        try await pool.stop()
    }

    @Test func `vectors come from boxes in both shapes`() async throws {
        let farm = BoxFarm(
            .instant(boxes: 1, models: ["nomic-embed-text"]), group: MultiThreadedEventLoopGroup.singleton)
        let port = try #require(try await farm.start().first)
        let gateway = try await RunningGateway.start(
            "model_list:\n  - {model_name: embed, litellm_params: {model: ollama/nomic-embed-text, api_base: \"http://127.0.0.1:\(port)\"}}\n"
        )
        let new = try await Self.ask(gateway, Self.post("/api/embed", #"{"model":"embed","input":["a","b"]}"#))
        let body = try JSONNode(new.body)
        #expect(new.status == 200 && body["model"].text == "embed" && body["embeddings"].elements.count == 2, "\(new)")
        let old = try await Self.ask(gateway, Self.post("/api/embeddings", #"{"model":"embed","prompt":"a"}"#))
        #expect(old.status == 200)
        #expect(try !JSONNode(old.body)["embedding"].elements.isEmpty, "\(old)")
        try await gateway.stop()
        await farm.shutdown()
    }

    @Test(arguments: CloudDialect.allCases, [false, true])
    func `a cloud generates in Ollama's shape`(cloud: CloudDialect, stream: Bool) async throws {
        let bundle = try CertificateFile()
        let played = try await ScriptedCloud.start { cloud.probe($0) ?? cloud.answer(stream: stream) }
        let gateway = try await RunningGateway.start(
            "model_list:\n  - {model_name: smart, litellm_params: \(cloud.parameters(port: played.port, bundle: bundle.path))}\nlitellm_settings: {num_retries: 0}\n"
        )
        let answer = try await Self.ask(
            gateway,
            Self.post(
                "/api/generate", #"{"model":"smart","system":"s","prompt":"hi","stream":\#(stream),"keep_alive":"5m"}"#)
        )
        #expect(answer.status == 200, "\(answer)")
        let objects = try answer.body.split(separator: "\n").map { try JSONNode(String($0)) }
        #expect(objects.map { $0["response"].text ?? "" }.joined() == "Hello there")
        #expect(objects.last?["done"] == .bool(true) && objects.last?["eval_count"].number == 5)
        let request = try #require(played.counts.requests.last { $0.hasPrefix("POST") })
        #expect(request.hasPrefix(cloud.requestLine(stream: stream)), "\(request)")
        let asked = played.counts.requests.count
        let load = try await Self.ask(gateway, Self.post("/api/generate", #"{"model":"smart"}"#))
        #expect(try load.status == 200 && JSONNode(load.body)["done_reason"].text == "load", "\(load)")
        #expect(played.counts.requests.count == asked, "nothing is sent for it")
        let card = try JSONNode(try await Self.ask(gateway, Self.post("/api/show", #"{"model":"smart"}"#)).body)
        #expect(card["capabilities"].elements.first == .string("completion"))
        #expect(
            try JSONNode(try await Self.ask(gateway, RunningGateway.get("/api/ps")).body)["models"].elements.isEmpty)
        try await gateway.stop()
        await played.stop()
    }
}
