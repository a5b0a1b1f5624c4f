import Dialects
import Testing

@Suite struct OllamaNameTests {
    @Test(arguments: [
        ("llama3", "llama3:latest"), ("LLaMA3", "llama3:latest"), ("llama3:latest", "llama3:latest"),
        ("llama3.1:8B", "llama3.1:8b"), ("library/llama3", "llama3:latest"), ("user/x:7b", "user/x:7b"),
        ("user/x", "user/x:latest"), (" llama3 \n", "llama3:latest"), ("", ""), ("  ", ""),
        ("other.host:5000/ns/x", "other.host:5000/ns/x:latest"), ("https://other.host/ns/x:t", "other.host/ns/x:t"),
        ("gpt-oss:20b", "gpt-oss:20b"),
    ])
    func `gives equal names one form`(_ name: String, _ normal: String) {
        #expect(OllamaName.normalise(name) == normal)
        #expect(OllamaName.normalise(normal) == normal)
    }

    @Test func `takes off the registry that names without a host mean`() {
        let host = ["registry", "ollama", "ai"].joined(separator: ".")
        #expect(OllamaName.normalise("\(host)/library/llama3:8b") == "llama3:8b")
        #expect(OllamaName.normalise("https://\(host)/user/x") == "user/x:latest")
    }

    @Test(arguments: [
        ("gpt-oss:120b-cloud", true), ("glm-4.6:cloud", true), ("X:Cloud", true), ("a/b:1b-CLOUD", true), ("", false),
        ("cloud", false), ("cloud:7b", false), ("x-cloud", false), ("x-cloud:latest", false), ("x:cloudy", false),
    ])
    func `the names of what is passed on to a cloud are told from others`(name: String, isCloud: Bool) {
        #expect(OllamaName.isCloud(name) == isCloud)
    }

    @Test(arguments: [
        ("llama3", "llama3:latest"), ("llama3:latest", "llama3"), ("User/X", "User/X:latest"), ("llama3:8b", nil),
        ("host:5000/ns/x", "host:5000/ns/x:latest"), ("x:latest:latest", nil), (":latest", nil), ("", nil),
        ("ns/", nil),
    ])
    func `the tag latest may be said or left out`(name: String, other: String?) {
        #expect(OllamaName.otherSpelling(of: name) == other)
    }
}
