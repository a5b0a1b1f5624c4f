import Dialects
import Testing

@testable import Config

/// Entries of `model_list` with a star in their name.
@Suite struct WildcardTests {
    private static let yaml = """
        model_list:
          - {model_name: "ollama/*", litellm_params: {model: "ollama/*", api_base: 'http://gpu-1:11434', keep_alive: 5m}}
          - {model_name: "ollama/*", litellm_params: {model: "ollama_chat/*", api_base: 'http://gpu-2:11434'}}
          - {model_name: "claude-*", litellm_params: {model: "ollama/qwen3:32b", api_base: 'http://gpu-1:11434'}}
          - {model_name: "openai/*", litellm_params: {model: "openai/*", api_key: sk-1}}
          - {model_name: "vllm-*", litellm_params: {model: "hosted_vllm/*", api_base: 'http://gpu-3:8000/v1'}}
          - {model_name: "file-*", litellm_params: {model: "llamafile/*", api_base: 'http://gpu-4:8080/v1'}}
          - {model_name: llama3, litellm_params: {model: "ollama/llama3.1:8b", api_base: 'http://gpu-1:11434'}}
        """

    private func load(_ more: String = "", _ yaml: String = Self.yaml) throws -> Configuration {
        let loaded = Loader.load(text: "\(yaml)\n\(more)", name: "c.yaml", environment: [:])
        try #require(loaded.faults.isEmpty, "\(loaded.faults)")
        return loaded.configuration
    }

    @Test func `one whose instance lists its models is no deployment, and all others are`() throws {
        let configuration = try load()
        #expect(configuration.modelList.map(\.modelName.value) == ["claude-*", "openai/*", "file-*", "llama3"])
        #expect(configuration.models.map(\.name) == ["claude-*", "openai/*", "file-*", "llama3"])
        #expect(configuration.models.map(\.deployments) == [[0], [1], [2], [3]])
        #expect(configuration.wildcards.map(\.tag) == ["*", "*", "*"])
        #expect(configuration.wildcardModels.map(\.name) == ["ollama/*", "vllm-*"])
        #expect(configuration.wildcardModels.map(\.deployments) == [[0, 1], [2]])
        #expect(configuration.entries.count == 7)
        #expect(configuration.instances.count == 5)
    }

