import Config
import Testing

/// `drover.local_only`, `overflow` and what is checked of them.
@Suite struct FenceTests {
    /// Two boxes and a cloud under `mixed`, a box under `box`, a cloud under `cloud`, `other` for `box`.
    private func pool(_ drover: String, router: String = "") -> Loaded {
        load(
            """
            model_list:
              - {model_name: mixed, litellm_params: {model: ollama/x, api_base: 'http://gpu-1:1'}}
              - {model_name: mixed, litellm_params: {model: gpt-4o, api_key: k}}
              - {model_name: box, litellm_params: {model: ollama/x, api_base: 'http://gpu-1:1'}}
              - {model_name: cloud, litellm_params: {model: gpt-4o, api_key: k}}
              - {model_name: later, litellm_params: {model: ollama/x, api_base: os.environ/BASE}}
            router_settings: {model_group_alias: {other: box, hidden: {model: cloud, hidden: true}}\(router)}
            drover: {\(drover)}
            """, environment: [:])
    }

    private let unset =
        "c.yaml:6:69: model_list[4].litellm_params.api_base: BASE is not set; this deployment is down until it is"

    @Test func `a name is kept in by itself, and by another name of its model`() {
        let configuration = pool("local_only: [other, later]").configuration
        #expect(["box", "other", "later"].allSatisfy(configuration.isLocalOnly))
        #expect(!["mixed", "cloud", "hidden", "unknown"].contains(where: configuration.isLocalOnly))
        #expect(configuration.drover.localOnly.map(\.value) == ["other", "later"])
        #expect(configuration.model(behind: "hidden") == "cloud" && configuration.model(behind: "x") == "x")
    }

