import Testing

@testable import Farm

/// What changes a box's disk, as Ollama answers it.
@Suite(.timeLimit(.minutes(1))) struct LibraryRouteTests {
    private static func box(_ registry: [String]? = nil, pace: Double = .infinity) -> FarmConfiguration {
        var configuration = FarmConfiguration.test()
        configuration.registry = registry
        for index in configuration.boxes.indices { configuration.boxes[index].pullBytesPerSecond = pace }
        return configuration
    }

    private static func names(_ client: inout RawClient) async throws -> [String] {
        try await client.ask("GET", "/api/tags").json["models"]?.array?.compactMap { $0["name"]?.string } ?? []
    }

    @Test func `a pull tells of each layer and ends in success, and the model is there`() async throws {
        try await withFarm(Self.box()) { farm in
            var client = try await RawClient(port: farm.ports[0])
            let answer = try await client.ask("POST", "/api/pull", #"{"model":"phi3"}"#)
            #expect(answer.head.headers["content-type"] == "application/x-ndjson")
            let lines = try answer.body.split(separator: "\n").map { try JSONParser.parse(String($0)) }
            #expect(lines.first?.text == #"{"status":"pulling manifest"}"#)
            let layers = lines.filter { $0["digest"] != nil }
            #expect(layers.count == 5 && layers.allSatisfy { $0["total"] == $0["completed"] })
            let digest = try #require(layers[0]["digest"]?.string)
            #expect(
                digest.hasPrefix("sha256:")
                    && layers[0]["status"]?.string == "pulling \(digest.dropFirst(7).prefix(12))")
            #expect(
                lines.suffix(3).map { $0["status"]?.string } == [
                    "verifying sha256 digest", "writing manifest", "success",
                ])
            #expect(try await Self.names(&client).first == "phi3:latest")
            let chat = try await client.ask(
                "POST", "/api/chat", #"{"model":"phi3","stream":false,"messages":[{"role":"user","content":"hi"}]}"#)
            #expect(chat.head.status == 200)
            let whole = try await client.ask("POST", "/api/pull", #"{"name":"phi3","stream":false}"#)
            #expect(whole.body == #"{"status":"success"}"# && whole.head.headers["content-type"] == "application/json")
        }
    }

    @Test func `a model that the registry lacks is an error on the stream, else a 500`() async throws {
        try await withFarm(Self.box([])) { farm in
            var client = try await RawClient(port: farm.ports[0])
            let stream = try await client.ask("POST", "/api/pull", #"{"model":"nobody"}"#)
            #expect(stream.head.status == 200)
            #expect(stream.body.hasSuffix("{\"error\":\"pull model manifest: file does not exist\"}\n"))
            let whole = try await client.ask("POST", "/api/pull", #"{"model":"nobody","stream":false}"#)
            #expect(whole.head.status == 500)
            #expect(whole.body == #"{"error":"pull model manifest: file does not exist"}"#)
            let bad = try await client.ask("POST", "/api/pull", #"{"model":"a b"}"#)
            #expect(bad.head.status == 400 && bad.body == #"{"error":"invalid model name"}"#)
        }
    }

    @Test func `a pull whose client leaves stops`() async throws {
        try await withFarm(Self.box(pace: 1_000)) { farm in
            let client = try await RawClient(port: farm.ports[0])
            try await client.send("POST", "/api/pull", #"{"model":"phi3"}"#)
            try await farm.stats(box: 0) { $0.pulling == 1 }
            try await client.close()
            try await farm.stats(box: 0) { $0.pulling == 0 }
            var other = try await RawClient(port: farm.ports[0])
            #expect(try await !Self.names(&other).contains("phi3:latest"))
        }
    }

    @Test func `delete and copy answer as Ollama does`() async throws {
        try await withFarm(Self.box()) { farm in
            var client = try await RawClient(port: farm.ports[0])
            let copied = try await client.ask("POST", "/api/copy", #"{"source":"llama3.1:8b","destination":"mine"}"#)
            #expect(copied.head.status == 200 && copied.body.isEmpty)
            let models = try await client.ask("GET", "/api/tags").json["models"]?.array ?? []
            let digests = ["mine:latest", "llama3.1:8b"].map { name in
                models.first { $0["name"]?.string == name }?["digest"]?.string
            }
            #expect(digests[0] != nil && digests[0] == digests[1])
            let gone = try await client.ask("DELETE", "/api/delete", #"{"model":"MINE"}"#)
            #expect(gone.head.status == 200 && gone.body.isEmpty)
            #expect(try await !Self.names(&client).contains("mine:latest"))
            let cases = [
                ("DELETE", "/api/delete", #"{"model":"mine"}"#, 404, "model 'mine' not found"),
                ("DELETE", "/api/delete", "{}", 400, "model is required"),
                ("DELETE", "/api/delete", #"{"model":"a b"}"#, 400, "name \\\"a b\\\" is invalid"),
                ("POST", "/api/copy", #"{"source":"mine","destination":"x"}"#, 404, "model \\\"mine\\\" not found"),
                ("POST", "/api/copy", #"{"destination":"x"}"#, 400, "source \\\"\\\" is invalid"),
                ("POST", "/api/copy", #"{"source":"x"}"#, 400, "destination \\\"\\\" is invalid"),
            ]
            for (method, path, body, status, message) in cases {
                let answer = try await client.ask(method, path, body)
                #expect(answer.head.status == status && answer.body == "{\"error\":\"\(message)\"}", "\(answer.body)")
            }
        }
    }
}
