import Testing

@testable import Farm

@Suite(.timeLimit(.minutes(1))) struct FarmBoxListingTests {
    @Test func `the root says that it runs`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask("GET", "/")
            #expect(answer.head.status == 200)
            #expect(answer.head.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(answer.body == "Ollama is running")
            let head = try await client.ask("HEAD", "/")
            #expect(head.head.headers["content-length"] == "17")
            let next = try await client.ask("GET", "/api/version")
            #expect(next.body == #"{"version":"0.33.0"}"#)
        }
    }

    @Test func `tags lists the models, newest first, in the box's field order`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask("GET", "/api/tags")
            #expect(answer.head.names == ["Content-Type", "Date", "Content-Length"])
            #expect(answer.head.headers["content-type"] == "application/json; charset=utf-8")
            let models = try #require(answer.json["models"]?.array)
            #expect(
                models.map { $0["name"]?.string }
                    == ["llama3.1:8b", "qwen3:8b", "nomic-embed-text:latest", "plain:latest"])
            #expect(
                models[0].names == ["name", "model", "modified_at", "size", "digest", "details", "capabilities"])
            let digest = try #require(models[0]["digest"]?.string)
            #expect(digest.count == 64 && digest.allSatisfy(\.isHexDigit))
            let modified = models.compactMap { $0["modified_at"]?.string }
            #expect(modified == modified.sorted(by: >))
            #expect(modified[0].hasSuffix("-07:00"))
            #expect(models[0]["details"]?["parameter_size"] == .string("8.0B"))
            #expect(models[2]["capabilities"] == .array([.string("embedding")]))
            let head = try await client.ask("HEAD", "/api/tags")
            #expect(head.head.headers["content-length"] == "\(answer.body.utf8.count)")
        }
    }

    @Test func `equal models have equal digests on every box`() async throws {
        var configuration = FarmConfiguration.test()
        configuration.boxes.append(configuration.boxes[0])
        try await withFarm(configuration) { farm in
            var first = try await RawClient(port: farm.ports[0])
            var second = try await RawClient(port: farm.ports[1])
            let one = try await first.ask("GET", "/api/tags").json["models"]?[0]?["digest"]
            let two = try await second.ask("GET", "/api/tags").json["models"]?[0]?["digest"]
            #expect(one != nil && one == two)
        }
    }

    @Test func `ps shows what is loaded, longest remaining first`() async throws {
        try await withBox { _, client in
            let before = try await client.ask("GET", "/api/ps")
            #expect(before.body == #"{"models":[]}"#)
            for (model, keepAlive) in [("plain", "60"), ("qwen3:8b", "-1"), ("llama3.1:8b", "\"1h30m\"")] {
                let load = try await client.ask(
                    "POST", "/api/generate", #"{"model":"\#(model)","keep_alive":\#(keepAlive)}"#)
                #expect(load.head.status == 200)
            }
            let models = try #require(try await client.ask("GET", "/api/ps").json["models"]?.array)
            #expect(models.map { $0["name"]?.string } == ["qwen3:8b", "llama3.1:8b", "plain:latest"])
            #expect(
                models[0].names
                    == ["name", "model", "size", "digest", "details", "expires_at", "size_vram", "context_length"])
            #expect(models[0]["expires_at"]?.string?.hasPrefix("23") == true)
            #expect(models[0]["size"] == models[0]["size_vram"])
            #expect(models[0]["context_length"]?.int == 4_096)
            #expect(models[0]["details"]?["context_length"] == nil)
        }
    }

    @Test func `show tells a model's details`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask("POST", "/api/show", #"{"model":"QWEN3:8b"}"#)
            #expect(answer.json["capabilities"]?.array?.contains(.string("thinking")) == true)
            #expect(answer.json["model_info"]?["general.architecture"] == .string("qwen"))
            let old = try await client.ask("POST", "/api/show", #"{"name":"plain"}"#)
            #expect(old.head.status == 200)
            let refusals = [
                ("{}", 400, "model is required"), (#"{"model":"a b"}"#, 400, "invalid model name"),
                (#"{"model":"x"}"#, 404, "model 'x:latest' not found"), ("", 400, "missing request body"),
            ]
            for (body, status, message) in refusals {
                let answer = try await client.ask("POST", "/api/show", body)
                #expect(answer.head.status == status)
                #expect(answer.error == message)
            }
        }
    }

    @Test func `the compatible list`() async throws {
        try await withBox { _, client in
            let list = try await client.ask("GET", "/v1/models")
            #expect(list.json["object"] == .string("list"))
            #expect(list.json["data"]?[0]?.names == ["id", "object", "created", "owned_by"])
            #expect(list.json["data"]?[3]?["id"] == .string("plain:latest"))
            let one = try await client.ask("GET", "/v1/models/plain")
            #expect(one.json["id"] == .string("plain:latest"))
            let none = try await client.ask("GET", "/v1/models/x")
            #expect(none.head.status == 404)
            #expect(none.json["error"]?["type"] == .string("not_found_error"))
        }
        try await withBox(fault: FarmFault(.missingTag)) { _, client in
            let list = try await client.ask("GET", "/v1/models")
            #expect(list.body == "{\"object\":\"list\",\"data\":null}\n")
        }
    }

    @Test func `unknown paths and wrong methods, in plain text`() async throws {
        try await withBox { _, client in
            for (method, path, status) in [
                ("GET", "/nothing", 404), ("GET", "/api/chat", 405), ("POST", "/api/tags", 405), ("DELETE", "/", 405),
                ("POST", "/v1/models", 405), ("GET", "/v1/models/a/b", 404), ("GET", "/metrics", 404),
                ("GET", "/v1/chat/completions", 405),
            ] {
                let answer = try await client.ask(method, path)
                #expect(answer.head.status == status, "\(method) \(path)")
                #expect(answer.head.headers["content-type"] == "text/plain")
                #expect(answer.body == (status == 404 ? "404 page not found" : "405 method not allowed"))
            }
        }
    }

    @Test func `a path that is not clean is redirected`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask("POST", "//api/chat", chat)
            #expect(answer.head.status == 301)
            #expect(answer.head.headers["location"] == "/api/chat")
        }
    }

    @Test(arguments: [
        ("Host: localhost:1\r\n", 200), ("Host: box.internal\r\n", 200), ("Host: 10.0.0.1\r\n", 200),
        ("Host: [::1]:11434\r\n", 200), ("Host: gpu-1.example\r\n", 403), ("Origin: https://example.com\r\n", 403),
        ("Origin: http://localhost:3000\r\n", 200), ("Origin: app://x\r\n", 200),
    ])
    func `a box on the loopback address knows its own hosts and origins only`(header: String, status: Int) async throws
    {
        try await withBox { _, client in
            let answer = try await client.ask("GET", "/api/tags", headers: header)
            #expect(answer.head.status == status)
            if status == 403 { #expect(answer.body.isEmpty) }
        }
    }
}
