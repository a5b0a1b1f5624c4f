import Farm
import FoundationEssentials
import NIOPosix
import Testing

/// `/v1/model/info`: what clients take a model's limits and prices from.
@Suite(.timeLimit(.minutes(1)), .serialized) struct ModelInfoTests {
    private struct Answer: Decodable {
        struct Row: Decodable {
            var model_name: String
            var litellm_params: [String: String]
            var model_info: Info
        }
        struct Info: Decodable {
            var id: String
            var max_tokens: Int?
            var max_input_tokens: Int?
            var max_output_tokens: Int?
            var input_cost_per_token: Double?
            var output_cost_per_token: Double?
            var litellm_provider: String
            var mode: String
        }
        var data: [Row]
    }

    private static let yaml = """
        model_list:
          - {model_name: box, litellm_params: {model: ollama/llama3.1:8b, api_base: "http://127.0.0.1:1", num_ctx: 8192}}
          - {model_name: embed, litellm_params: {model: ollama/nomic-embed-text, api_base: "http://127.0.0.1:1"}}
          - {model_name: smart, litellm_params: {model: openai/gpt-4o, api_key: sk-upstream-5678}}
          - {model_name: own, litellm_params: {model: openai/unheard-of, api_key: sk-upstream-5678},
             model_info: {max_input_tokens: 1000, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002}}
          - {model_name: dear, litellm_params: {model: openai/also-unheard-of, api_key: sk-upstream-5678}}
        general_settings: {master_key: sk-master}
        """

    @Test(arguments: ["/v1/model/info", "/model/info"])
    func `says of every deployment what is known, and null for the rest`(path: String) async throws {
        let gateway = try await RunningGateway.start(Self.yaml, key: "sk-master")
        let client = try await gateway.connect()
        try await client.send(RunningGateway.get(path))
        #expect(try await client.message().status == 401)
        try await client.send(RunningGateway.get(path, "Authorization: Bearer sk-master\r\n"))
        let message = try await client.message()
        #expect(message.status == 200)
        #expect(!message.body.contains("sk-upstream-5678"))
        let rows = try JSONDecoder().decode(Answer.self, from: Data(message.body.utf8)).data
        #expect(rows.map(\.model_name) == ["box", "embed", "smart", "own", "dear"])
        let infos = rows.map(\.model_info)
        #expect(infos.map(\.mode) == ["chat", "embedding", "chat", "chat", "chat"])
        #expect(infos.map(\.litellm_provider) == ["ollama", "ollama", "openai", "openai", "openai"])
        #expect(infos.map(\.max_input_tokens) == [8192, nil, 128_000, 1000, nil])
        #expect(infos.map(\.input_cost_per_token) == [0, 0, 2.5e-6, 1e-6, nil])
        #expect(infos.map(\.output_cost_per_token) == [0, 0, 1e-5, 2e-6, nil])
        #expect(rows[0].litellm_params["api_base"] == "http://127.0.0.1:1")
        #expect(message.body.contains(#""max_output_tokens":null"#))
        try await gateway.stop()
    }

    @Test func `a tag that its box exposes is among them`() async throws {
        let farm = BoxFarm(.instant(boxes: 1), group: MultiThreadedEventLoopGroup.singleton)
        let port = try await farm.start()[0]
        let gateway = try await RunningGateway.start(
            "drover: {expose_tags: true, instances: {box: 'http://127.0.0.1:\(port)'}, probe: {interval: 100ms}}")
        let client = try await gateway.connect()
        var rows: [Answer.Row] = []
        // The first list is asked for when the gateway starts, and is there a moment later.
        for _ in 0..<1000 where rows.isEmpty {
            try await client.send(RunningGateway.get("/v1/model/info"))
            rows = try JSONDecoder().decode(Answer.self, from: Data(try await client.message().body.utf8)).data
        }
        #expect(rows.map(\.model_name) == ["llama3.1:8b"])
        #expect(rows.first?.model_info.input_cost_per_token == 0 && rows.first?.model_info.mode == "chat")
        try await gateway.stop()
        await farm.shutdown()
    }
}
