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

    @Test(arguments: ["reasoning", "reasoning_content"])
    func `an assistant's thoughts go back to it`(_ name: String) throws {
        let body = #"{"model":"m","messages":[{"role":"assistant","content":"b","\#(name)":"r"}]}"#
        let sent = try sent(body, .openAIChat, to: "openai")
        #expect(sent.contains(#"{"role":"assistant","content":"b","reasoning_content":"r"}"#), "\(sent)")
        #expect(try !self.sent(body, .openAIChat, to: "openai", tag: "gpt-4o").contains("reasoning"))
    }

    @Test func `it may have every route that OpenAI has`() throws {
        #expect(try sent(#"{"model":"m","input":"x"}"#, .openAIResponses, to: "openai").contains("\"input\""))
    }
}
