import Dialects
import NIOCore
import Testing

@Suite struct AskingAgainTests {
    private func scan(_ body: String, _ front: Front) throws -> ClientRequest {
        try ClientRequest.scan(ByteBuffer(string: body), front: front)
    }

    @Test(arguments: [
        (Front.openAIChat, #""messages":[{"role":"user","content":"hi"}]"#),
        (.ollamaChat, #""messages":[{"role":"user","content":"hi"}]"#),
        (.anthropicMessages, #""max_tokens":5,"messages":[{"role":"user","content":"hi"}]"#),
        (.openAIResponses, #""input":"hi""#), (.openAIResponses, #""input":[{"role":"user","content":"hi"}]"#),
    ])
    func `one more message says what was wrong, and all else stays`(front: Front, prompt: String) throws {
        let request = try scan(#"{"model":"m","temperature":0.5,\#(prompt)}"#, front)
        #expect(request.takesMessages)
        let again = try #require(request.asking(againFor: #"raw='{"a":1'"#))
        let told = try #require(again.toldPrompt(most: 4096).map { String(decoding: $0, as: UTF8.self) })
        #expect(told.contains("hi") && told.contains(#"could not be read: raw='{\"a\":1'. Make it again"#), "\(told)")
        #expect(again.model == "m" && again.stream == request.stream && again.front == front)
        #expect(again.bodyBytes > request.bodyBytes)
    }

    @Test(arguments: [
        (Front.openAICompletions, #""prompt":"hi""#), (.ollamaGenerate, #""prompt":"hi""#),
        (.openAIEmbeddings, #""input":"hi""#),
    ])
    func `a request without messages is given none`(front: Front, prompt: String) throws {
        let request = try scan(#"{"model":"m",\#(prompt)}"#, front)
        #expect(!request.takesMessages && request.asking(againFor: "x") == nil)
    }
}
