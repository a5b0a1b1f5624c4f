import Balancer
import Farm
import NIOPosix
import Testing

/// Names that patterns serve, over sockets: two boxes with different tags, a cloud that takes every name, and `claude-*` on a box.
@Suite(.timeLimit(.minutes(2))) struct WildcardScenarioTests {
    private struct Pool {
        let farm: BoxFarm
        let cloud: ScriptedCloud
        let gateway: RunningGateway

        static func start(more: String = "", key: String? = nil) async throws -> Pool {
            var configuration = FarmConfiguration.instant(boxes: 2, models: ["llama3.1:8b", "phi3:latest"])
            configuration.boxes[1].models =
                FarmConfiguration.instant(models: ["llama3.1:8b", "qwen3:4b"]).boxes[0].models
            let farm = BoxFarm(configuration, group: MultiThreadedEventLoopGroup.singleton)
            let ports = try await farm.start()
            let cloud = try await ScriptedCloud.start(tls: false) { request in
                guard request.hasPrefix("POST") else { return .json("{}", status: 404) }
                if request.contains("\"model\":\"made-up") {
                    return .json(
                        #"{"error":{"message":"no such model","type":"invalid_request_error","code":"model_not_found"}}"#,
                        status: 404)
                }
                return .json(
                    #"{"id":"1","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"from the cloud"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000000,"completion_tokens":0,"total_tokens":1000000}}"#
                )
            }
            let boxes = ports.map { "'http://127.0.0.1:\($0)'" }
            let gateway = try await RunningGateway.start(
                """
                model_list:
                  - {model_name: "ollama/*", litellm_params: {model: "ollama/*", api_base: \(boxes[0])}}
                  - {model_name: "ollama/*", litellm_params: {model: "ollama/*", api_base: \(boxes[1])}}
                  - {model_name: "claude-*", litellm_params: {model: "ollama/llama3.1:8b", api_base: \(boxes[0])}}
                  - {model_name: "openai/*", litellm_params: {model: "openai/*", api_base: "http://127.0.0.1:\(cloud.port)/v1", api_key: sk-up}}
                router_settings: {model_group_alias: {small: "ollama/phi3", sonnet: claude-sonnet-4-5}}
                drover: {instances: {gpu-1: \(boxes[0]), gpu-2: \(boxes[1]), up: "http://127.0.0.1:\(cloud.port)/v1"}, local: {up: false}, store: off, probe: {interval: 50ms, timeout: 1s, fall: 2, rise: 1}}
                \(more)
                """, key: key)
            let pool = Pool(farm: farm, cloud: cloud, gateway: gateway)
            await eventually("both boxes have listed their tags") {
                Set(gateway.pool.deployments.filter { $0.state == "ready" }.map { "\($0.modelName) \($0.instance)" })
                    .isSuperset(of: [
                        "ollama/llama3.1:8b gpu-1", "ollama/llama3.1:8b gpu-2", "ollama/phi3:latest gpu-1",
                        "ollama/qwen3:4b gpu-2",
                    ])
            }
            return pool
        }

        func call(_ request: String) async throws -> RawConnection.Message {
            let client = try await gateway.connect()
            try await client.send(request)
            let answer = try await client.message()
            await client.close()
            return answer
        }

        func get(_ path: String, _ headers: String = "") async throws -> JSONNode {
            try JSONNode(try await call(RunningGateway.get(path, headers)).body)
        }

        func chat(_ model: String, _ headers: String = "") async throws -> RawConnection.Message {
            try await call(FarmedGateway.chat(model: model, headers: headers))
        }

        func stop() async throws {
            try await gateway.stop()
            await farm.shutdown()
        }
    }

    @Test func `a box's tags are models under the names of its pattern, and what no box lists is none`() async throws {
        let pool = try await Pool.start()
        let names = ["ollama/llama3.1:8b", "ollama/phi3:latest", "ollama/qwen3:4b", "small", "sonnet"]
        for path in ["/v1/models", "/models"] {
            #expect(try await pool.get(path)["data"].elements.compactMap { $0["id"].text }.sorted() == names)
        }
        let tags = try await pool.get("/api/tags")["models"].elements
        #expect(tags.compactMap { $0["name"].text }.sorted() == names)
        #expect(tags.first { $0["name"].text == "ollama/qwen3:4b" }?["digest"].text?.isEmpty == false)
        for name in ["ollama/qwen3:4b", "ollama/phi3", "small"] {
            let answer = try ChatAnswer(try await pool.chat(name))
            #expect(answer.status == 200, "\(answer.message)")
            #expect(try JSONNode(answer.message.body)["model"].text == name)
            #expect(answer.instance == (name == "ollama/qwen3:4b" ? "gpu-2" : "gpu-1"))
        }
        #expect(
            await pool.farm.received(box: 1).last { $0.target == "/api/chat" }?.body.contains(#""model":"qwen3:4b""#)
                == true)
        for name in ["ollama/mistral", "qwen3:4b", "ollama/*", "*"] {
            let answer = try await pool.chat(name)
            #expect(answer.status == 404, "\(name)")
            #expect(try JSONNode(answer.body)["error"]["code"].text == "model_not_found")
        }
        #expect(pool.cloud.counts.requests.allSatisfy { !$0.hasPrefix("POST") })
        let show = try await pool.call(RunningGateway.post("/api/show", #"{"model":"ollama/phi3"}"#))
        #expect(show.status == 200, "\(show.body)")
        try await pool.stop()
    }

    @Test func `a tag that goes takes its name along, and one that comes brings it`() async throws {
        let pool = try await Pool.start()
        func ids() async throws -> Set<String> {
            Set(try await pool.get("/v1/models")["data"].elements.compactMap { $0["id"].text })
        }
        func wait(_ what: String, _ condition: (Set<String>) -> Bool) async throws {
            for _ in 0..<2000 where !condition(try await ids()) { await Task.yield() }
            #expect(condition(try await ids()), "\(what)")
        }
        let ports = pool.gateway.pool.instances.prefix(2).map {
            $0.apiBase.split(separator: ":").last.flatMap { Int($0) } ?? 0
        }
        func box(_ index: Int, _ request: String) async throws -> Int {
            let client = try await RawConnection.connect(ports[index])
            try await client.send(request)
            let answer = try await client.message()
            await client.close()
            return answer.status
        }
        let copy = RunningGateway.post("/api/copy", #"{"source":"qwen3:4b","destination":"mine"}"#)
        #expect(try await box(1, copy) == 200)
        try await wait("the copy is there") { $0.contains("ollama/mine:latest") }
        #expect(try await pool.chat("ollama/mine").status == 200)
        let delete = RunningGateway.post("/api/delete", #"{"model":"mine"}"#).replacing("POST ", with: "DELETE ")
        #expect(try await box(1, delete) == 200)
        try await wait("the copy is gone") { !$0.contains("ollama/mine:latest") }
        #expect(try await pool.chat("ollama/mine").status == 404)
        #expect(
            try await pool.get("/pool")["deployments"].elements.allSatisfy {
                $0["model_name"].text != "ollama/mine:latest"
            })
        try await pool.stop()
    }

    @Test func `a client of Anthropic's is served under any name of Claude's`() async throws {
        let pool = try await Pool.start()
        for name in ["claude-sonnet-4-5-20250929", "sonnet", "claude-3-5-haiku-latest"] {
            let body = #"{"model":"\#(name)","max_tokens":20,"messages":[{"role":"user","content":"hi"}]}"#
            let answer = try await pool.call(RunningGateway.post("/v1/messages", body))
            #expect(answer.status == 200, "\(answer.body)")
            #expect(answer["x-drover-instance"] == "gpu-1")
            #expect(answer["x-litellm-model-group"] == name || name == "sonnet")
            #expect(try JSONNode(answer.body)["model"].text == name)
            #expect(try await pool.call(RunningGateway.post("/v1/messages/count_tokens", body)).status == 200)
            #expect(try await pool.get("/v1/models/\(name)")["id"].text == name)
        }
        try await pool.stop()
    }

    @Test func `a cloud behind a pattern is asked for the name, whatever it is, and metrics know the pattern alone`()
        async throws
    {
        let pool = try await Pool.start()
        for (name, tag) in [("openai/gpt-4o", "gpt-4o"), ("gpt-4o", "gpt-4o"), ("openai/ft:x/y", "ft:x/y")] {
            let answer = try await pool.chat(name)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(try JSONNode(answer.body)["model"].text == name)
            #expect(pool.cloud.counts.requests.last?.contains("\"model\":\"\(tag)\"") == true)
            // A million tokens of gpt-4o; the other's price is known to nobody.
            if tag == "gpt-4o" { #expect(answer["x-litellm-response-cost"] == "2.5") }
        }
        for number in 0..<50 { _ = try await pool.chat("openai/m\(number)") }
        for number in 0..<20 {
            let answer = try await pool.chat("openai/made-up-\(number)")
            #expect(answer.status == 404, "\(answer.body)")
            #expect(try JSONNode(answer.body)["error"]["code"].text == "model_not_found")
        }
        #expect(try await pool.chat("openai/gpt-4o").status == 200, "what one client makes up keeps nobody out")
        let metrics = try await pool.call(RunningGateway.get("/metrics")).body
        #expect(metrics.contains(#"model="openai/*""#))
        #expect(!metrics.contains("openai/m1"))
        try await pool.stop()
    }

    @Test func `what must stay inside does not leave by a pattern`() async throws {
        let pool = try await Pool.start()
        let answer = try await pool.chat("openai/gpt-4o", "x-drover-local-only: true\r\n")
        #expect(answer.status == 403, "\(answer.body)")
        try await pool.stop()
        let kept = try await Pool.start(more: "litellm_settings: {fallbacks: [{\"ollama/phi3\": [openai/gpt-4o]}]}")
        #expect(try await kept.chat("ollama/phi3").status == 200)
        try await kept.farm.inject(FarmFault(.status(500), path: "/api/chat"), box: 0)
        #expect(try await kept.chat("ollama/phi3").status == 200)
        #expect(kept.cloud.counts.requests.last?.contains("\"model\":\"gpt-4o\"") == true)
        try await kept.stop()
    }
}
