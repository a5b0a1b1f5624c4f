import Dialects
import Testing

@testable import Config

struct DiscoveredTests {
    private func load(_ drover: String, _ entries: [String]) -> Loaded {
        let list = entries.map { "  - {model_name: llama3, litellm_params: {model: \"ollama/llama3.1:8b\", \($0)}}\n" }
        return Loader.load(
            text: "model_list:\n\(list.joined())drover: {\(drover)}\n", name: "test.yaml", environment: [:])
    }

    private let boxes = "api_base: \"http://boxes:11434\""

    @Test func `each address is an instance with what was written for the name`() throws {
        let loaded = load("discover: dns", [boxes + ", max_parallel_requests: 3", "api_base: \"http://gpu:1\""])
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty)
        #expect(loaded.configuration.followedHosts == ["boxes", "gpu"])
        let found = loaded.configuration.discovered(["boxes": ["10.0.0.1", "10.0.0.2"]])
        #expect(found.instances.map(\.name) == ["10.0.0.1:11434", "10.0.0.2:11434", "gpu:1"])
        #expect(
            found.instances.map { $0.place?.description } == [
                "http://10.0.0.1:11434", "http://10.0.0.2:11434", "http://gpu:1",
            ])
        // The name stays what TLS and the `Host` header go by.
        #expect(found.instances.map { $0.baseURL?.hostHeader } == ["boxes:11434", "boxes:11434", "gpu:1"])
        #expect(found.modelList.map(\.instance) == [0, 1, 2])
        #expect(found.modelList.map(\.maxParallelRequests) == [3, 3, nil])
        #expect(found.models.map(\.deployments) == [[0, 1, 2]])
        #expect(Set(found.modelList.map(\.id)).count == 3)
        #expect(
            found.modelList[2]
                == {
                    var own = loaded.configuration.modelList[1]; own.instance = 2; return own
                }())
    }

    @Test func `a name that was never found is one instance`() {
        let configuration = load("discover: dns", [boxes]).configuration
        #expect(configuration.discovered([:]) == configuration)
        #expect(configuration.discovered(["others": ["10.0.0.1"]]) == configuration)
    }

    @Test func `without discover nothing is followed`() {
        for drover in ["", "discover: off", "discover: false"] {
            let configuration = load(drover, [boxes]).configuration
            #expect(configuration.followedHosts.isEmpty)
            #expect(configuration.discovered(["boxes": ["10.0.0.1"]]) == configuration)
        }
    }

    @Test func `addresses, this machine and clouds are not followed`() {
        let places = ["http://10.0.0.1:1", "http://localhost:1", "http://[fd00::1]:1", "https://box.example.com"]
        #expect(load("discover: dns", places.map { "api_base: \"\($0)\"" }).configuration.followedHosts.isEmpty)
    }

    @Test func `only the hosts that are named are followed, and one that cannot be is told`() {
        let bases = ["http://boxes:1", "http://gpu:1", "https://box.example.com", "http://10.0.0.1:1"]
        let loaded = load(
            "discover: {hosts: [GPU, box.example.com, boxs, 10.0.0.1], interval: 1s, max_addresses: 7}",
            bases.map { "api_base: \"\($0)\"" })
        #expect(loaded.configuration.followedHosts == ["gpu"])
        #expect(loaded.configuration.drover.discovery?.interval == .seconds(1))
        #expect(loaded.configuration.drover.discovery?.maxAddresses == 7)
        let warnings = loaded.warnings.map(\.message)
        #expect(
            warnings == [
                "\"box.example.com\" is not inside, so it is not followed; see drover.local",
                "\"boxs\" is the host of no api_base; did you mean \"boxes\"?", "\"10.0.0.1\" is an address already",
            ])
    }

    @Test func `faults are told`() {
        let cases = [
            ("discover: srv", "expects dns, off, or a mapping, found \"srv\""),
            ("discover: {interval: 1ms}", "must be at least 100ms: each look-up asks a name server"),
            ("discover: {max_addresses: 0}", "must be at least 1, not 0"),
            ("discover: {hosts: boxes}", "expects a list of host names, found \"boxes\""),
        ]
        for (drover, message) in cases {
            #expect(load(drover, [boxes]).faults.map(\.message) == [message])
        }
    }

    @Test func `names of instances stay apart, and a given name is kept`() {
        let found = load(
            "discover: dns, instances: {farm: \"http://boxes:11434\"}", [boxes, "api_base: \"http://other:11434\""]
        ).configuration.discovered(["boxes": ["10.0.0.1", "fd00::1"], "other": ["10.0.0.1"]])
        #expect(found.instances.map(\.name) == ["farm@10.0.0.1", "farm@fd00::1", "10.0.0.1:11434"])
        #expect(found.instances[1].place?.description == "http://[fd00::1]:11434")
        let twice = load("discover: dns", [boxes, "api_base: \"http://10.0.0.1:11434\""]).configuration
            .discovered(["boxes": ["10.0.0.1"]])
        #expect(twice.instances.map(\.name) == ["boxes:11434@10.0.0.1", "10.0.0.1:11434"])
    }

    @Test func `placement means every address of a box`() {
        let found = load(
            "discover: dns, instances: {farm: \"http://boxes:11434\"}, placement: {phi3: [farm]}", [boxes]
        ).configuration.discovered(["boxes": ["10.0.0.1", "10.0.0.2"]])
        #expect(found.drover.placement[0].boxes.map(\.value) == ["farm@10.0.0.1", "farm@10.0.0.2"])
        #expect(found.keepAlive(of: "phi3", servedAs: "phi3", on: 1).time != nil)
    }

    @Test func `a wildcard and exposed tags follow too`() {
        let loaded = Loader.load(
            text: """
                model_list:
                  - {model_name: "ollama/*", litellm_params: {model: "ollama/*", api_base: "http://boxes:11434"}}
                drover: {discover: dns, expose_tags: true, instances: {more: "http://others:1"}}
                """, name: "test.yaml", environment: [:])
        let found = loaded.configuration.discovered(["boxes": ["10.0.0.1", "10.0.0.2"], "others": ["10.1.0.1"]])
        #expect(found.wildcards.map(\.instance) == [0, 1])
        #expect(found.wildcardModels.map(\.deployments) == [[0, 1]])
        #expect(found.instances.map(\.name) == ["10.0.0.1:11434", "10.0.0.2:11434", "more@10.1.0.1"])
    }
}
