import Balancer
import Farm
import Testing

/// What operators and their scripts rely on: paths, names, numbers and who may ask.
@Suite(.timeLimit(.minutes(2)), .serialized) struct OperatorScenarioTests {
    private static let key = "sk-master-1234"

    // MARK: Health and models

    @Test(arguments: ["/health/liveliness", "/health/liveness"])
    func `says that it is alive`(path: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        let answer = try await pool.get(path)
        #expect(answer.status == 200)
        #expect(answer.body == "\"I'm alive!\"")
        try await pool.stop()
    }

    @Test func `health knows every deployment without asking any`() async throws {
        let pool = try await FarmedGateway.start()
        #expect(try await pool.get("/health/readiness").status == 200)
        let health = try JSONNode(try await pool.get("/health").body)
        #expect(
            health.keys == ["healthy_endpoints", "unhealthy_endpoints", "healthy_count", "unhealthy_count"])
        #expect(health["healthy_count"] == .number(3))
        #expect(health["unhealthy_count"] == .number(0))
        #expect(health["unhealthy_endpoints"] == .array([]))
        #expect(
            health["healthy_endpoints"].elements.map { $0["api_base"] } == pool.names.map { .string("http://\($0)") })
        #expect(health["healthy_endpoints"][0]["model"] == .string("ollama/llama3.1:8b"))
        for box in 0..<3 { #expect(await pool.farm.stats(box: box).requests == 0) }
        try await pool.stop()
    }

    @Test(arguments: ["/v1", ""])
    func `lists its models, and shows one`(prefix: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        let list = try JSONNode(try await pool.get("\(prefix)/models").body)
        #expect(list["object"] == .string("list"))
        #expect(list["data"].elements.map { $0["id"] } == [.string("llama3")])
        #expect(
            list["data"][0].keys == [
                "id", "object", "created", "owned_by", "context_length", "max_output_tokens", "capabilities",
                "loaded_on",
            ])
        #expect(list["data"][0]["owned_by"] == .string("ollama"))
        let one = try await pool.get("\(prefix)/models/llama3")
        #expect(one.status == 200)
        #expect(try JSONNode(one.body) == list["data"][0])
        let none = try await pool.get("\(prefix)/models/llama4")
        #expect(none.status == 404)
        let error = try JSONNode(none.body)["error"]
        #expect(error["code"] == .string("model_not_found"))
        #expect(error["message"].text?.contains("`llama3`") == true)
        try await pool.stop()
    }

    // MARK: Pool

    @Test func `the pool has exactly the promised keys`() async throws {
        let pool = try await FarmedGateway.start(boxes: 2, probe: "{interval: 100ms, timeout: 1s, fall: 3, rise: 2}")
        for _ in 0..<8 { _ = try await pool.chat() }
        await eventually("both have loaded it") { pool.gateway.pool.instances.allSatisfy { !$0.loaded.isEmpty } }
        let body = try JSONNode(try await pool.get("/pool").body)
        #expect(
            body.keys == [
                "object", "version", "uptime_seconds", "in_flight", "others_in_flight", "waiting", "audit", "warnings",
                "models",
                "instances", "deployments",
            ])
        #expect(body["object"] == .string("pool"))
        #expect(body["in_flight"] == .number(0))
        #expect(
            body["models"][0].keys == [
                "model_name", "strategy", "ready", "total", "waiting", "queue", "predicted_wait_s",
            ])
        #expect(body["models"][0]["ready"] == .number(2))
        let instance = body["instances"][0]
        #expect(
            instance.keys == [
                "instance", "api_base", "provider", "ollama_version", "state", "reason", "draining", "in_flight",
                "others_in_flight", "loaded", "last_probe",
            ])
        #expect(instance["state"] == .string("ready"))
        #expect(instance["reason"] == .null)
        #expect(instance["ollama_version"] == .string("0.33.0"))
        #expect(instance["loaded"][0].keys == ["model", "context_length", "size_vram", "expires_at"])
        #expect(instance["loaded"][0]["model"] == .string("llama3.1:8b"))
        #expect(instance["last_probe"].keys == ["at", "ok", "latency_ms", "error"])
        #expect(instance["last_probe"]["ok"] == .bool(true))
        let deployment = body["deployments"][0]
        #expect(
            deployment.keys == [
                "model_id", "model_name", "model", "instance", "state", "reason", "breaker", "in_flight",
                "others_in_flight", "slots", "waiting", "resident", "digest", "requests", "failures", "abandoned",
                "time_to_first_token_ms",
                "duration_ms", "tokens_per_second", "learned",
            ])
        #expect(deployment["breaker"] == .string("closed"))
        #expect(deployment["resident"] == .bool(true))
        #expect(deployment["slots"] == .null)
        #expect(body["deployments"].elements.compactMap { $0["requests"].number }.reduce(0, +) == 8)
        try await pool.stop()
    }

    // MARK: Metrics

    @Test func `metrics are Prometheus text and count exactly`() async throws {
        let pool = try await FarmedGateway.start(weights: [1, 0, 0])
        let client = try await pool.gateway.connect()
        var tokens = 0.0
        for _ in 0..<3 {
            try await client.send(FarmedGateway.chat())
            tokens += try JSONNode(try await client.message().body)["usage"]["completion_tokens"].number ?? 0
        }
        for stream in [false, true] {
            try await client.send(FarmedGateway.chat(stream: stream, model: "llama4"))
            #expect(try await client.message().status == 404)
        }
        try await client.send(FarmedGateway.chat(more: ",\"temperature\":\"hot\""))
        #expect(try await client.message().status == 400)
        try await pool.farm.inject(FarmFault(.status(500), times: 1), box: 0)
        try await client.send(FarmedGateway.chat(more: ",\"max_tokens\":2"))
        let retried = try ChatAnswer(try await client.message())
        let other = try #require(retried.instance)
        #expect(other != pool.names[0])
        try await client.send(FarmedGateway.chat(stream: true, more: ",\"max_tokens\":5"))
        #expect(try ChatAnswer(try await client.message()).isDone)
        await client.close()

        let answer = try await pool.get("/metrics")
        #expect(answer["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        let metrics = try PrometheusReading(answer.body)
        let requests = "gateway_requests_total"
        #expect(metrics.types[requests] == "counter")
        #expect(metrics.sum(requests) == 8)
        #expect(metrics.sum(requests, ["outcome": "succeeded"]) == 5)
        #expect(metrics.sum(requests, ["outcome": "succeeded", "instance": pool.names[0], "model": "llama3"]) == 4)
        #expect(metrics.sum(requests, ["outcome": "succeeded", "instance": other]) == 1)
        #expect(metrics.sum(requests, ["outcome": "rejected"]) == 3)
        #expect(metrics.sum("gateway_request_errors_total", ["error": "model_not_found"]) == 2)
        #expect(metrics.sum("gateway_request_errors_total", ["error": "invalid_request"]) == 1)
        #expect(metrics.sum("gateway_retries_total", ["model": "llama3"]) == 1)
        #expect(metrics.sum("gateway_tokens_total", ["kind": "completion"]) == tokens + 7)
        #expect(metrics.sum("gateway_request_duration_seconds_count", ["model": "llama3"]) >= 5)
        #expect(metrics.sum("gateway_time_to_first_token_seconds_count") == 5)
        #expect(metrics.sum("gateway_in_flight") == 0)
        #expect(metrics.sum("gateway_instance_up") == 3)
        #expect(metrics.sum("gateway_breaker_open") == 0)
        #expect(metrics.sum("gateway_ready_deployments", ["model": "llama3"]) == 3)
        #expect(metrics.sum("gateway_leases_abandoned_total") == 0)
        try await pool.stop()
    }

    // MARK: Keys

    @Test func `with a master key everything but health asks for it`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: Self.key)
        let body = "{\"model\":\"llama3\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
        let reads = ["/pool", "/metrics", "/health", "/v1/models", "/models", "/v1/models/llama3"]
        let writes = ["/v1/chat/completions", "/chat/completions", "/pool/\(pool.names[0])/drain"]
        for path in reads + writes {
            func request(_ headers: String) -> String {
                reads.contains(path) ? RunningGateway.get(path, headers) : RunningGateway.post(path, body, headers)
            }
            let none = try await pool.call(request(""))
            #expect(none.status == 401, "\(request(""))")
            #expect(try JSONNode(none.body)["error"]["code"] == .string("invalid_api_key"))
            #expect(try JSONNode(none.body)["error"]["type"] == .string("authentication_error"))
            let wrong = try await pool.call(request("Authorization: Bearer \(Self.key)5\r\n"))
            #expect(wrong.status == 401)
            #expect(!wrong.body.contains(Self.key))
            let right = try await pool.call(request("Authorization: Bearer \(Self.key)\r\n"))
            #expect(right.status == 200 || right.status == 503, "\(right)")
        }
        for path in ["/health/liveliness", "/health/liveness", "/health/readiness"] {
            // The drain above has put the only box out, so not ready is an answer too.
            #expect([200, 503].contains(try await pool.get(path).status), "\(path)")
        }
        try await pool.stop()
    }

    @Test(arguments: [
        "Authorization: Bearer KEY", "Authorization: Basic KEY", "x-api-key: KEY", "API-Key: KEY",
        "x-litellm-api-key: Bearer KEY", "Ocp-Apim-Subscription-Key: KEY",
    ])
    func `a key may come in any of six headers`(carrier: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: Self.key)
        let right = carrier.split(separator: "KEY").joined() + Self.key + "\r\n"
        let wrong = carrier.split(separator: "KEY").joined() + "sk-other\r\n"
        for (headers, status) in [(right, 200), (wrong, 401)] {
            #expect(try await pool.chat(headers: headers).status == status)
            #expect(try await pool.get("/pool", headers: headers).status == status)
        }
        try await pool.stop()
    }

    @Test func `the proxy's own header wins over one that is meant for somebody else`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: Self.key)
        let authorization = "Authorization: Bearer unused\r\n"
        let own = "x-litellm-api-key: \(Self.key)\r\n"
        for headers in [authorization + own, own + authorization] {
            #expect(try await pool.chat(headers: headers).status == 200)
            #expect(try await pool.get("/pool", headers: headers).status == 200)
        }
        let swapped = "Authorization: Bearer \(Self.key)\r\nx-litellm-api-key: other\r\n"
        #expect(try await pool.chat(headers: swapped).status == 401)
        try await pool.stop()
    }

    @Test(arguments: ["", "Authorization: Bearer anything\r\n", "Authorization: nonsense\r\n"])
    func `without a master key any key will do`(headers: String) async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        #expect(try await pool.chat(headers: headers).status == 200)
        #expect(try await pool.get("/pool", headers: headers).status == 200)
        try await pool.stop()
    }

    @Test func `metrics can be made public, and nothing else with them`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, drover: "public_metrics: true", key: Self.key)
        #expect(try await pool.get("/metrics").status == 200)
        #expect(try await pool.get("/pool").status == 401)
        try await pool.stop()
    }

    // MARK: Call ids

    @Test func `every answer of the port has a call id, the client's own where it sent a plain one`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: Self.key)
        let key = "Authorization: Bearer \(Self.key)\r\n"
        let foreign = "Origin: https://evil.example\r\n"
        let open = try await FarmedGateway.start(boxes: 1)
        func both(_ request: (String) -> String, of asked: FarmedGateway, status: Int) async throws {
            let new = try await asked.call(request(""))
            #expect(new.status == status, "\(request(""))")
            #expect(new["x-litellm-call-id"]?.utf8.count == 36, "\(new)")
            #expect(new.headers.count { $0.name.lowercased() == "x-litellm-call-id" } == 1)
            let given = try await asked.call(request("x-litellm-call-id: mine-7\r\n"))
            #expect(given["x-litellm-call-id"] == "mine-7", "\(given)")
        }
        try await both({ RunningGateway.get("/nowhere", key + $0) }, of: pool, status: 404)
        try await both({ RunningGateway.get("/v1/models/llama4", key + $0) }, of: pool, status: 404)
        try await both({ RunningGateway.post("/pool/nobody/drain", "", key + $0) }, of: pool, status: 404)
        try await both({ RunningGateway.get("/v1/chat/completions", key + $0) }, of: pool, status: 405)
        try await both({ RunningGateway.post("/pool", "", key + $0) }, of: pool, status: 405)
        try await both({ RunningGateway.get("/pool", $0) }, of: pool, status: 401)
        try await both({ RunningGateway.post("/v1/chat/completions", "{}", $0) }, of: pool, status: 401)
        try await both({ RunningGateway.get("/v1/models", foreign + $0) }, of: open, status: 403)
        try await both({ RunningGateway.get("/v1/models", key + $0) }, of: pool, status: 200)
        try await both({ RunningGateway.get("/health/liveliness", $0) }, of: pool, status: 200)
        try await both({ RunningGateway.get("/metrics", key + $0) }, of: pool, status: 200)
        // One that would have to be escaped is replaced.
        let odd = try await pool.get("/nowhere", headers: key + "x-litellm-call-id: a\"b\r\n")
        #expect(odd["x-litellm-call-id"]?.utf8.count == 36)
        try await pool.stop()
        try await open.stop()
    }

    // MARK: Browsers

    @Test func `with a key pages of every origin may call clients' routes, never operators'`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: Self.key)
        let origin = "Origin: https://app.example\r\n"
        let key = "Authorization: Bearer \(Self.key)\r\n"
        let preflight = try await pool.call(
            "OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: llm.example\r\n\(origin)Access-Control-Request-Method: POST\r\n"
                + "Access-Control-Request-Headers: authorization, x-stainless-os\r\n\r\n")
        #expect(preflight.status == 204)
        #expect(preflight["access-control-allow-origin"] == "*")
        #expect(preflight["access-control-allow-methods"]?.contains("POST") == true)
        #expect(preflight["access-control-allow-headers"] == "authorization, x-stainless-os")
        let deleting = try await pool.call(
            "OPTIONS /v1/responses/resp_1 HTTP/1.1\r\nHost: llm.example\r\n\(origin)"
                + "Access-Control-Request-Method: DELETE\r\n\r\n")
        #expect(deleting.status == 204)
        #expect(deleting["access-control-allow-methods"] == "GET, POST, DELETE, OPTIONS")
        #expect(preflight["access-control-allow-methods"]?.contains("DELETE") == false)
        // An error must be readable for the page as well.
        let answers = [
            try await pool.chat(headers: origin + key).message, try await pool.chat(headers: origin).message,
            try await pool.chat(stream: true, headers: origin + key).message,
            try await pool.get("/v1/models", headers: origin + key), try await pool.get("/v1/models", headers: origin),
        ]
        #expect(answers.map(\.status) == [200, 401, 200, 200, 401])
        for answer in answers { #expect(answer["access-control-allow-origin"] == "*") }

        for path in ["/pool", "/metrics", "/health", "/health/liveliness"] {
            let answer = try await pool.get(path, headers: origin + key)
            #expect(answer.status == 200)
            #expect(!answer.headers.contains { $0.name.lowercased().hasPrefix("access-control") }, "\(path)")
            let asked = try await pool.call("OPTIONS \(path) HTTP/1.1\r\nHost: llm.example\r\n\(origin)\r\n")
            #expect(asked.status >= 400)
            #expect(!asked.headers.contains { $0.name.lowercased().hasPrefix("access-control") }, "\(path)")
        }
        try await pool.stop()
    }

    @Test func `without a key only pages of this machine and desktop apps may call`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        for origin in [
            "http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080", "app://obsidian.md", "tauri://localhost",
        ] {
            let chat = try await pool.chat(headers: "Origin: \(origin)\r\n").message
            #expect(chat.status == 200)
            #expect(chat["access-control-allow-origin"] == origin)
            let models = try await pool.get("/v1/models", headers: "Origin: \(origin)\r\n")
            #expect(models["access-control-allow-origin"] == origin)
            let metrics = try await pool.get("/pool", headers: "Origin: \(origin)\r\n")
            #expect(metrics["access-control-allow-origin"] == nil)
        }
        for origin in [
            "https://evil.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "null",
        ] {
            let answers = [
                try await pool.chat(headers: "Origin: \(origin)\r\n").message,
                try await pool.get("/v1/models", headers: "Origin: \(origin)\r\n"),
                try await pool.post("/pool/\(pool.names[0])/drain", headers: "Origin: \(origin)\r\n"),
                try await pool.call(
                    "OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nOrigin: \(origin)\r\n\r\n"),
            ]
            for answer in answers {
                #expect(answer.status == 403, "\(origin)")
                #expect(answer["access-control-allow-origin"] == nil, "\(origin)")
            }
        }
        #expect(pool.instance(0).draining == false)
        try await pool.stop()
    }

    @Test func `on loopback without a key a foreign Host is refused`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1)
        let chat = RunningGateway.chat()
        let models = RunningGateway.get("/v1/models")
        for (host, status) in [
            ("localhost:4000", 200), ("127.0.0.1", 200), ("127.8.8.8:80", 200), ("[::1]:4000", 200),
            ("evil.example", 403), ("localhost.evil.example:4000", 403), ("127.0.0.1.evil.example", 403),
            ("0.0.0.0:4000", 200), ("[::]:4000", 200), ("10.0.0.1", 200), ("host.docker.internal:4000", 200),
            ("8.8.8.8", 403), ("0.0.0.0.evil.example", 403),
        ] {
            for request in [chat, models] {
                let answer = try await pool.call(request.replacing("Host: localhost", with: "Host: \(host)"))
                #expect(answer.status == status, "\(host)")
                if status == 403 { #expect(try JSONNode(answer.body)["error"]["code"] == .string("forbidden")) }
            }
        }
        let guarded = try await FarmedGateway.start(boxes: 1, key: Self.key)
        let named = chat.replacing("Host: localhost", with: "Host: llm.example\r\nx-api-key: \(Self.key)")
        #expect(try await guarded.call(named).status == 200)
        try await pool.stop()
        try await guarded.stop()
    }
}
