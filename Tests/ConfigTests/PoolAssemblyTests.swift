import Config
import Testing

@Suite struct PoolAssemblyTests {
    /// A deployment per line, as flow mappings of `litellm_params`.
    private func pool(_ parameters: [String], rest: String = "", environment: [String: String] = [:]) -> Loaded {
        let lines = parameters.map { "  - {model_name: m, litellm_params: {\($0)}}" }
        return load("model_list:\n" + lines.joined(separator: "\n") + "\n" + rest, environment: environment)
    }

    @Test func `two base URLs are one instance if their normal forms are equal`() {
        let loaded = pool([
            "model: ollama/a, api_base: 'http://GPU-1:80/'", "model: ollama/b, api_base: 'http://gpu-1'",
            "model: ollama_chat/c, api_base: 'http://gpu-1/api/chat'", "model: ollama/d, api_base: 'https://gpu-1:80'",
            "model: ollama/e, api_base: 'http://gpu-1/x/'", "model: ollama/f, base_url: 'http://gpu-1/x'",
        ])
        let configuration = loaded.configuration
        #expect(configuration.modelList.map(\.instance) == [0, 0, 0, 1, 2, 2])
        #expect(configuration.instances.map(\.name) == ["gpu-1:80", "https://gpu-1:80", "gpu-1:80/x"])
        #expect(configuration.instances.allSatisfy { $0.provider == "ollama" })
        #expect(loaded.faults.isEmpty)
    }

