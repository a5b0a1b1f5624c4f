import Balancer
import Config
import Gateway
import Ledger
import Prober
import Testing

@testable import CLI

/// What a configuration becomes, where no request shows it.
@Suite struct AssemblyTests {
    @Test(arguments: ["socks5://p:1", "nonsense::"])
    func `a proxy that cannot be used stops only the clouds that need it`(proxy: String) throws {
        let yaml = """
            model_list:
              - {model_name: m, litellm_params: {model: ollama/x, api_base: "http://127.0.0.1:1"}}
              - {model_name: m, litellm_params: {model: openai/gpt-4o, api_key: k}}
              - {model_name: m, litellm_params: {model: groq/x, api_key: k}}
            """
        let loaded = Loader.load(text: yaml, name: "c.yaml", environment: [:])
        let assembly = try Assembly(
            loaded.configuration, version: "0",
            environment: ["ALL_PROXY": proxy, "NO_PROXY": "api.groq.com"])
        let reasons = assembly.pool.deployments.map(\.unavailable)
        #expect(reasons[0] == nil && reasons[1]?.hasPrefix("ALL_PROXY") == true && reasons[2] == nil)
        #expect(assembly.configuration.instances.map { assembly.obstacle(before: $0) == nil } == [true, false, true])
    }

    @Test(arguments: [
        ("sqlite:x.db", Spending.WordKeeping.all), ("off", .none),
        ("postgres://u:p@10.0.0.7/d", .all), ("postgres://u:p@ledger:5432/d?sslmode=require", .all),
        ("postgres://u:p@localhost/d", .all), ("postgresql://u:p@[::1]:5432/d", .all),
        ("postgres://u:p@db.example.com/d", .ofUnconfined), ("postgres://u:p@10.0.0.7,db.example.com/d", .ofUnconfined),
        ("postgres://u:p@localhost/d?host=db.example.com", .ofUnconfined),
        ("postgres://u:p@localhost/d?hostaddr=203.0.113.9", .ofUnconfined), ("postgres:///d", .ofUnconfined),
    ])
    func `words that must stay inside are kept in a file, or a database that is surely inside`(
        store: String, keeping: Spending.WordKeeping
    ) throws {
        func found(_ isWanted: Bool) throws -> Spending.WordKeeping {
            let yaml = """
                model_list: [{model_name: m, litellm_params: {model: ollama/x, api_base: "http://127.0.0.1:1"}}]
                general_settings: {store_prompts_in_spend_logs: \(isWanted)}
                drover: {store: "\(store)"}
                """
            let loaded = Loader.load(text: yaml, name: "c.yaml", environment: [:])
            try #require(loaded.faults.isEmpty, "\(loaded.faults)")
            return try Assembly(loaded.configuration, version: "0", environment: [:]).wordKeeping
        }
        #expect(try found(true) == keeping && found(false) == .none)
    }

    @Test func `a server inside is probed whatever its prefix, and a cloud is not`() throws {
        let yaml = """
            model_list:
              - {model_name: m, litellm_params: {model: ollama/x, api_base: "http://127.0.0.1:1"}}
              - {model_name: m, litellm_params: {model: openai/x, api_base: "http://127.0.0.1:2/v1", api_key: k}}
              - {model_name: m, litellm_params: {model: openai/x, api_base: "http://10.1.2.3:8000/v1", api_key: k}}
              - {model_name: m, litellm_params: {model: hosted_vllm/x, api_base: "http://192.168.1.4:8000/v1"}}
              - {model_name: m, litellm_params: {model: anthropic/x, api_base: "http://localhost:3", api_key: k}}
              - {model_name: m, litellm_params: {model: openai/x, api_base: "http://gw:4/v1", api_key: k}}
              - {model_name: m, litellm_params: {model: openai/gpt-4o, api_key: k}}
              - {model_name: m, litellm_params: {model: openai/x, api_base: "https://llm.example.com/v1", api_key: k}}
            drover: {local: {"gw:4": false}}
            """
        let loaded = Loader.load(text: yaml, name: "c.yaml", environment: [:])
        try #require(loaded.faults.isEmpty, "\(loaded.faults)")
        let assembly = try Assembly(loaded.configuration, version: "0", environment: [:])
        #expect(assembly.probeTargets.map(\.kind) == [.ollama, .life, .life, .models, .life])
        #expect(assembly.probeTargets.map(\.instance.index) == [0, 1, 2, 3, 4])
        #expect(assembly.pool.instances.map(\.probed) == [true, true, true, true, true, false, false, false])
        let matching = assembly.pool.instances.map(\.tagMatching)
        #expect(matching[..<5] == [.ollama, .any, .any, .exact, .any], "a list that nobody asked for is not held to")
    }

