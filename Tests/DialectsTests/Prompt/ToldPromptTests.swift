import Dialects
import NIOCore
import Testing

@Suite struct ToldPromptTests {
    private func told(_ body: [UInt8], _ front: Front, most: Int = 1 << 10) throws -> String? {
        try ClientRequest.scan(ByteBuffer(bytes: body), front: front).toldPrompt(most: most)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        (Front.openAIChat, "messages", #"[{"role":"user","content":"hi"}]"#), (.openAICompletions, "prompt", #""hi""#),
        (.openAIEmbeddings, "input", #"["a","b"]"#), (.ollamaGenerate, "prompt", #""hi""#),
        (.anthropicMessages, "messages", #"[{"role":"user","content":"hi"}]"#),
    ])
    func `the prompt is told as it was written`(front: Front, name: String, value: String) throws {
        let body = #"{"model":"m","max_tokens":5,"\#(name)":\#(value)}"#
        #expect(try told(Array(body.utf8), front) == value)
        #expect(try told(Array(body.utf8), front, most: value.utf8.count - 1) == nil)
    }

    @Test func `one that is no UTF-8 is not`() throws {
        var body = Array(#"{"model":"m","prompt":"xyz"}"#.utf8)
        body[body.firstIndex(of: UInt8(ascii: "z"))!] = 0xff
        #expect(try told(body, .openAICompletions) == nil)
    }
}
