import Testing

@testable import Config

/// Base URLs of Ollama as they are written for other clients.
@Suite struct OllamaBaseTests {
    private static func base(_ written: String, provider: String = "ollama") -> Loaded {
        load("model_list: [{model_name: m, litellm_params: {model: \(provider)/x, api_base: '\(written)'}}]")
    }

    @Test(
        arguments: [
            ("/v1", "/v1"), ("/v1/", "/v1"), ("/api", "/api"), ("/api//", "/api"), ("/api/tags", "/api/tags"),
            ("/v1/chat/completions", "/v1/chat/completions"), ("/api/chat", nil), ("/api/chat/", nil),
            ("/api/generate", nil), ("/api/embed", nil), ("/api/embeddings", nil), ("", nil), ("/", nil),
        ] as [(String, String?)])
    func `the path of another client is left out, with a warning`(end: String, warned: String?) {
        for provider in ["ollama", "ollama_chat"] {
            for prefix in ["", "/box"] {
                let loaded = Self.base("http://gpu-1:11434\(prefix)\(end)", provider: provider)
                #expect(loaded.faults.isEmpty)
                #expect(loaded.configuration.instances.map(\.baseURL?.description) == ["http://gpu-1:11434\(prefix)"])
                let warnings = loaded.warnings.map(\.message)
                #expect(
                    warnings
                        == (warned.map {
                            ["\($0) is left out: ollama is asked below its base URL, which ends before it"]
                        } ?? []), "\(end)")
            }
        }
    }

    @Test func `boxes written with and without such an end are one instance`() {
        let loaded = load(
            """
            model_list:
              - {model_name: m, litellm_params: {model: ollama/x, api_base: "http://gpu-1:11434/v1"}}
              - {model_name: n, litellm_params: {model: ollama_chat/y, api_base: "http://gpu-1:11434/api"}}
              - {model_name: o, litellm_params: {model: ollama/z, api_base: "http://gpu-1:11434"}}
            """)
        #expect(loaded.configuration.instances.map(\.name) == ["gpu-1:11434"])
    }

    @Test func `the environment's is read alike`() {
        let loaded = Loader.withoutFile(environment: ["OLLAMA_API_BASE": "http://gpu-1:1/api/"])
        #expect(loaded.configuration.instances.map(\.name) == ["gpu-1:1"])
        #expect(loaded.warnings.map(\.path) == ["OLLAMA_API_BASE"])
    }

    @Test func `an API of OpenAI's keeps its path`() {
        let loaded = Self.base("http://gpu-1:8000/v1", provider: "openai")
        #expect(loaded.configuration.instances.map(\.baseURL?.path) == ["/v1"])
    }
}
