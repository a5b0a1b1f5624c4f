import Config
import Testing

/// What a deployment is chosen by, what it costs, and whom it trusts.
@Suite struct DeploymentTests {
    private func deployments(_ entries: [String], rest: String = "") -> Loaded {
        load("model_list:\n" + entries.map { "  - {model_name: m, \($0)}" }.joined(separator: "\n") + "\n" + rest)
    }

    private func box(_ parameters: String) -> String { "litellm_params: {model: ollama/x, \(parameters)}" }

    @Test func `has an order, limits and tags`() {
        let loaded = deployments([
            box("api_base: 'http://a', order: 1, rpm: 60, tpm: 1_000_000, tags: [free, 'a b', 3]"),
            box("api_base: 'http://b', order: 2, rpm: 0.5") + ", model_info: {order: 7, max_input_tokens: 8192}",
            box("api_base: 'http://c', rpm: 0, tpm: 1e300") + ", model_info: {order: 7}", box("api_base: 'http://d'"),
        ])
        let list = loaded.configuration.modelList
        #expect(loaded.faults.isEmpty)
        #expect(list.map(\.order) == [1, 2, 7, nil])
        #expect(list.map(\.rpm) == [60, 1, nil, nil])
        #expect(list.map(\.tpm) == [1_000_000, nil, 1_000_000_000_000_000, nil])
        #expect(list.map(\.weight) == [60, 0.5, 0, 0])
        #expect(list.map(\.tags) == [["free", "a b", "3"], [], [], []])
        #expect(list.map(\.maxInputTokens) == [nil, 8192, nil, nil])
    }

