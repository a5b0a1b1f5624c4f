import Config
import Server
import Testing

@testable import CLI

/// What the dashboard shows of a configuration.
@Suite struct ConfigurationViewTests {
    @Test func `names what is in force, and no secret`() throws {
        let loaded = Loader.load(
            text: """
                model_list:
                  - {model_name: llama3, litellm_params: {model: ollama/llama3.1:8b, api_base: "http://gpu-1:11434"}}
                  - model_name: cloud
                    litellm_params: {model: openai/gpt-4o, api_key: sk-SECRET-1, headers: {x-token: SECRET-2}}
                router_settings: {routing_strategy: least-busy, num_retries: 4, fallbacks: [{llama3: [cloud]}]}
                general_settings: {master_key: sk-SECRET-3}
                litellm_settings: {no_such_key: 1}
                drover: {store: "postgres://u:SECRET-4@db/x", queue: {max_waiting: 7}}
                """, name: "test.yaml", environment: [:])
        let view = ConfigurationView(loaded)
        let rows = view.sections.flatMap(\.rows).map { "\($0.name)=\($0.value)" }
        for row in [
            "routing_strategy=least-busy", "num_retries=4", "queue.max_waiting=7", "fallbacks: llama3=cloud",
            "master_key=set", "store=PostgreSQL",
        ] { #expect(rows.contains(row), "\(rows)") }
        #expect(rows.contains { $0.hasPrefix("llama3=") && $0.contains("ollama/llama3.1:8b on gpu-1:11434") })
        #expect(view.warnings.contains { $0.contains("no_such_key") && $0.contains("test.yaml:7") })
        #expect(!(rows + view.warnings).contains { $0.contains("SECRET") }, "\(rows + view.warnings)")
    }
}
