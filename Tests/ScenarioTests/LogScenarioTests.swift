import Farm
import NIOPosix
import Testing

/// What a gateway writes and answers: enough to understand a request, and nothing that is nobody's business.
@Suite(.timeLimit(.minutes(1)), .serialized) struct LogScenarioTests {
    private static let masterKey = "sk-master-1234"
    private static let upstreamKey = "sk-upstream-5678"
    private static let wrongKey = "sk-wrong-9012"
    private static let prompt = "a prompt for nobody else"

    private func yaml(_ ports: [Int]) -> String {
        let list = ports.map { port in
            """
              - model_name: llama3
                litellm_params:
                  {model: "ollama/llama3.1:8b", api_base: "http://127.0.0.1:\(port)", api_key: \(Self.upstreamKey)}

            """
        }
        return """
            model_list:
            \(list.joined())
            general_settings: {master_key: \(Self.masterKey)}
            litellm_settings: {num_retries: 1, request_timeout: 10}
            """
    }

    private static func chat(stream: Bool, key: String, model: String = "llama3") -> String {
        RunningGateway.post(
            "/v1/chat/completions",
            "{\"model\":\"\(model)\",\"stream\":\(stream),\"messages\":[{\"role\":\"user\",\"content\":\"\(prompt)\"}]}",
            "Authorization: Bearer \(key)\r\n")
    }

    @Test func `no key, prompt or reply is ever told or logged`() async throws {
        let farm = BoxFarm(.instant(boxes: 1), group: MultiThreadedEventLoopGroup.singleton)
        let ports = try await farm.start()
        var told = ""
        var replies: [String] = []
        let log = try await LoggedGateway.log(yaml(ports), key: Self.masterKey) { port in
            let client = try await RawConnection.connect(port)
            for stream in [true, false] {
                try await client.send(Self.chat(stream: stream, key: Self.masterKey))
                replies.append(try ChatAnswer(try await client.message()).text)
                #expect(replies.last?.isEmpty == false)
            }
            // What the box has been told: its own key, not the client's.
            let received = await farm.received(box: 0).filter { $0.method == "POST" }
            #expect(received.count == 2)
            for request in received {
                #expect(request.header("authorization") == "Bearer \(Self.upstreamKey)")
                #expect(!request.headers.contains { $0.value.contains(Self.masterKey) })
            }
            let key = "x-api-key: \(Self.masterKey)\r\n"
            var requests = [
                Self.chat(stream: false, key: Self.wrongKey),
                RunningGateway.get("/pool", "x-api-key: \(Self.wrongKey)\r\n"),
                Self.chat(stream: false, key: Self.masterKey, model: "llama4"),
            ]
            requests += ["/pool", "/metrics", "/health", "/v1/models", "/nowhere"].map { RunningGateway.get($0, key) }
            try await client.tell(requests, into: &told)
            for fault in [
                FarmFault.Kind.status(500), .status(401), .errorLine(tokens: 3), .badJSON(tokens: 3), .refuse,
            ] {
                try await farm.inject(FarmFault(fault), box: 0)
                try await client.tell(
                    [true, false].map { Self.chat(stream: $0, key: Self.masterKey) } + [
                        RunningGateway.get("/pool", key)
                    ],
                    into: &told)
            }
            await client.close()
        }
        for secret in [Self.masterKey, Self.upstreamKey, Self.wrongKey] {
            #expect(!told.contains(secret), "\(secret)")
            #expect(!log.contains(secret), "\(secret)")
        }
        #expect(told.contains("\"upstream_failed\""))
        #expect(!log.contains(Self.prompt))
        for reply in replies { #expect(!log.contains(reply)) }
        await farm.shutdown()
    }

    @Test func `each finished request is one line of JSON`() async throws {
        let farm = BoxFarm(.instant(boxes: 2), group: MultiThreadedEventLoopGroup.singleton)
        let ports = try await farm.start()
        var calls: [String: ChatAnswer] = [:]
        let log = try await LoggedGateway.log(yaml(ports), key: nil) { port in
            let client = try await RawConnection.connect(port)
            for (stream, model) in [(true, "llama3"), (false, "llama3"), (false, "llama4")] {
                try await client.send(Self.chat(stream: stream, key: "any", model: model))
                let answer = try ChatAnswer(try await client.message())
                calls[answer.message["x-litellm-call-id"] ?? ""] = answer
            }
            await client.close()
        }
        #expect(calls.count == 3)
        let lines = try log.split(separator: "\n").map { try JSONNode(String($0)) }
        for (id, answer) in calls {
            let mine = lines.filter { $0["call_id"] == .string(id) }
            let line = try #require(mine.first)
            #expect(mine.count == 1)
            #expect(
                line.keys.isSuperset(of: [
                    "model", "provider", "instance", "prompt_tokens", "completion_tokens", "total_tokens",
                    "response_time_ms", "time_to_first_token_ms", "tokens_per_second", "estimated_cost", "success",
                    "call_id", "attempts",
                ]), "\(line.keys)")
            #expect(line["success"] == .bool(answer.status == 200))
            guard answer.status == 200 else { continue }
            #expect(line["model"] == .string("llama3"))
            #expect(line["provider"] == .string("ollama"))
            #expect(line["instance"].text == answer.instance)
            #expect(line["attempts"] == .number(1))
            #expect((line["completion_tokens"].number ?? 0) > 0)
            #expect((line["response_time_ms"].number ?? 0) > 0)
        }
        await farm.shutdown()
    }

    @Test func `fields that nobody acts on are named in the log, and a decision says what its request cost`()
        async throws
    {
        let farm = BoxFarm(.instant(boxes: 1), group: MultiThreadedEventLoopGroup.singleton)
        let ports = try await farm.start()
        var decisions: [JSONNode] = []
        let log = try await LoggedGateway.log(yaml(ports), key: nil) { port in
            let client = try await RawConnection.connect(port)
            for stream in [true, false] {
                try await client.send(
                    RunningGateway.post(
                        "/v1/chat/completions",
                        "{\"model\":\"llama3\",\"stream\":\(stream),\"odd_field\":\"odd-value\",\"top_k\":3,"
                            + "\"parallel_tool_calls\":false,"
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"))
                let id = try await client.message()["x-litellm-call-id"] ?? ""
                try await client.send(RunningGateway.get("/decisions/\(id)"))
                decisions.append(try JSONNode(try await client.message().body))
            }
            await client.close()
        }
        for decision in decisions {
            #expect(decision["cost"] == .number(0) && decision["failed_attempts_cost"] == .number(0), "\(decision)")
        }
        #expect(decisions.count == 2)
        let named = log.split(separator: "\n").filter { $0.contains("odd_field") }
        #expect(named.count == 2 && named.allSatisfy { $0.contains("debug") && !$0.contains("top_k") }, "\(named)")
        let left = log.split(separator: "\n").filter { $0.contains("parallel_tool_calls") }
        #expect(left.count == 2 && left.allSatisfy { $0.contains("debug") && !$0.contains("odd_field") }, "\(left)")
        #expect(!log.contains("odd-value"))
        await farm.shutdown()
    }
}

extension RawConnection {
    /// Sends each request and adds all that comes back, heads too.
    fileprivate func tell(_ requests: [String], into told: inout String) async throws {
        for request in requests {
            try await send(request)
            let answer = try await message()
            told += answer.headers.map { "\($0.name): \($0.value)\n" }.joined() + answer.body + "\n"
        }
    }
}
