import Locking
import Testing

/// The fence over real sockets: every path by which a configuration could lead out, every fault of the local box. A cloud
/// that must not be reached counts its bytes, and has none.
@Suite(.timeLimit(.minutes(3)), .serialized) struct FenceScenarioTests {
    /// What is wrong with the box inside.
    enum Box: String, CaseIterable, Sendable {
        case refuses, closes, hangs, status500, busy, tooLong, missingTag, noJSON, cutsOff

        var answer: ScriptedCloud.Answer {
            switch self {
            case .refuses, .closes: .close
            case .hangs: .hang
            case .status500: .json(#"{"error":"boom"}"#, status: 500)
            case .busy:
                .json(#"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#, status: 503)
            case .tooLong: .json(#"{"error":"the input length exceeds the context length"}"#, status: 400)
            case .missingTag: .json(#"{"error":"model 'llama3.1:8b' not found"}"#, status: 404)
            case .noJSON: .json("<html>")
            case .cutsOff: .cut("application/json", Array(#"{"message":{"content":"Hel"#.utf8))
            }
        }
    }

    /// Ways out. `BOX`, `CLOUD` stand for the ports.
    static let ways: [(name: String, yaml: String, more: String)] = [
        ("fallbacks", "litellm_settings: {num_retries: 0, fallbacks: [{llama3: [smart]}]}", ""),
        ("default_fallbacks", "litellm_settings: {num_retries: 0, default_fallbacks: [smart]}", ""),
        (
            "context and content fallbacks",
            "litellm_settings: {num_retries: 0, context_window_fallbacks: [{llama3: [smart]}], content_policy_fallbacks: [{llama3: [smart]}]}",
            ""
        ),
        (
            "an alias",
            "router_settings: {num_retries: 0, model_group_alias: {clever: smart}, fallbacks: [{llama3: [clever]}]}", ""
        ),
        ("a client's fallbacks", "litellm_settings: {num_retries: 0}", #","fallbacks":["smart","mixed"]"#),
        (
            "overflow", "litellm_settings: {num_retries: 0}\nx_overflow: true", ""
        ),
    ]

    private static func chat(_ model: String, _ stream: Bool, _ more: String, _ headers: String) -> String {
        RunningGateway.post(
            "/v1/chat/completions",
            #"{"model":"\#(model)","stream":\#(stream),"messages":[{"role":"user","content":"my secret"}]\#(more)}"#,
            headers)
    }

    private static func yaml(box: Int, cloud: Int, way: String, byModel: Bool) -> String {
        let overflows = way.contains("x_overflow")
        let settings = way.replacing("\nx_overflow: true", with: "")
        let address = "http://127.0.0.1:\(cloud)/v1"
        var drover = [
            "probe: {interval: 600s, timeout: 1s, fall: 100, rise: 1}", "queue: {max_waiting: 8, max_wait: 300ms}",
            "local: {'\(address)': false}",
        ]
        if byModel { drover.append("local_only: [llama3, mixed]") }
        if overflows { drover.append("overflow: {model: smart, when_wait_exceeds: 100ms}") }
        return """
            model_list:
              - {model_name: llama3, litellm_params: {model: 'ollama/llama3.1:8b', api_base: 'http://127.0.0.1:\(box)', max_parallel_requests: 1, timeout: 0.3}}
              - {model_name: mixed, litellm_params: {model: 'ollama/llama3.1:8b', api_base: 'http://127.0.0.1:\(box)', timeout: 0.3}}
              - {model_name: mixed, litellm_params: {model: openai/gpt-4o, api_base: '\(address)', api_key: sk-x}}
              - {model_name: smart, litellm_params: {model: openai/gpt-4o, api_base: '\(address)', api_key: sk-x}}
            \(settings)
            drover: {\(drover.joined(separator: ", "))}
            """
    }

    @Test(arguments: ways.indices, Box.allCases)
    func `not one byte leaves, whatever is configured and whatever fails`(way: Int, fault: Box) async throws {
        let cloud = try await ScriptedCloud.start(tls: false) {
            CloudDialect.openAI.answer(stream: $0.contains("\"stream\":true"))
        }
        for byModel in [true, false] {
            let box = try await ScriptedCloud.start(tls: false) { _ in fault.answer }
            if fault == .refuses { await box.stop() }
            let gateway = try await RunningGateway.start(
                Self.yaml(box: box.port, cloud: cloud.port, way: Self.ways[way].yaml, byModel: byModel))
            let header = byModel ? "" : "x-drover-local-only: true\r\n"
            // Several at once, so that one of them waits where there is a queue.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for model in ["llama3", "llama3", "mixed"] {
                    for stream in [true, false] {
                        group.addTask {
                            let client = try await gateway.connect()
                            try await client.send(Self.chat(model, stream, Self.ways[way].more, header))
                            let answer = try await client.message()
                            #expect(answer.status != 200 || answer.body.contains("error"), "\(answer)")
                            await client.close()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(cloud.counts == ScriptedCloud.Counts(), "\(Self.ways[way].name), \(fault), by model: \(byModel)")
            try await gateway.stop()
            if fault != .refuses { await box.stop() }
        }
        await cloud.stop()
    }

    /// Shows that the test above would see a byte: the same ways lead out for a request that may leave.
    @Test(arguments: ways.indices)
    func `the same ways lead out for a request that may leave`(way: Int) async throws {
        let cloud = try await ScriptedCloud.start(tls: false) {
            CloudDialect.openAI.answer(stream: $0.contains("\"stream\":true"))
        }
        let box = try await ScriptedCloud.start(tls: false) { _ in
            switch Self.ways[way].name {
            case "overflow": .hang
            case "context and content fallbacks": Box.tooLong.answer
            default: .json("{}", status: 500)
            }

        }
        let gateway = try await RunningGateway.start(
            Self.yaml(box: box.port, cloud: cloud.port, way: Self.ways[way].yaml, byModel: false))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for model in ["llama3", "llama3", "mixed"] {
                group.addTask {
                    let client = try await gateway.connect()
                    try await client.send(Self.chat(model, false, Self.ways[way].more, ""))
                    _ = try await client.message()
                    await client.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(!cloud.counts.requests.isEmpty)
        try await gateway.stop()
        await box.stop()
        await cloud.stop()
    }

    @Test func `a model of clouds alone answers 403 to a request that must stay, and says why`() async throws {
        let cloud = try await ScriptedCloud.start(tls: false) { _ in CloudDialect.openAI.answer(stream: false) }
        let gateway = try await RunningGateway.start(
            Self.yaml(box: 1, cloud: cloud.port, way: "litellm_settings: {num_retries: 0}", byModel: false))
        let client = try await gateway.connect()
        try await client.send(Self.chat("smart", false, "", "x-drover-local-only: true\r\n"))
        let refused = try await client.message()
        #expect(refused.status == 403)
        #expect(try JSONNode(refused.body)["error"]["code"].text == "local_only")
        // Twice, and not the same: what closes counts.
        try await client.send(
            Self.chat("smart", false, "", "x-drover-local-only: false\r\nx-drover-local-only: true\r\n"))
        #expect(try await client.message().status == 403)
        try await client.send(Self.chat("smart", false, "", "x-drover-local-only: perhaps\r\n"))
        #expect(try await client.message().status == 400)
        #expect(cloud.counts == ScriptedCloud.Counts())
        try await client.send(Self.chat("smart", false, "", "x-drover-local-only: false\r\n"))
        #expect(try await client.message().status == 200)
        try await client.send(RunningGateway.get("/metrics"))
        let metrics = try await client.message().body
        #expect(metrics.contains(#"gateway_fence_refusals_total{model="smart"} 2"#))
        #expect(metrics.contains(#"gateway_cloud_calls_total{model="smart"} 1"#))
        await client.close()
        try await gateway.stop()
        await cloud.stop()
    }
}