    @Test func `what is wrong with those is a fault`() {
        let loaded = deployments([
            box("order: first, tags: free"), box("order: -1, tags: [[x], ~]") + ", model_info: {max_input_tokens: 0}",
        ])
        #expect(
            loaded.faults.map { "\($0.path): \($0.message)" } == [
                "model_list[0].litellm_params.order: expects a whole number, found \"first\"",
                "model_list[0].litellm_params.tags: expects a list of tags, found \"free\"",
                "model_list[1].litellm_params.order: must be at least 0, not -1",
                "model_list[1].litellm_params.tags[0]: expects text, found a list",
                "model_list[1].litellm_params.tags[1]: expects text, found \"~\"",
                "model_list[1].model_info.max_input_tokens: must be at least 1, not 0",
            ])
    }

    @Test(
        arguments: [
            ("2.5e-06", "2.5e-06"), ("0.0000025", "0.0000025"), (".5e-6", "0.5e-6"), ("+1e-6", "1e-6"), ("0", "0"),
            ("0.0", "0.0"), ("1_0e-9", "10e-9"), ("'3E-6'", "3E-6"),
            ("0.000000123456789012345678", "0.000000123456789012345678"),
            ("5.e-9", "5e-9"), ("00.001", "0.001"),
        ])
    func `a price is the exact number that is written`(written: String, text: String) {
        let loaded = deployments([box("input_cost_per_token: \(written)")])
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty)
        #expect(loaded.configuration.modelList.map(\.price?.input) == [text])
    }

    @Test(
        arguments: [
            ("cheap", "expects a number, found \"cheap\""), ("-1e-6", "must be at least 0, not \"-1e-6\""),
            ("1e-6x", "expects a number, found \"1e-6x\""), ("0x10", "expects a number, found \"0x10\""),
            ("1e9", "is not a possible price of one token"), ("1e-300", "is not a possible price of one token"),
            ("1e999", "expects a number, found \"1e999\""), ("nan", "expects a number, found \"nan\""),
            ("[1]", "expects a number, found a list"), (".", "expects a number, found \".\""),
        ])
    func `what is no price is a fault`(written: String, message: String) {
        let loaded = deployments([box("output_cost_per_token: \(written)")])
        #expect(loaded.faults.map(\.message) == [message])
        #expect(loaded.configuration.modelList.map(\.price) == [nil])
    }

    @Test func `a price of a million tokens is told`() {
        let loaded = deployments([box("cache_read_input_token_cost: 2.5")])
        #expect(
            loaded.warnings.map(\.message) == [
                "is in dollars for one token; 2.50 for a million tokens is written 2.5e-06"
            ])
    }

    @Test func `the parameters' price wins over the description's, and the description's base model over theirs`() {
        let loaded = deployments([
            box("input_cost_per_token: 1e-6, base_model: one")
                + ", model_info: {input_cost_per_token: 2e-6, output_cost_per_token: 3e-6, cache_read_input_token_cost: 4e-7, "
                + "cache_creation_input_token_cost: 5e-6, base_model: azure/gpt-4o}",
            box("base_model: one"), box("seed: 1"),
        ])
        let list = loaded.configuration.modelList
        #expect(list[0].price?.input == "1e-6" && list[0].price?.output == "3e-6")
        #expect(list[0].price?.cacheRead == "4e-7" && list[0].price?.cacheWrite == "5e-6")
        #expect(list.map(\.baseModel) == ["azure/gpt-4o", "one", nil])
        #expect(list.map { $0.price == nil } == [false, true, true])
    }

    @Test func `long prompts have a price of their own`() {
        let loaded = deployments([
            box("input_cost_per_token: 1e-6, input_cost_per_token_above_200k_tokens: 2e-6")
                + ", model_info: {input_cost_per_token_above_200k_tokens: 3e-6, output_cost_per_token_above_200k_tokens: 4e-6, "
                + "cache_read_input_token_cost_above_128k_tokens: 5e-7}"
        ])
        #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
        let long = loaded.configuration.modelList[0].price?.longPrompts ?? []
        #expect(long.map(\.above) == [128_000, 200_000])
        #expect(long.map(\.input) == [nil, "2e-6"] && long.map(\.output) == [nil, "4e-6"])
        #expect(long.map(\.cacheRead) == ["5e-7", nil])
    }

    @Test func `whom it trusts is its own, else what holds for all, and makes it an instance of its own`() {
        let base = "api_base: 'https://h'"
        let loaded = Loader.load(
            text: "model_list:\n"
                + [
                    base, "\(base), ca_bundle: ca.pem", "\(base), ssl_verify: /etc/ca.pem", "\(base), ssl_verify: true",
                    "\(base), ssl_verify: ./ca.pem, drop_params: true", "api_base: 'http://h', ca_bundle: ca.pem",
                ].map { "  - {model_name: m, \(box($0))}" }.joined(separator: "\n")
                + "\nlitellm_settings: {ca_bundle: all.pem}\ndrover: {instances: {box: 'https://h'}}",
            name: "conf/c.yaml", environment: [:])
        #expect(loaded.faults.isEmpty)
        let instances = loaded.configuration.instances
        #expect(
            instances.map(\.trust) == [
                .bundle(path: "conf/all.pem"), .bundle(path: "conf/ca.pem"), .bundle(path: "/etc/ca.pem"), .system,
                .system,
            ])
        #expect(instances.map(\.name) == ["box", "box-2", "box-3", "box-4", "h:80"])
        #expect(loaded.configuration.modelList.map(\.instance) == [0, 1, 2, 3, 1, 4])
        #expect(loaded.configuration.litellmSettings.trust == .bundle(path: "conf/all.pem"))
    }

    @Test func `not to look at certificates is told`() {
        let loaded = deployments(
            [box("api_base: 'https://h', ssl_verify: false, ca_bundle: x")], rest: "litellm_settings: {ssl_verify: off}"
        )
        #expect(loaded.configuration.instances.map(\.trust) == [.unverified])
        #expect(
            loaded.warnings.map { "\($0.path): \($0.message)" } == [
                "model_list[0].litellm_params.ssl_verify: certificates are not looked at, so anybody on the way can read "
                    + "along and answer; name the authority's own in ca_bundle instead",
                "model_list[0].litellm_params.ca_bundle: ssl_verify is false and wins",
                "litellm_settings.ssl_verify: certificates are not looked at, so anybody on the way can read along and "
                    + "answer; name the authority's own in ca_bundle instead",
            ])
    }

    @Test func `an id does not depend on the headers, which may hold keys`() {
        let list = deployments([box("seed: 1"), box("seed: 1, extra_headers: {x-key: hush}")]).configuration.modelList
        #expect(list[1].id == list[0].id + "-2")
    }
}
