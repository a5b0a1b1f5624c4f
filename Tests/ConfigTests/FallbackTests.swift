import Config
import Testing

@Suite struct FallbackTests {
    /// Models a to d on boxes, and more of the file after them.
    private func pool(_ rest: String) -> Loaded {
        let models = ["a", "b", "c", "d", "openai/gpt"].map {
            "  - {model_name: \($0), litellm_params: {model: ollama/\($0)}}"
        }
        return load("model_list:\n" + models.joined(separator: "\n") + "\n" + rest)
    }

    @Test func `who stands in is by name, then without the prefix, then by the star`() {
        let loaded = pool("litellm_settings: {fallbacks: [{a: [b, c]}, {gpt: [d], 'openai/gpt': [c]}, {'*': [d]}]}")
        #expect(loaded.faults.isEmpty == false, "gpt is no model's name")
        let table = loaded.configuration.routerSettings.fallbacks
        #expect(table.targets(for: ["a"]) == ["b", "c"])
        #expect(table.targets(for: ["openai/gpt"]) == ["c"])
        #expect(table.targets(for: ["groq/gpt"]) == ["d"])
        #expect(table.targets(for: ["house/gpt"]) == ["d"])
        #expect(table.targets(for: ["b"]) == ["d"])
        // An alias, then the model behind it: a line of its own wins over the star of the first.
        #expect(table.targets(for: ["x", "a"]) == ["b", "c"])
        #expect(Configuration().routerSettings.fallbacks.targets(for: ["a"]).isEmpty)
    }

    @Test func `all three tables, the defaults and the most are read from either section`() {
        let settings = """
            {fallbacks: [{a: [b]}], context_window_fallbacks: [{a: [c]}], content_policy_fallbacks: [{a: [d]}],
              default_fallbacks: [c, d], max_fallbacks: 3}
            """
        for section in ["litellm_settings", "router_settings"] {
            let loaded = pool("\(section): \(settings)")
            #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.warnings)")
            let router = loaded.configuration.routerSettings
            #expect(router.fallbacks.targets(for: ["a"]) == ["b"])
            #expect(router.fallbacks.targets(for: ["b"]) == ["c", "d"])
            #expect(router.contextWindowFallbacks.targets(for: ["a"]) == ["c"])
            #expect(router.contextWindowFallbacks.targets(for: ["b"]).isEmpty)
            #expect(router.contentPolicyFallbacks.targets(for: ["a"]) == ["d"])
            #expect(router.maxFallbacks == 3)
        }
    }

