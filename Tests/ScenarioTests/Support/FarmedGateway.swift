import Balancer
import BoxModel
import Farm
import NIOPosix
import Testing

/// A gateway in front of simulated boxes of its own, both in this process: one model, `llama3`, on every box.
struct FarmedGateway: Sendable {
    let farm: BoxFarm
    let gateway: RunningGateway
    /// The boxes' names as instances, in order.
    let names: [String]

    /// Probes so rare that only the first, and those that the gateway itself asks for, are ever made.
    static let rareProbes = "{interval: 600s, timeout: 1s, fall: 2, rise: 1}"

    /// Each box first: what the farm is. Then what stands in the YAML.
    ///
    /// - Parameters:
    ///   - decode: tokens per second of one stream.
    ///   - prefill: prompt tokens that a box reads per second.
    ///   - slots: how many requests a box works on at once, which the gateway is told.
    ///   - isTold: whether it is.
    ///   - weights: of the boxes under `simple-shuffle`; a box with 0 only serves when no other can.
    ///   - deployment: more `litellm_params`, for each deployment, such as `max_parallel_requests: 1`.
    ///   - router: more `router_settings`.
    ///   - drover: more keys of `drover`.
    ///   - host: the address that the gateway listens at.
    ///   - name: the file that the YAML is said to stand in.
    static func start(
        boxes: Int = 3, decode: Double = .infinity, tokens: ClosedRange<Int> = 12...40,
        prefill: Double = .infinity, slots: Int? = nil, isTold: Bool = true,
        strategy: String = "simple-shuffle", weights: [Int]? = nil, retries: Int = 2, deployment: String? = nil,
        router: String = "timeout: 30", probe: String = rareProbes, drover: String? = nil, more: String = "",
        key: String? = nil, name: String = "test.yaml", host: String = "127.0.0.1"
    ) async throws -> FarmedGateway {
        var configuration = FarmConfiguration.instant(boxes: boxes)
        for index in configuration.boxes.indices {
            configuration.boxes[index].gpu.decodeTokensPerSecond = decode
            configuration.boxes[index].gpu.decodeSlowdown = 0
            configuration.boxes[index].gpu.prefillTokensPerSecond = prefill
            configuration.boxes[index].answerTokens = tokens
            if let slots { configuration.boxes[index].gpu.slots = slots }
        }
        let farm = BoxFarm(configuration, group: MultiThreadedEventLoopGroup.singleton)
        let ports = try await farm.start()
        let list = ports.enumerated().map { index, port in
            let parameters =
                ["model: \"ollama/llama3.1:8b\"", "api_base: \"http://127.0.0.1:\(port)\""]
                + (weights.map { ["weight: \($0[index])"] } ?? []) + (deployment.map { [$0] } ?? [])
            let info = slots.map { isTold ? ", model_info: {slots: \($0)}" : "" } ?? ""
            return "  - {model_name: llama3, litellm_params: {\(parameters.joined(separator: ", "))}\(info)}\n"
        }
        let gateway = try await RunningGateway.start(
            """
            model_list:
            \(list.joined())
            router_settings: {routing_strategy: \(strategy), num_retries: \(retries), \(router)}
            drover: {\((["probe: \(probe)"] + (drover.map { [$0] } ?? [])).joined(separator: ", "))}
            \(more)
            """, name: name, host: host, key: key)
        let started = FarmedGateway(farm: farm, gateway: gateway, names: ports.map { "127.0.0.1:\($0)" })
        await eventually("every box is ready") {
            started.gateway.pool.instances.allSatisfy { $0.state == "ready" && $0.ollamaVersion != nil }
        }
        return started
    }

    /// Stops both; nothing may be open on either side, and no lease may have been forgotten.
    func stop() async throws {
        for box in names.indices {
            try await farm.stats(box: box, within: .seconds(5)) { $0.running == 0 && $0.queued == 0 }
        }
        try await gateway.stop()
        await farm.shutdown()
    }

    // MARK: Requests

    /// One chat request on a connection of its own.
    func chat(
        stream: Bool = false, model: String = "llama3", more: String = "", headers: String = ""
    ) async throws -> ChatAnswer {
        let client = try await gateway.connect()
        try await client.send(Self.chat(stream: stream, model: model, more: more, headers: headers))
        let answer = try ChatAnswer(try await client.message())
        await client.close()
        return answer
    }

    /// - Parameter more: further fields, such as `,"max_tokens":1`.
    static func chat(stream: Bool = false, model: String = "llama3", more: String = "", headers: String = "") -> String
    {
        RunningGateway.post(
            "/v1/chat/completions",
            "{\"model\":\"\(model)\",\"stream\":\(stream),\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]\(more)}",
            headers)
    }

    /// A request without a body to a path.
    func get(_ path: String, headers: String = "") async throws -> RawConnection.Message {
        try await call("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
    }

    /// A POST without a body to an operator path.
    func post(_ path: String, headers: String = "") async throws -> RawConnection.Message {
        try await call("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\(headers)\r\n")
    }

    /// Any request, on a connection of its own.
    func call(_ request: String) async throws -> RawConnection.Message {
        let client = try await gateway.connect()
        try await client.send(request)
        let answer = try await client.message()
        await client.close()
        return answer
    }

    // MARK: What the pool says

    func instance(_ box: Int) -> PoolSnapshot.Instance { gateway.pool.instances[box] }

    func deployment(_ box: Int) -> PoolSnapshot.Deployment { gateway.pool.deployments[box] }
}

/// Returns as soon as the condition holds; fails the test after ten seconds.
func eventually(
    _ what: String, _ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async {
    let limit = TimeSource.live.now() + .seconds(10)
    while !condition() {
        guard TimeSource.live.now() < limit else {
            Issue.record("never came true: \(what)", sourceLocation: sourceLocation)
            return
        }
        await Task.yield()
    }
}
