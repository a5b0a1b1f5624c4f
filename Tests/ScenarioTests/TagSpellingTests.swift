import Balancer
import Farm
import NIOPosix
import Testing

/// Ollama knows one model under several spellings. A deployment may use any of them.
@Suite struct TagSpellingTests {
    /// As the box lists them.
    private static let listed = [
        "llama3.1:8b", "tiny:latest", "hf.co/Maker/Small-GGUF:Q4_K_M", "maker/own:7b",
        "ollama.com/library/pulled:latest",
        "www.ollama.com/Maker/Far:7b", "huggingface.co/Maker/Other-GGUF:Q8_0",
    ]

    private static let registry = ["registry", "ollama", "ai"].joined(separator: ".")

    @Test(arguments: [
        "llama3.1:8b", "LLaMA3.1:8B", "library/llama3.1:8b", "Library/llama3.1:8b",
        "\(registry)/library/llama3.1:8b", "\(registry.uppercased())/Library/Llama3.1:8b", "tiny", "library/tiny",
        "\(registry)/library/tiny:latest", "hf.co/Maker/Small-GGUF:Q4_K_M", "HF.co/maker/small-gguf:q4_k_m",
        "huggingface.co/Maker/Small-GGUF:Q4_K_M", "https://HuggingFace.co/maker/small-gguf:q4_k_m",
        "ollama.com/library/llama3.1:8b", "https://ollama.com/library/tiny", "ollama.com/maker/own:7b",
        "\(registry)/maker/own:7b", "pulled", "Pulled:latest", "library/pulled", "\(registry)/library/pulled",
        "ollama.com/library/pulled", "maker/far:7b", "\(registry)/Maker/Far:7b", "ollama.com/maker/far:7b",
        "hf.co/maker/other-gguf:q8_0",
    ])
    func `a deployment is served however its tag is spelled`(tag: String) async throws {
        let farm = BoxFarm(
            .instant(boxes: 1, models: Self.listed), group: MultiThreadedEventLoopGroup.singleton)
        let port = try await farm.start()[0]
        let gateway = try await RunningGateway.start(
            """
            model_list:
              - {model_name: llama3, litellm_params: {model: "ollama/\(tag)", api_base: "http://127.0.0.1:\(port)"}}
            drover: {probe: \(FarmedGateway.rareProbes)}
            """)
        await eventually("the box's tags are known") { gateway.pool.instances[0].ollamaVersion != nil }
        #expect(gateway.pool.deployments[0].state == "ready", "\(gateway.pool.deployments[0].reason ?? "")")
        let client = try await gateway.connect()
        try await client.send(FarmedGateway.chat())
        #expect(try await client.message().status == 200)
        await client.close()
        try await gateway.stop()
        await farm.shutdown()
    }
}