    @Test func `an unknown name is a fault, and so is one that only clouds serve`() {
        let loaded = pool("local_only: [bxo, cloud, hidden, box, 3x, [a]]")
        #expect(
            loaded.faults.map(\.description) == [
                "c.yaml:8:23: drover.local_only[0]: no model named \"bxo\"; did you mean \"box\"?",
                "c.yaml:8:28: drover.local_only[1]: every deployment of \"cloud\" is on a cloud, so nothing may answer it; "
                    + "see drover.local",
                "c.yaml:8:35: drover.local_only[2]: every deployment of \"hidden\" is on a cloud, so nothing may answer it; "
                    + "see drover.local", "c.yaml:8:48: drover.local_only[4]: no model named \"3x\"",
                "c.yaml:8:52: drover.local_only[5]: expects text, found a list",
            ])
    }

    @Test func `drover local can bring its instance in`() {
        let loaded = pool("local_only: [cloud], local: {'https://api.openai.com/v1': true}")
        #expect(loaded.faults.isEmpty)
    }

    @Test func `what is never used because of it is told`() {
        let loaded = pool(
            "local_only: [mixed, box]",
            router: ", fallbacks: [{box: [cloud, mixed]}, {cloud: [cloud]}, {other: [hidden]}, {'*': [cloud]}]")
        #expect(loaded.faults.isEmpty)
        #expect(
            loaded.warnings.map(\.description) == [
                unset,
                "c.yaml:7:109: router_settings.fallbacks[0]: \"box\" is in drover.local_only and \"cloud\" is on clouds "
                    + "alone, so it never stands in",
                "c.yaml:7:134: router_settings.fallbacks[1]: \"cloud\" falls back to itself: cloud → cloud; "
                    + "each model is tried once per request",
                "c.yaml:7:152: router_settings.fallbacks[2]: \"other\" is in drover.local_only and \"hidden\" is on clouds "
                    + "alone, so it never stands in",
                "c.yaml:8:23: drover.local_only[0]: model_list[1] is on a cloud, api.openai.com:443/v1, "
                    + "and never used for it",
            ])
    }

    @Test func `a tag that Ollama passes on to its makers' cloud does not stay inside`() {
        let tags = ["gpt-oss:120b-cloud", "glm-4.6:cloud", "x:Cloud", "cloud", "cloud:7b", "x-cloud:latest"]
        let entries = tags.map { "  - {model_name: m, litellm_params: {model: 'ollama/\($0)'}}" }
        let loaded = load("model_list:\n" + entries.joined(separator: "\n") + "\ndrover: {local_only: [m]}")
        #expect(loaded.configuration.modelList.map(\.isLocal) == [false, false, false, true, true, true])
        #expect(loaded.configuration.instances.map(\.isLocal) == [true])
        #expect(loaded.faults.isEmpty && loaded.warnings.count == 3)
    }

    @Test func `nor does it where the same Ollama is asked as OpenAI would be`() {
        let loaded = load(
            """
            model_list:
              - {model_name: m, litellm_params: {model: 'openai/gpt-oss:120b-cloud', api_base: 'http://localhost:11434/v1'}}
            drover: {local_only: [m]}
            """)
        #expect(loaded.configuration.modelList.map(\.isLocal) == [false])
        #expect(loaded.faults.count == 1)
    }

    @Test func `a tag is kept in under each of its names`() {
        let short = load("drover: {expose_tags: true, local_only: [llama3]}").configuration
        let long = load("drover: {expose_tags: true, local_only: ['Llama3:latest']}").configuration
        for configuration in [short, long] {
            #expect(["llama3", "llama3:latest"].allSatisfy(configuration.isLocalOnly))
            #expect(!configuration.isLocalOnly("llama3:8b"))
        }
    }

    @Test func `with every tag exposed a tag may be kept in`() {
        let loaded = load("drover: {expose_tags: true, local_only: ['llama3:8b']}")
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty)
        #expect(loaded.configuration.isLocalOnly("llama3:8b"))
    }

    @Test func `overflow is of every model but its own, or of those it names`() {
        let all = pool("overflow: {model: cloud, when_wait_exceeds: 10s}").configuration
        #expect(all.overflow(of: "box")?.model.value == "cloud")
        #expect(all.overflow(of: "other")?.whenWaitExceeds == .seconds(10))
        #expect(all.overflow(of: "cloud") == nil && all.overflow(of: "hidden") == nil)
        let some = pool(
            "overflow: [{model: box, when_wait_exceeds: 0s, for: [mixed]}, {model: hidden, when_wait_exceeds: 1m, for: [box]}]"
        ).configuration
        #expect(some.overflow(of: "mixed")?.whenWaitExceeds == .zero)
        #expect(some.overflow(of: "other")?.model.value == "hidden")
        #expect(some.overflow(of: "cloud") == nil)
        #expect(pool("overflow: off").configuration.drover.overflow.isEmpty)
    }

    @Test func `what is wrong with overflow is a fault`() {
        let loaded = pool("overflow: [{model: clod, for: [bxo]}, {when_wait_exceeds: 5}, 3]")
        #expect(
            loaded.faults.map(\.description) == [
                "c.yaml:8:21: drover.overflow[0]: has no when_wait_exceeds",
                "c.yaml:8:48: drover.overflow[1]: has no model",
                "c.yaml:8:68: drover.overflow[1].when_wait_exceeds: \"5\" has no unit; write 5s or 500ms",
                "c.yaml:8:72: drover.overflow[2]: expects a mapping, found \"3\"",
            ])
        #expect(
            pool("overflow: {model: clod, when_wait_exceeds: 5s, for: [bxo]}").faults.map(\.description) == [
                "c.yaml:8:28: drover.overflow.model: no model named \"clod\"; did you mean \"cloud\"?",
                "c.yaml:8:63: drover.overflow.for[0]: no model named \"bxo\"; did you mean \"box\"?",
            ])
    }

    @Test func `overflow that never happens is told`() {
        let loaded = pool(
            "local_only: [box], overflow: {model: cloud, when_wait_exceeds: 5s, for: [box, mixed, hidden]}")
        #expect(
            loaded.warnings.map(\.description) == [
                unset,
                "c.yaml:8:83: drover.overflow.for[0]: \"box\" is in drover.local_only and \"cloud\" is on clouds alone, "
                    + "so it never stands in",
                "c.yaml:8:95: drover.overflow.for[2]: a model does not overflow into itself",
            ])
        #expect(pool("local_only: [box], overflow: {model: cloud, when_wait_exceeds: 5s}").warnings.count == 1)
    }

    @Test func `a model to compare with and a file of prices are taken`() {
        let loaded = Loader.load(
            text: withModel("drover: {compare_with: gpt-4o, price_map: ./prices.json}"), name: "conf/c.yaml",
            environment: [:])
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty)
        #expect(loaded.configuration.drover.compareWith?.value == "gpt-4o")
        #expect(loaded.configuration.drover.priceMap?.value == "conf/prices.json")
        #expect(loaded.configuration.drover.priceMap?.mark?.line == 2)
        let absolute = load(withModel("drover: {price_map: /etc/prices.json}"))
        #expect(absolute.configuration.drover.priceMap?.value == "/etc/prices.json")
    }
}
