import Balancer
import Testing

@testable import Prober

@Suite struct ProbeTargetTests {
    @Test(arguments: [
        ("http://gpu-1:11434", "http://gpu-1:11434/api/tags"),
        ("http://gpu-1:11434/", "http://gpu-1:11434/api/tags"),
        ("http://gpu-1:11434//", "http://gpu-1:11434/api/tags"),
        ("https://host/ollama", "https://host/ollama/api/tags"),
        ("https://host/ollama/", "https://host/ollama/api/tags"),
    ])
    func `joins base and path with one slash`(base: String, url: String) {
        let target = ProbeTarget(instance: InstanceID(index: 0), name: "x", baseURL: base, authorization: nil)
        #expect(target.url("/api/tags") == url)
    }
}
