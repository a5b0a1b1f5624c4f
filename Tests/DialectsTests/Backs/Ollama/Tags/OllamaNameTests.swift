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
        ("huggingface.co/Maker/Small-GGUF:Q4_K_M", "hf.co/maker/small-gguf:q4_k_m"),
        ("hf.co/Maker/Small-GGUF", "hf.co/maker/small-gguf:latest"),
        ("https://HuggingFace.co/maker/x:Q8_0", "hf.co/maker/x:q8_0"),
        ("www.huggingface.co/maker/x", "hf.co/maker/x:latest"),
        ("ollama.com/library/llama3:8b", "llama3:8b"), ("https://ollama.com/library/llama3", "llama3:latest"),
        ("ollama.com/maker/x:7b", "maker/x:7b"), ("huggingface.co/x", "huggingface.co/x:latest"),
        ("ollama.com/x", "ollama.com/x:latest"), ("hf.co.evil/maker/x", "hf.co.evil/maker/x:latest"),
    ])
    func `a place with two names has one here`(_ name: String, _ normal: String) {
        #expect(OllamaName.normalise(name) == normal)
        #expect(OllamaName.normalise(normal) == normal)
    }

    @Test(arguments: [
        ("hf.co/maker/x", true), ("HUGGINGFACE.CO/maker/x:q4", true), ("https://ollama.com/library/x", true),
        ("llama3", false), ("maker/x:7b", false), ("other.host/maker/x", false), ("hf.co/x", false), ("", false),
    ])
    func `the names under which a box may know a model by another one are told from others`(_ name: String, _ has: Bool)
    {
        #expect(OllamaName.hasSecondHost(name) == has)
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