    @Test func `instances are named by drover's names, in the order of first use`() {
        let loaded = pool(
            ["model: ollama/a, api_base: 'http://b:1'", "model: ollama/a, api_base: 'http://a:1'"],
            rest: "drover: {instances: {alpha: 'http://a:1/', 'b:1': 'http://z:1'}, expose_tags: on}")
        #expect(loaded.configuration.instances.map(\.name) == ["http://b:1", "alpha", "b:1"])
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty)
    }

    @Test func `an instance's memory stands with its name or with a deployment`() {
        let loaded = load(
            """
            model_list:
              - {model_name: m, litellm_params: {model: ollama/a, api_base: 'http://a:1'}}
              - {model_name: m, litellm_params: {model: ollama/a, api_base: 'http://b:1'}, model_info: {memory: 16GB}}
              - {model_name: n, litellm_params: {model: ollama/b, api_base: 'http://b:1'}, model_info: {memory: 16GB}}
              - {model_name: n, litellm_params: {model: ollama/b, api_base: 'http://c:1'}}
            drover: {instances: {big: {url: 'http://a:1', memory: 24GiB}, plain: {url: 'http://c:1'}}}
            """)
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty)
        #expect(loaded.configuration.instances.map(\.memory) == [25_769_803_776, 16_000_000_000, nil])
        #expect(loaded.configuration.instances.map(\.name) == ["big", "b:1", "plain"])
    }

    @Test(arguments: ["24", "high", "-1GB", "0"])
    func `model_info is others' place, too: what is no size is left alone, and said`(_ memory: String) {
        let loaded = load(
            """
            model_list:
              - {model_name: m, litellm_params: {model: ollama/a, api_base: 'http://a:1'}, model_info: {memory: \(memory)}}
            """)
        #expect(loaded.faults.isEmpty && loaded.configuration.instances.map(\.memory) == [nil])
        #expect(loaded.warnings.map(\.description).joined().contains("model_info.memory: is no size"))
    }

    @Test func `an instance with two different memories is a fault`() {
        let loaded = load(
            """
            model_list:
              - {model_name: m, litellm_params: {model: ollama/a, api_base: 'http://a:1'}, model_info: {memory: 16GB}}
            drover: {instances: {big: {url: 'http://a:1', memory: 24GB}}}
            """)
        #expect(
            loaded.faults.map(\.description) == [
                "c.yaml:2:101: model_list[0].model_info.memory: the memory of big is 16000000000 bytes here, and "
                    + "24000000000 bytes elsewhere"
            ])
    }

    @Test func `without api_base it is the default Ollama, which the environment may move`() {
        let here = pool(["model: ollama/a"]).configuration
        #expect(here.modelList[0].apiBase?.value.description == "http://localhost:11434")
        #expect(here.modelList[0].apiBase?.mark == nil)
        let there = pool(["model: ollama/a"], environment: ["OLLAMA_API_BASE": "http://gpu-1:1/"]).configuration
        #expect(there.instances.map(\.name) == ["gpu-1:1"])
        let nowhere = pool(["model: ollama/a"], environment: ["OLLAMA_API_BASE": "gpu-1"])
        #expect(
            nowhere.faults.map(\.description) == [
                "c.yaml:2:45: model_list[0].litellm_params.api_base: OLLAMA_API_BASE is not a base URL such as "
                    + "http://gpu-1:11434"
            ])
    }

    @Test func `what cannot serve has an instance all the same`() {
        let configuration = pool([
            "model: gpt-4o, api_key: x", "model: anthropic/claude-x", "model: bedrock/x", "model: openai/y",
            "model: os.environ/MODEL", "model: ollama/x, api_base: os.environ/BASE", "model: cohere/x",
            "model: azure/x, api_key: x",
        ]).configuration
        #expect(
            configuration.instances.map(\.name) == [
                "api.openai.com:443/v1", "api.anthropic.com:443", "bedrock", "unknown", "BASE", "cohere", "azure",
            ])
        #expect(
            configuration.instances.map(\.provider) == [
                "openai", "anthropic", "bedrock", "", "ollama", "cohere", "azure",
            ])
        #expect(configuration.modelList.map(\.instance) == [0, 1, 2, 0, 3, 4, 5, 6])
        #expect(
            configuration.modelList.map(\.unavailable) == [
                nil, "ANTHROPIC_API_KEY is not set", "AWS_REGION is not set", "OPENAI_API_KEY is not set",
                "MODEL is not set", "BASE is not set", "the provider \"cohere\" is not built in this release",
                "AZURE_API_BASE is not set",
            ])
        #expect(configuration.modelList.map(\.tag) == ["gpt-4o", "claude-x", "x", "y", "", "x", "x", "x"])
    }

    @Test func `custom_llm_provider says who answers`() {
        let list = pool([
            "model: ollama/a, custom_llm_provider: openai", "model: 'llama3:8b', custom_llm_provider: ollama",
        ])
        .configuration.modelList
        #expect(list.map(\.provider) == ["openai", "ollama"])
        #expect(list.map(\.tag) == ["ollama/a", "llama3:8b"])
    }

    @Test(
        arguments: [
            (["weight: 2", "weight: 0.5", "rpm: 9"], [2, 0.5, 0]),
            (["rpm: 60", "rpm: 30, tpm: 1", "tpm: 5"], [60, 30, 0]),
            (["tpm: 100", "tpm: 300", "seed: 1"], [100, 300, 0]),
            (["seed: 1", "seed: 2", "seed: 3"], [1, 1, 1]),
            (["weight: 0", "weight: 0", "weight: 0"], [1, 1, 1]),
            (["weight: 0", "rpm: 7", "rpm: 3"], [0, 7, 3]),
        ] as [([String], [Double])])
    func `weights are by weight, else rpm, else tpm, else equal`(parameters: [String], weights: [Double]) {
        let lines = parameters.enumerated().map { "model: ollama/a, api_base: 'http://h:\($0 + 1)', \($1)" }
        #expect(pool(lines).configuration.modelList.map(\.weight) == weights)
    }

    @Test func `a deployment inherits what it does not set`() {
        let list = pool(
            [
                "model: ollama/a",
                "model: ollama/b, timeout: 7, stream_timeout: 2, max_parallel_requests: 3, drop_params: no",
                "model: ollama/c, timeout: 7",
            ],
            rest: """
                router_settings: {timeout: 60, default_max_parallel_requests: 5}
                litellm_settings: {drop_params: true, request_timeout: 60}
                """
        ).configuration.modelList
        #expect(list.map(\.timeout) == [.seconds(60), .seconds(7), .seconds(7)])
        #expect(list.map(\.streamTimeout) == [.seconds(60), .seconds(2), .seconds(7)])
        #expect(list.map(\.maxParallelRequests) == [5, 3, 5])
        #expect(list.map(\.dropParams) == [true, false, true])
    }

    @Test func `the gap between pieces is the router's before it is the deployment's whole time`() {
        let list = pool(["model: ollama/c, timeout: 7"], rest: "router_settings: {stream_timeout: 4}").configuration
        #expect(list.modelList.map(\.streamTimeout) == [.seconds(4)])
    }

    @Test(arguments: [
        ("", 5, 30, 300),
        ("router_settings: {allowed_fails: 0, cooldown_time: 5}", 1, 5, 300),
        ("litellm_settings: {allowed_fails: 3, cooldown_time: 0}", 4, 0, 300),
        ("router_settings: {cooldown_time: 900}", 5, 900, 900),
        ("router_settings: {allowed_fails: 1}\ndrover: {breaker: {trip_after: 7, open: 9s, max_open: 10s}}", 7, 9, 10),
        ("router_settings: {allowed_fails: 1, cooldown_time: 4}\ndrover: {breaker: {max_open: 10s}}", 2, 4, 10),
    ])
    func `the breaker is drover's, else LiteLLM's, else the default`(rest: String, trip: Int, open: Int, most: Int) {
        let loaded = pool(["model: ollama/a"], rest: rest)
        let breaker = loaded.configuration.modelList[0].breaker
        #expect(breaker?.tripAfter == trip)
        #expect(breaker?.open == .seconds(open))
        #expect(breaker?.maxOpen == .seconds(most))
        #expect(loaded.configuration.drover.breaker.open == .seconds(open))
        #expect(loaded.faults.isEmpty)
    }

    @Test func `a deployment's own cool-down counts unless drover says how long`() {
        let own = pool(["model: ollama/a, cooldown_time: 600"]).configuration.modelList[0].breaker
        #expect(own?.open == .seconds(600) && own?.maxOpen == .seconds(600))
        let ours = pool(["model: ollama/a, cooldown_time: 600"], rest: "drover: {breaker: {open: 9s}}")
        #expect(ours.configuration.modelList[0].breaker?.open == .seconds(9))
        #expect(
            ours.warnings.map(\.description) == [
                "c.yaml:2:70: model_list[0].litellm_params.cooldown_time: drover.breaker.open is set too and wins"
            ])
    }

    @Test(arguments: [
        "router_settings: {disable_cooldowns: yes}", "drover: {breaker: off}", "drover: {breaker: false}",
    ])
    func `breakers can be off`(rest: String) {
        let configuration = pool(["model: ollama/a"], rest: rest).configuration
        #expect(configuration.modelList[0].breaker == nil)
        #expect(!configuration.drover.breaker.enabled)
    }

    @Test func `a model's own strategy wins`() {
        let models = load(
            """
            model_list:
              - {model_name: a, litellm_params: {model: ollama/a}, model_info: {routing_strategy: latency-based-routing}}
              - {model_name: a, litellm_params: {model: ollama/b}, model_info: {routing_strategy: latency-based}}
              - {model_name: b, litellm_params: {model: ollama/a}}
            router_settings: {routing_strategy: peak-ewma}
            """
        ).configuration.models
        #expect(models.map(\.strategy.rawValue) == ["latency-based", "peak-ewma"])
    }

    @Test func `soonest, a class and a context policy are taken`() {
        let loaded = load(
            """
            model_list:
              - {model_name: a, litellm_params: {model: ollama/a}, model_info: {routing_strategy: soonest, class: batch}}
              - {model_name: a, litellm_params: {model: ollama/b}}
              - {model_name: b, litellm_params: {model: ollama/a}}
            router_settings: {routing_strategy: least-busy}
            drover: {context: pass, queue: {max_wait: 5s}}
            """)
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty)
        let configuration = loaded.configuration
        #expect(configuration.models.map(\.strategy.rawValue) == ["soonest", "least-busy"])
        #expect(configuration.models.map(\.requestClass) == [.batch, .default])
        #expect(configuration.drover.context == .pass)
        #expect(configuration.drover.queue.isMaxWaitSet && configuration.drover.queue.maxWait == .seconds(5))
        #expect(Configuration().drover.context == .protect && !Configuration().drover.queue.isMaxWaitSet)
    }

    @Test func `ids are given, or made of the parameters, and unique`() {
        let configuration = load(
            """
            model_list:
              - {model_name: a, litellm_params: {model: ollama/a, api_key: one}, model_info: {id: mine, slots: 4}}
              - {model_name: a, litellm_params: {model: ollama/a, api_key: one, seed: 1}}
              - {model_name: a, litellm_params: {seed: 1, model: ollama/a, api_key: two}}
              - {model_name: b, litellm_params: {model: ollama/a}}
            """
        ).configuration
        let ids = configuration.modelList.map(\.id)
        #expect(ids[0] == "mine")
        #expect(ids[1].count == 32 && ids[1].allSatisfy { $0.isHexDigit })
        #expect(ids[2] == ids[1] + "-2")
        #expect(Set(ids).count == 4)
        #expect(configuration.modelList.map(\.slots) == [4, nil, nil, nil])
    }

    @Test func `an id never changes from one release to the next`() {
        let list = pool(["model: ollama/a, api_base: 'http://h:1', num_ctx: 4096"]).configuration.modelList
        #expect(list.map(\.id) == ["008275081bb66d8a8454c6a2b63917b6"])
    }

    @Test func `everything else goes to the model as JSON`() {
        let list = pool([
            """
            model: ollama/a, num_ctx: 8192, temperature: .5, stop: ["a\\"b", 3], keep_alive: -1, think: yes, seed: 1_000, \
            extra_body: {foo: {b: null, a: "8"}, num_ctx: 1}, options: {top_k: 5}, format: json, min_p: ~
            """
        ]).configuration.modelList
        #expect(
            list[0].extras == [
                "num_ctx": "8192", "temperature": "0.5", "stop": #"["a\"b",3]"#, "keep_alive": "-1", "think": "true",
                "seed": "1000", "foo": #"{"a":"8","b":null}"#, "top_k": "5", "format": #""json""#,
            ])
    }
}