    @Test func `a pattern is no name, and a model without a provider says which word names none`() throws {
        let yaml = """
            model_list:
              - {model_name: "wild/*", litellm_params: {model: "ollama/*", api_base: "http://127.0.0.1:1"}}
              - {model_name: m, litellm_params: {model: zzz, api_base: "http://127.0.0.1:1"}}
              - {model_name: n, litellm_params: {model: cohere/x}}
            router_settings: {model_group_alias: {"a*": m, b: m}}
            """
        let loaded = Loader.load(text: yaml, name: "c.yaml", environment: [:])
        let routes = try Assembly(loaded.configuration, version: "0", environment: [:]).routes
        #expect(routes.names == ["m", "n", "b"])
        #expect(!routes.unknown("x").message.contains("*"))
        #expect(
            routes.route("m")?.notBuilt
                == "model `m` stands for `zzz`, which names no provider that is known; for Ollama write ollama/zzz")
        #expect(routes.route("n")?.notBuilt?.contains("needs the provider `cohere`") == true)
    }

    private static func assembly(_ yaml: String) throws -> Assembly {
        let loaded = Loader.load(
            text:
                "model_list: [{model_name: llama3, litellm_params: {model: ollama/a, api_base: 'http://box:11434'}}]\n"
                + yaml, name: "test.yaml", environment: [:])
        try #require(loaded.faults.isEmpty, "\(loaded.faults)")
        return try Assembly(loaded.configuration, version: "test", environment: [:])
    }

    private static func retries(_ policy: String) throws -> [FailureClass: Int] {
        try #require(assembly("router_settings: {retry_policy: {\(policy)}}").routes.route("llama3")).rules.retries
    }

    @Test func `every class has its own number, else the default one, but not for what is the request's own fault`()
        throws
    {
        let retries = try Self.retries("TimeoutErrorRetries: 1, DefaultRetries: 4")
        for failure in FailureClass.allCases {
            switch failure {
            case .timeout: #expect(retries[failure] == 1)
            case .badRequest, .contentPolicy, .contextWindow: #expect(retries[failure] == nil)
            case .authentication, .notFound, .rateLimit, .internalServer, .serviceUnavailable:
                #expect(retries[failure] == 4)
            }
        }
        #expect(try Self.retries("BadRequestErrorRetries: 2") == [.badRequest: 2, .contentPolicy: 2])
        #expect(try Self.retries("") == [:])
    }

    @Test func `a failure may be allowed by its class, and one more opens the breaker`() throws {
        let breaker = try Self.assembly("router_settings: {allowed_fails_policy: {TimeoutErrorAllowedFails: 2}}")
            .breakerSettings(nil)
        #expect(breaker.thresholds.timeout == 3)
        #expect(breaker.thresholds.internalServer == nil)
    }

    @Test(arguments: ["gpt-4o", "openai/gpt-4o", "azure/gpt-4o"])
    func `what is compared with is a model of the price table`(name: String) throws {
        let price = try #require(try Self.assembly("drover: {compare_with: \(name)}").prices.compared)
        #expect(price.input.description == "0.0000025")
    }

    @Test func `what is compared with and has no price is told at the start`() {
        #expect(throws: SetupFault.self) { try Self.assembly("drover: {compare_with: nobody-knows}") }
    }
}
