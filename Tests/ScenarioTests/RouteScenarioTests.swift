import Balancer
import Farm
import NIOPosix
import Testing

/// What the table of routes promises, over a socket.
@Suite(.timeLimit(.minutes(2))) struct RouteScenarioTests {
    private static let key = "sk-route-1234"
    private static let authorised = "Authorization: Bearer \(key)\r\n"

    @Test func `doubled and trailing slashes are one and none, hot and cold`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        for path in ["/v1/chat/completions/", "//v1//chat/completions", "/chat/completions//", "/v1/chat/completions"] {
            let answer = try await pool.call(
                FarmedGateway.chat().replacing("POST /v1/chat/completions ", with: "POST \(path) "))
            #expect(answer.status == 200, "\(path)")
            #expect(try ChatAnswer(answer).instance == pool.names[0], "\(path)")
        }
        for path in ["//v1/models/", "/v1//models", "/models//", "/v1/models//llama3/", "/pool/", "/health//liveness"] {
            #expect(try await pool.get(path).status == 200, "\(path)")
        }
        for path in ["/pool//\(pool.names[0])/drain/", "//pool/\(pool.names[0])//undrain"] {
            #expect(try await pool.call(RunningGateway.post(path, "")).status == 200, "\(path)")
        }
        let wrong = try await pool.get("/v1/chat/completions/")
        #expect(wrong.status == 405)
        #expect(wrong["allow"] == "POST")
        try await pool.stop()
    }

    @Test func `slashes open nothing that asks for a key`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: Self.key)
        for path in ["//pool", "/pool/", "/v1//models", "/metrics//", "/health/", "//health", "/health/liveness/x"] {
            #expect(try await pool.get(path).status == 401, "\(path)")
        }
        #expect(try await pool.get("//health//liveness/").status == 200)
        let hot = FarmedGateway.chat().replacing("POST /v1/chat/completions ", with: "POST //v1/chat/completions/ ")
        #expect(try await pool.call(hot).status == 401)
        try await pool.stop()
    }

    @Test func `errors below api are a sentence, as Ollama's are`() async throws {
        let pool = try await FarmedGateway.start(
            boxes: 1, drover: "limits: {max_body: 1KiB}", key: Self.key)
        let long = String(repeating: "x", count: 2000)
        for (request, status) in [
            (RunningGateway.get("/api/nope", Self.authorised), 404),
            (RunningGateway.post("/api/nope/", "{}", Self.authorised), 404),
            (RunningGateway.get("/api/nope"), 401),
            (RunningGateway.post("//api/nope", long, Self.authorised), 413),
        ] {
            let answer = try await pool.call(request)
            #expect(answer.status == status, "\(request)")
            #expect(answer["content-type"] == "application/json; charset=utf-8")
            let body = try JSONNode(answer.body)
            #expect(body.keys == ["error"])
            #expect(body["error"].text?.isEmpty == false, "\(answer.body)")
        }
        let elsewhere = try await pool.call(RunningGateway.post("/nope", long, Self.authorised))
        #expect(try JSONNode(elsewhere.body)["error"]["code"] == .string("request_too_large"))
        let open = try await FarmedGateway.start(boxes: 1)
        let foreign = try await open.get("/api/nope", headers: "Origin: https://evil.example\r\n")
        #expect(foreign.status == 403)
        #expect(try JSONNode(foreign.body)["error"].text != nil)
        try await pool.stop()
        try await open.stop()
    }

    @Test func `what Ollama's clients ask first is answered, with what the boxes say`() async throws {
        let cloud =
            "- {model_name: gpt, litellm_params: {model: openai/gpt-4o, api_base: 'https://127.0.0.1:9/v1', api_key: sk-x}}"
        let farm = BoxFarm(.instant(boxes: 1), group: MultiThreadedEventLoopGroup.singleton)
        let port = try await farm.start()[0]
        let box = "{model: ollama/llama3.1:8b, api_base: 'http://127.0.0.1:\(port)'}"
        let gateway = try await RunningGateway.start(
            "model_list:\n  - {model_name: llama3, litellm_params: \(box)}\n  \(cloud)\n", key: Self.key)
        await eventually("the box was asked") { gateway.pool.instances[0].ollamaVersion != nil }
        func get(_ path: String, port: Int = gateway.port) async throws -> RawConnection.Message {
            let client = try await RawConnection.connect(port)
            try await client.send(RunningGateway.get(path, Self.authorised))
            let answer = try await client.message()
            await client.close()
            return answer
        }
        let answer = try await get("/api/tags")
        #expect(answer.status == 200)
        #expect(answer["content-type"] == "application/json; charset=utf-8")
        let models = try JSONNode(answer.body)["models"]
        #expect(models.elements.map { $0["name"] } == [.string("llama3"), .string("gpt")])
        for row in models.elements {
            #expect(row.keys == ["name", "model", "modified_at", "size", "digest", "details"])
            #expect(row["model"] == row["name"])
        }
        let own = try JSONNode(try await get("/api/tags", port: port).body)["models"].elements
        let tag = try #require(own.first { $0["name"] == .string("llama3.1:8b") })
        for field in ["modified_at", "size", "digest", "details"] {
            #expect(models[0][field] == tag[field], "\(field)")
        }
        #expect(models[1]["size"] == .number(0))
        #expect(
            try JSONNode(try await get("/api/version").body) == JSONNode(try await get("/api/version", port: port).body)
        )
        #expect(try await get("/").body == "Ollama is running")
        let client = try await gateway.connect()
        for path in ["/", "/api/tags", "/api/version/"] {
            try await client.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\n\(Self.authorised)\r\n")
            #expect(try await client.text(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "), "\(path)")
            try await client.send(RunningGateway.get(path))
            #expect(try await client.message().status == 401, "\(path)")
            try await client.send(RunningGateway.post(path, "{}", Self.authorised))
            let wrong = try await client.message()
            #expect(wrong.status == 405 && wrong["allow"] == "GET", "\(path)")
        }
        await client.close()
        try await gateway.stop()
        await farm.shutdown()
    }
}
