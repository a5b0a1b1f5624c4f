import Dialects
import Testing

/// A server of one's own that is called by OpenAI's name.
@Suite struct OpenAIOwnServerTests {
    private func sent(_ body: String, _ front: Front, to provider: String, tag: String = "qwen3") throws -> String {
        let target = OpenAIFixture.target(provider, tag: tag, isLocal: true)
        return try OpenAISent(body, front, to: target).body
    }

    private static let chat = #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"#

    @Test func `a client of Ollama's samples there as it does at llama-server`() throws {
        let body = Self.chat + #""options":{"top_k":3,"min_p":0.1,"repeat_penalty":1.1}}"#
        for provider in ["openai", "llamafile"] {
            let sent = try sent(body, .ollamaChat, to: provider)
            #expect(sent.contains(#""top_k":3,"min_p":0.1,"repeat_penalty":1.1"#), "\(provider): \(sent)")
        }
        #expect(try !sent(body, .ollamaChat, to: "openai", tag: "gpt-4o").contains("top_k"))
    }

    private static let kinds: [(provider: String, says: [String])] = [
        ("hosted_vllm", ["repetition_penalty"]), ("llamafile", ["repeat_penalty"]), ("lm_studio", ["repeat_penalty"]),
        ("openai", ["repeat_penalty", "repetition_penalty"]),
    ]

    @Test(arguments: kinds) func `each kind is told of the penalty for repeating in its own word`(
        _ provider: String, _ says: [String]
    ) throws {
        func words(_ body: String, _ front: Front, _ defaults: [String: JSONText] = [:]) throws -> [String] {
            let target = OpenAIFixture.target(provider, tag: "qwen3", defaults: defaults, isLocal: true)
            let sent = try OpenAISent(body, front, to: target).body
            return ["repeat_penalty", "repetition_penalty"].filter { sent.contains("\"\($0)\":1.25") }
        }
        #expect(try words(Self.chat + #""repeat_penalty":1.25}"#, .openAIChat) == says)
        #expect(try words(Self.chat + #""options":{"repeat_penalty":1.25}}"#, .ollamaChat) == says)
        #expect(try words(#"{"model":"m","prompt":"x","repeat_penalty":1.25}"#, .openAICompletions) == says)
        #expect(try words(Self.chat + #""temperature":1}"#, .openAIChat, ["repeat_penalty": .double(1.25)]) == says)
        // Who says another server's word to one of which nothing is known knows it.
        let other = provider == "openai" ? ["repetition_penalty"] : says
        #expect(try words(Self.chat + #""repetition_penalty":1.25}"#, .openAIChat) == other)
        // Of two that differ each stays with its own.
        let both = try words(Self.chat + #""repetition_penalty":1.25,"repeat_penalty":2}"#, .openAIChat)
        #expect(both == (says == ["repeat_penalty"] ? [] : ["repetition_penalty"]))
        // A request's word for it is over the deployment's, whichever it is.
        let set: [String: JSONText] = ["repeat_penalty": .double(1.25)]
        for name in ["repeat_penalty", "repetition_penalty"] {
            #expect(try words(Self.chat + "\"\(name)\":3}", .openAIChat, set) == [])
        }
    }

    @Test func `each kind is told only of ways to sample that it has`() throws {
        let all = #""top_k":3,"min_p":0.1,"typical_p":0.9,"mirostat":2,"repeat_last_n":64,"penalize_newline":true}"#
        for (provider, has) in [
            ("hosted_vllm", ["top_k", "min_p"]), ("lm_studio", ["top_k", "min_p"]),
            ("llamafile", ["top_k", "min_p", "typical_p", "mirostat", "repeat_last_n", "penalize_nl"]),
            ("openai", ["top_k", "min_p", "typical_p", "mirostat", "repeat_last_n", "penalize_nl"]),
        ] {
            for (body, front) in [
                (Self.chat + all, Front.openAIChat), (Self.chat + "\"options\":{" + all + "}", .ollamaChat),
            ] {
                let sent = try sent(body, front, to: provider)
                let told = [
                    "top_k", "min_p", "typical_p", "mirostat", "repeat_last_n", "penalize_newline", "penalize_nl",
                ].filter { sent.contains("\"\($0)\":") }
                #expect(told == has, "\(provider): \(sent)")
            }
        }
    }

    @Test(arguments: ["reasoning", "reasoning_content"])
    func `an assistant's thoughts go back to it`(_ name: String) throws {
        let body = #"{"model":"m","messages":[{"role":"assistant","content":"b","\#(name)":"r"}]}"#
        let sent = try sent(body, .openAIChat, to: "openai")
        #expect(sent.contains(#"{"role":"assistant","content":"b","reasoning_content":"r"}"#), "\(sent)")
        #expect(try !self.sent(body, .openAIChat, to: "openai", tag: "gpt-4o").contains("reasoning"))
    }

    @Test func `a response is asked of it as a chat, and of OpenAI's own model behind it as it stands`() throws {
        let body = #"{"model":"m","input":"x"}"#
        #expect(try sent(body, .openAIResponses, to: "openai").contains(#""messages":[{"role":"user","content":"x"}]"#))
        #expect(try sent(body, .openAIResponses, to: "openai", tag: "gpt-4o").contains("\"input\""))
    }
}
