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
}
