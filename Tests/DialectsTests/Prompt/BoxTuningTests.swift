import NIOCore
import Testing

@testable import Dialects

/// A client tuned for a box may fall back to any cloud: its tuning is dropped, or said in the cloud's own words, by one rule.
@Suite struct BoxTuningTests {
    /// Beside `top_k`, which Anthropic's, Amazon's and Google's models have too.
    private static let tuning = #"""
        "min_p":0.05,"typical_p":0.9,"tfs_z":1,"repeat_penalty":1.1,"repeat_last_n":64,"penalize_newline":true,"mirostat":2,
        "mirostat_eta":0.1,"mirostat_tau":5,"num_ctx":4096,"num_keep":4,"num_batch":512,"num_gpu":1,"main_gpu":0,"use_mmap":true,
        "num_thread":8
        """#
    private static let clouds: [(String, String)] = [
        ("anthropic", "claude-sonnet-4-5"), ("anthropic", "other"), ("gemini", "gemini-2.5-flash"),
        ("gemini", "gemma-3"), ("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("bedrock", "amazon.nova-lite-v1:0"), ("bedrock", "openai.gpt-oss-120b"), ("openai", "gpt-4o"),
        ("azure", "gpt-4o"), ("mistral", "mistral-large"), ("groq", "llama"), ("deepseek", "deepseek-chat"),
        ("xai", "grok-3"),
    ]

    private func target(_ provider: String, _ tag: String, _ defaults: [String: JSONText] = [:]) -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: tag, pathPrefix: "", hostHeader: "h", isLocal: true),
            account: UpstreamAccount(apiKey: "k"), defaults: defaults, dropParams: false, userAgent: "drover/0.1.0")
    }

    private func sent(_ body: String, _ front: Front, to target: UpstreamTarget) throws -> String {
        var out = ByteBuffer()
        try Provider.encode(
            Fixture.scan(body, front), with: Fixture.permit(target), unixSeconds: 1_795_366_482, into: &out)
        return String(buffer: out)
    }

    private static let names: [String] = tuning.split(separator: "\"").enumerated().filter { $0.offset % 2 == 0 }.map {
        String($0.element)
    }

    private func expectNone(in sent: String) {
        for name in Sampling.allCases.map({ "\($0.name)" }) + Self.names where name != "top_k" {
            #expect(!sent.contains("\"\(name)\""), "\(name): \(sent)")
        }
    }

    @Test(arguments: clouds)
    func `no cloud is told what tunes a box`(_ provider: String, _ tag: String) throws {
        let target = target(provider, tag)
        expectNone(in: try sent(Fixture.chat(Self.tuning), .openAIChat, to: target))
        let ollama = #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":false,"options":{"#
        expectNone(in: try sent(ollama + Self.tuning + "}}", .ollamaChat, to: target))
        // A deployment may be a server of one's own behind OpenAI's name, and who runs it knows what it takes.
        guard provider != "openai", provider != "azure" else { return }
        let members = JSONText("{" + Self.tuning + "}")!.members
        let defaults = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })
        #expect(defaults.count == 16)
        expectNone(in: try sent(Fixture.chat(), .openAIChat, to: self.target(provider, tag, defaults)))
    }

    @Test(arguments: [
        ("anthropic", "claude-sonnet-4-5", #""top_k":20"#), ("gemini", "gemini-2.5-flash", #""topK":20"#),
        ("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0", #""top_k":20"#),
        ("bedrock", "amazon.nova-lite-v1:0", #""topK":20"#),
    ])
    func `a way of sampling that a cloud has goes under its own name`(
        _ provider: String, _ tag: String, _ member: String
    ) throws {
        let target = target(provider, tag)
        #expect(try sent(Fixture.chat(#""top_k":20"#), .openAIChat, to: target).contains(member))
        let options = #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"options":{"top_k":20.5}}"#
        #expect(try sent(options, .ollamaChat, to: target).contains(member))
        #expect(
            try sent(Fixture.chat(), .openAIChat, to: self.target(provider, tag, ["top_k": .integer(20)]))
                .contains(member))
    }

    @Test func `a server of one's own is told how to sample, by its own names`() throws {
        let sent = try sent(Fixture.chat(Self.tuning), .openAIChat, to: target("hosted_vllm", "q"))
        #expect(sent.contains(#""repetition_penalty":1."#) && !sent.contains("repeat_penalty"))
        #expect(sent.contains(#""min_p":0.05"#))
        #expect(!sent.contains("num_ctx"))
    }
}