    @Test(arguments: ["litellm_settings", "router_settings"])
    func `one model may stand in the place of a list of one, in every list`(section: String) {
        let settings =
            "{fallbacks: [{a: b}, {b: [c]}], context_window_fallbacks: [{a: c}], content_policy_fallbacks: [{a: d}], default_fallbacks: d}"
        let loaded = pool("\(section): \(settings)")
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults) \(loaded.warnings)")
        let router = loaded.configuration.routerSettings
        #expect(router.fallbacks.targets(for: ["a"]) == ["b"] && router.fallbacks.targets(for: ["b"]) == ["c"])
        #expect(router.fallbacks.targets(for: ["c"]) == ["d"])
        #expect(router.contextWindowFallbacks.targets(for: ["a"]) == ["c"])
        #expect(router.contentPolicyFallbacks.targets(for: ["a"]) == ["d"])
    }

    @Test func `what is said twice is told`() {
        let loaded = pool(
            "litellm_settings: {fallbacks: [{a: [b]}], default_fallbacks: [d]}\n"
                + "router_settings: {fallbacks: [{a: [c]}, {a: [d]}, {'*': [b]}]}")
        #expect(
            loaded.warnings.map(\.description) == [
                "c.yaml:7:31: litellm_settings.fallbacks: router_settings.fallbacks is set too and wins",
                "c.yaml:8:42: router_settings.fallbacks[1]: router_settings.fallbacks[0] is about \"a\" too and wins",
                "c.yaml:8:52: router_settings.fallbacks[2]: litellm_settings.default_fallbacks is set too and wins",
            ])
        let table = loaded.configuration.routerSettings.fallbacks
        #expect(table.targets(for: ["a"]) == ["c"] && table.targets(for: ["b"]) == ["d"])
    }

    @Test func `a target may be a mapping, of which the model is used`() {
        let loaded = pool("litellm_settings: {fallbacks: [{a: [{model: b, temperature: 1}, {model: c}]}]}")
        #expect(loaded.configuration.routerSettings.fallbacks.targets(for: ["a"]) == ["b", "c"])
        #expect(
            loaded.warnings.map(\.description) == [
                "c.yaml:7:37: litellm_settings.fallbacks[0]: only the model of a fallback is used, "
                    + "and not its other parameters"
            ])
    }

    @Test(
        arguments: [
            ("fallbacks: [{a: [a]}]", ["\"a\" falls back to itself: a → a"]),
            ("fallbacks: [{a: [b]}, {b: [a]}]", ["\"a\" falls back to itself: a → b → a"]),
            ("fallbacks: [{a: [d, b]}, {b: [c]}, {c: [b, d]}]", ["\"b\" falls back to itself: b → c → b"]),
            (
                "fallbacks: [{a: [b, c]}, {b: [a]}, {c: [a]}]",
                ["\"a\" falls back to itself: a → b → a", "\"a\" falls back to itself: a → c → a"]
            ),
            ("context_window_fallbacks: [{b: [c]}, {c: [b]}]", ["\"b\" falls back to itself: b → c → b"]),
            ("fallbacks: [{a: [b, c]}, {b: [c, d]}, {c: [d]}]", []),
            ("fallbacks: [{a: [b]}], context_window_fallbacks: [{b: [a]}]", []),
            ("default_fallbacks: [a, b]", []), ("fallbacks: [{a: [b]}, {'*': [a]}]", []),
            // By way of another name.
            ("fallbacks: [{a: [alias]}], model_group_alias: {alias: a}", ["\"a\" falls back to itself: a → a"]),
        ])
    func `a circle is a warning that names it`(settings: String, lines: [String]) {
        let loaded = pool("router_settings: {\(settings)}")
        #expect(loaded.faults.isEmpty)
        #expect(loaded.warnings.map(\.message) == lines.map { "\($0); each model is tried once per request" })
    }

    @Test func `a circle's place is the target that closes it`() {
        let loaded = pool("litellm_settings:\n  fallbacks:\n    - a: [b]\n    - b:\n        - c\n        - a\n")
        #expect(loaded.warnings.map(\.mark?.description) == ["c.yaml:12:11"])
    }

    @Test func `where every tag is a model, a name may be a tag's`() {
        let loaded = pool("drover: {expose_tags: true}\nrouter_settings: {fallbacks: [{a: ['llama3:8b', openai/gtp]}]}")
        #expect(loaded.faults.isEmpty)
        #expect(
            loaded.warnings.map(\.message) == ["model_list has no \"openai/gtp\"; did you mean \"openai/gpt\"?"])
    }

    @Test func `a chat's fallback that only makes embeddings is a warning with its place`() {
        func warnings(_ settings: String, _ model: String) -> [String] {
            load(
                """
                model_list:
                  - {model_name: a, litellm_params: {model: ollama/llama3}}
                  - {model_name: b, litellm_params: {model: \(model)}}
                  - {model_name: e, litellm_params: {model: ollama/mxbai-embed-large}}
                \(settings)
                """
            ).warnings.map(\.description)
        }
        for model in ["ollama/nomic-embed-text", "ollama/all-minilm:33m", "openai/text-embedding-3-small, api_key: k"] {
            let told = warnings("litellm_settings: {fallbacks: [{a: [b]}]}", model)
            #expect(told.contains { $0.contains("only makes embeddings, so chats of \"a\" pass it over") }, "\(told)")
        }
        #expect(warnings("litellm_settings: {fallbacks: [{a: [b]}]}", "ollama/gemma3").isEmpty)
        #expect(warnings("litellm_settings: {fallbacks: [{e: [b]}]}", "ollama/nomic-embed-text").isEmpty)
        let star = warnings("litellm_settings: {default_fallbacks: [b]}", "ollama/bge-m3")
        #expect(star.contains { $0.contains("chats of other models pass it over") }, "\(star)")
    }

    @Test func `a mode that is written counts for more than the name`() {
        func only(_ tag: String, _ mode: String) -> Bool {
            load(
                "model_list: [{model_name: a, litellm_params: {model: ollama/\(tag)}, model_info: {mode: \(mode)}}]"
            ).configuration.modelList[0].makesEmbeddingsOnly
        }
        #expect(only("llama3", "embedding") && !only("llama3", "chat") && !only("my-embed-chat", "chat"))
    }
}
