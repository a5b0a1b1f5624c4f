import Config
import Testing

/// `drover.placement` and what is checked of it.
@Suite struct PlacementTests {
    /// Two named boxes with `llama3`, a third one without a name for `big`, a cloud; `other` stands for `llama3`.
    private func pool(_ placement: String) -> Loaded {
        load(
            """
            model_list:
              - {model_name: llama3, litellm_params: {model: 'ollama/llama3.1:8b', api_base: 'http://gpu-1:1'}}
              - {model_name: llama3, litellm_params: {model: 'ollama/llama3.1:8b', api_base: 'http://gpu-2:1'}}
              - {model_name: big, litellm_params: {model: 'ollama/llama3.1:70b', api_base: 'http://gpu-3:1'}}
              - {model_name: cloud, litellm_params: {model: gpt-4o, api_key: k}}
            router_settings: {model_group_alias: {other: llama3}}
            drover: {instances: {gpu-1: 'http://gpu-1:1', gpu-2: 'http://gpu-2:1', gpu-9: 'http://gpu-9:1', oa: 'https://api.openai.com/v1'}, placement: \(placement)}
            """, environment: [:])
    }

    private func faults(_ placement: String) -> [String] {
        pool(placement).faults.map { $0.description.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? "" }
    }

    @Test func `a line is a model and its boxes, or one box`() {
        let loaded = pool("{llama3.1:70b: [gpu-1, gpu-2, 'gpu-3:1'], phi3: gpu-1}")
        #expect(loaded.faults.isEmpty, "\(loaded.faults)")
        let lines = loaded.configuration.drover.placement
        #expect(lines.map(\.model.value) == ["llama3.1:70b", "phi3"])
        #expect(lines.map { $0.boxes.map(\.value) } == [["gpu-1", "gpu-2", "gpu-3:1"], ["gpu-1"]])
        #expect(!loaded.warnings.contains { $0.path.contains("placement") })
    }

    @Test func `a box that is not there is a fault that says what was meant`() {
        #expect(
            faults("{phi3: [gpu-1, gpuu-2]}") == [
                #"drover.placement.phi3[1]: no box named "gpuu-2"; did you mean "gpu-2"?"#
            ])
        #expect(
            faults("{phi3: [gpu-9]}")
                == [#"drover.placement.phi3[0]: "gpu-9" is in drover.instances, and no deployment is on it"#])
        #expect(
            faults("{phi3: [oa]}").first?.hasSuffix("is no Ollama box (openai), so nothing is pulled there")
                == true)
    }

    @Test(arguments: [
        ("x", "expects a mapping"), ("[x]", "expects a mapping"), ("{phi3: []}", "names no box"),
        ("{phi3: }", "names no box"), ("{phi3: {gpu-1: 2}}", "expects a list of boxes"),
        ("{phi3: [[x]]}", "expects text"),
        ("{phi3: gpu-1, 'phi3:latest': gpu-2}", "is the same model as drover.placement.phi3"),
    ])
    func `what is no list of boxes is a fault`(placement: String, message: String) {
        let found = faults(placement)
        #expect(found.count == 1 && found[0].contains(message), "\(found)")
    }

    @Test func `a model that only a cloud serves is a fault`() {
        #expect(
            faults("{cloud: gpu-1}")
                == [#"drover.placement.cloud: "cloud" is served by no Ollama box, so there is nothing to pull"#])
    }

    @Test func `a deployment whose box is left out is told, by its tag, its name or an alias`() {
        for name in ["llama3.1:8b", "llama3", "other"] {
            let warnings = pool("{\(name): [gpu-1]}").warnings.filter { $0.path.contains("placement") }
            #expect(warnings.count == 1, "\(warnings)")
            #expect(warnings[0].message.hasPrefix("model_list[1] serves it on \"gpu-2\""), "\(warnings)")
        }
        let twice = pool("{phi3: [gpu-1, gpu-1]}")
        #expect(twice.warnings.contains { $0.message == "\"gpu-1\" is named twice" })
        #expect(twice.configuration.drover.placement[0].boxes.count == 1)
    }
}