    @Test func `a star alone is every provider that the environment has the key of`() {
        let entry = #"model_list: [{model_name: "*", litellm_params: {model: "*", timeout: 7}, model_info: {id: any}}]"#
        func load(_ environment: [String: String], _ entry: String = entry) -> Loaded {
            Loader.load(text: entry, name: "c.yaml", environment: environment)
        }
        let loaded = load([
            "OPENAI_API_KEY": "sk-1", "ANTHROPIC_API_KEY": "sk-2", "GEMINI_API_KEY": "",
            "OLLAMA_API_BASE": "http://gpu-1:11434", "AZURE_API_KEY": "no address",
        ])
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.warnings)")
        let configuration = loaded.configuration
        #expect(Set(configuration.modelList.map(\.modelName.value)) == ["openai/*", "anthropic/*"])
        #expect(configuration.wildcards.map(\.modelName.value) == ["ollama/*"])
        #expect(Set(configuration.entries.map(\.id)) == ["any/openai", "any/anthropic", "any/ollama"])
        #expect(configuration.entries.allSatisfy { $0.timeout == .seconds(7) })
        #expect(configuration.entries.first { $0.provider == "openai" }?.apiKey?.value.reveal() == "sk-1")
        #expect(configuration.pattern(serving: "anthropic/claude-sonnet-4-5") == "anthropic/*")
        let none = load([:])
        #expect(none.configuration.entries.isEmpty)
        #expect(none.warnings.contains { $0.message.hasPrefix("\"*\" stands for every provider") })
        // It would be sent to all of them.
        let keyed = load(
            ["OPENAI_API_KEY": "sk-1"], #"model_list: [{model_name: "*", litellm_params: {model: "*", api_key: sk-3}}]"#
        )
        #expect(keyed.configuration.entries.map(\.unavailable) == ["\"*\" names no provider that is known"])
        let headed = load(
            ["OPENAI_API_KEY": "sk-1"],
            #"model_list: [{model_name: "*", litellm_params: {model: "*", extra_headers: {Authorization: Bearer corp}}}]"#
        )
        #expect(headed.configuration.entries.map(\.unavailable) == ["\"*\" names no provider that is known"])
    }

    @Test func `a star alone adds nothing to what is written for a provider`() {
        let loaded = Loader.load(
            text: """
                model_list:
                  - {model_name: "*", litellm_params: {model: "*"}}
                  - {model_name: "openai/*", litellm_params: {model: "openai/*", api_base: "http://10.0.0.7:8000/v1"}}
                """, name: "c.yaml", environment: ["OPENAI_API_KEY": "sk-1", "ANTHROPIC_API_KEY": "sk-2"])
        #expect(loaded.faults.isEmpty)
        let entries = loaded.configuration.entries
        #expect(entries.count { $0.modelName.value == "openai/*" } == 1)
        #expect(entries.count { $0.modelName.value == "anthropic/*" } == 1)
    }

    @Test func `an instance that waits for a variable lists nothing, and is a deployment that is down`() throws {
        let configuration = try load(
            "",
            #"model_list: [{model_name: "ollama/*", litellm_params: {model: "ollama/*", api_base: os.environ/BOX}}]"#)
        #expect(configuration.wildcards.isEmpty)
        #expect(configuration.modelList.map(\.unavailable) == ["BOX is not set"])
    }

    @Test(arguments: [
        ("llama3", "ollama/*", "no *"), ("a-*", "openai/*-*", "fewer"),
    ])
    func `a star that nothing fills is told`(name: String, model: String, has: String) {
        let loaded = Loader.load(
            text: "model_list: [{model_name: \"\(name)\", litellm_params: {model: \"\(model)\", api_key: k}}]",
            name: "c.yaml", environment: [:])
        #expect(loaded.faults.isEmpty)
        #expect(loaded.warnings.contains { $0.message.contains("has \(has), so this deployment is down") })
        #expect(loaded.configuration.modelList.count == 1 && loaded.configuration.wildcards.isEmpty)
    }

    @Test func `a name is served by the pattern that says most, unless it is one itself`() throws {
        let configuration = try load()
        #expect(configuration.pattern(serving: "ollama/phi3") == "ollama/*")
        #expect(configuration.pattern(serving: "claude-sonnet-4-5") == "claude-*")
        #expect(configuration.pattern(serving: "llama3") == nil)
        #expect(configuration.pattern(serving: "mistral") == nil)
    }

    @Test(
        arguments: [
            ("gpt-4o", "openai"), ("claude-opus-4-1", "anthropic"), ("gpt-oss:20b", nil), ("ft:gpt-4o:me", "openai"),
            ("openai/gpt-4o", nil), ("llama3", nil),
        ] as [(String, String?)])
    func `the beginning of a name tells its provider`(name: String, provider: String?) {
        #expect(Configuration.provider(of: name) == provider)
    }

    @Test func `what must stay inside does so under a pattern, by the name and by the pattern`() throws {
        let configuration = try load(
            "drover: {local_only: [\"ollama/*\", file-secret, \"*llama*\"]}\n"
                + "router_settings: {model_group_alias: {quick: ollama/phi3, open: file-x}}")
        for name in ["ollama/phi3", "ollama/PHI3:mini", "quick", "file-secret", "llama3", "file-llama-2"] {
            #expect(configuration.isLocalOnly(name), "\(name)")
        }
        for name in ["file-x", "open", "openai/gpt-4o", "claude-x"] {
            #expect(!configuration.isLocalOnly(name), "\(name)")
        }
        #expect(configuration.isLocalOnly(["gpt-x", "openai/gpt-x", "file-secret"]))
    }

    @Test func `a cloud's name that must stay inside is a fault, under a pattern as by itself`() {
        let loaded = Loader.load(
            text: Self.yaml + "\ndrover: {local_only: [openai/gpt-4o]}", name: "c.yaml", environment: [:])
        #expect(loaded.faults.contains { $0.message.contains("every deployment of \"openai/gpt-4o\" is on a cloud") })
    }

    @Test func `lines may name what a pattern serves, and not what none does`() {
        func faults(_ name: String) -> [String] {
            Loader.load(
                text: Self.yaml
                    + "\nrouter_settings: {fallbacks: [{\"\(name)\": [llama3]}], model_group_alias: {x: \"\(name)\"}}",
                name: "c.yaml", environment: [:]
            ).faults.map(\.message)
        }
        #expect(faults("ollama/phi3").isEmpty && faults("claude-opus").isEmpty && faults("openai/*").isEmpty)
        #expect(faults("ollma/phi3").count == 2)
    }

    @Test func `a check says what each pattern stands for`() throws {
        let loaded = Loader.load(text: Self.yaml, name: "c.yaml", environment: [:])
        let lines = CheckReport(file: "c.yaml", loaded: loaded).render().split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("note: ") } == [
                #"note: "ollama/*": the names are those that gpu-1:11434 lists, of them *"#,
                #"note: "ollama/*": the names are those that gpu-2:11434 lists, of them *"#,
                #"note: "claude-*": every name that fits it is qwen3:32b on gpu-1:11434"#,
                #"note: "openai/*": any name that fits it is asked for at api.openai.com:443/v1, as *"#,
                #"note: "vllm-*": the names are those that gpu-3:8000/v1 lists, of them *"#,
                #"note: "file-*": any name that fits it is asked for at gpu-4:8080/v1, as *"#,
            ])
        #expect(lines.last?.contains("6 models, 7 deployments on 5 instances") == true, "\(lines.last ?? "")")
    }

    // MARK: How long models stay in memory

    private func policies(_ drover: String) throws -> [KeepAlivePolicy] {
        let configuration = try load(
            "drover: {instances: {gpu-1: 'http://gpu-1:11434', gpu-2: 'http://gpu-2:11434'}, \(drover)}")
        return (configuration.wildcards + configuration.modelList).map { configuration.keepAlive(of: $0) }
    }

    private func time(_ json: String) -> KeepAlive? { Dialects.JSONText(json).flatMap { KeepAlive($0) } }

    @Test func `a time of one's own comes first, then that of the name, the tag, the pattern and the box`() throws {
        let none = try policies("expose_tags: false")
        #expect(none[0] == KeepAlivePolicy(time: time("\"5m\""), client: .allow))
        #expect(none[1] == .none)
        let all = try policies(
            "keep_alive: {default: 600, llama3: forever, \"qwen3:32b\": 2h, \"ollama/*\": 10m}")
        #expect(all[0] == KeepAlivePolicy(time: time("\"5m\""), client: .allow), "its own")
        #expect(all[1] == KeepAlivePolicy(time: time("\"10m\""), client: .extend), "by the pattern")
        #expect(all.first { $0.time == time("\"2h\"") }?.client == .extend, "by the tag")
        #expect(all.last == KeepAlivePolicy(time: time("-1"), client: .extend), "by the name")
        #expect(
            try policies("keep_alive: 30m, client_keep_alive: ignore").last
                == KeepAlivePolicy(time: time("\"30m\""), client: .ignore))
        #expect(try policies("client_keep_alive: extend").last == KeepAlivePolicy(time: nil, client: .extend))
    }

    @Test func `a model stays on the boxes that it is placed on, unless a line says otherwise`() throws {
        let placed = try policies(
            "placement: {\"llama3.1:8b\": gpu-1, \"qwen3:32b\": gpu-2}, keep_alive: {default: 1m}")
        #expect(placed.last == KeepAlivePolicy(time: time("-1"), client: .extend))
        #expect(!placed.dropLast().contains { $0.time == time("-1") }, "qwen3 is served by another box")
        let line = try policies("placement: {llama3: gpu-1}, keep_alive: {llama3: 3m}")
        #expect(line.last?.time == time("\"3m\""))
    }

    @Test(arguments: [("soon", "\"soon\""), ("[1]", "a list"), ("{llama3: 5x}", "\"5x\""), ("true", "true")])
    func `a time that Ollama cannot read is a fault`(text: String, shown: String) {
        let loaded = Loader.load(
            text: Self.yaml + "\ndrover: {keep_alive: \(text)}", name: "c.yaml", environment: [:])
        #expect(
            loaded.faults.map(\.message).contains { $0.hasPrefix("expects a time such as 30m") && $0.contains(shown) },
            "\(loaded.faults)")
    }

    @Test func `a line about what nobody serves is a warning`() {
        let loaded = Loader.load(
            text: Self.yaml + "\ndrover: {keep_alive: {lama3: 5m, \"qwen3:32b\": 1h, ollama/any: 1h}}", name: "c.yaml",
            environment: [:])
        #expect(
            loaded.warnings.map(\.message).filter { $0.hasPrefix("no model") } == [
                "no model and no tag is named \"lama3\"; did you mean \"llama3\"?"
            ])
    }
}
