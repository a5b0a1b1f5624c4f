import Dialects
import NIOCore

/// The bytes that are measured.
enum Sample {
    static let target = UpstreamTarget(
        UpstreamPlace(
            provider: .ollama, tag: "llama3.1:8b", pathPrefix: "", hostHeader: "127.0.0.1:11434",
            isLocal: true),
        account: UpstreamAccount(), defaults: ["num_ctx": .integer(8192)], dropParams: true, userAgent: "drover/0.1.0")
    static let permit = try! Fence.permit(target, isPassedOn: false, for: [])

    private static let question =
        "Explain in three sentences why the sky is blue and why sunsets are red, as if I were twelve years old, please."
    private static let messages =
        #"[{"role":"system","content":"You are a helpful assistant who answers briefly."},"#
        + #"{"role":"user","content":"\#(question)"}]"#
    private static let parameters =
        #""temperature":0.7,"top_p":0.9,"max_tokens":256,"seed":42,"presence_penalty":0,"frequency_penalty":0"#

    /// A chat request of the size most have.
    static let short = ByteBuffer(string: #"{"model":"llama3","messages":\#(messages),"stream":true,\#(parameters)}"#)
    static let whole = ByteBuffer(string: #"{"model":"llama3","messages":\#(messages),\#(parameters)}"#)

    /// A long conversation.
    static let long: ByteBuffer = {
        let text = String(repeating: #"The quick brown fox jumps over the lazy dog.\n"#, count: 20)
        let pair = #"{"role":"user","content":"\#(text)"},{"role":"assistant","content":"\#(text)"},"#
        let history = String(repeating: pair, count: 66_000 / pair.utf8.count)
        return ByteBuffer(
            string: #"{"model":"llama3","messages":[\#(history){"role":"user","content":"Go on."}],"stream":true}"#)
    }()

    /// Four large images and a question about them, 20 MB.
    static let images: ByteBuffer = {
        let image = String(repeating: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", count: 5_000_000 / 44)
        let parts = (0..<4).map { _ in
            #"{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(image)"}},"#
        }
        return ByteBuffer(
            string: #"{"model":"llama3","messages":[{"role":"user","content":[\#(parts.joined())"#
                + #"{"type":"text","text":"What is the difference?"}]}],"stream":true}"#)
    }()

    /// A conversation of 20 MB.
    static let huge: ByteBuffer = {
        let text = String(repeating: #"The quick brown fox jumps over the lazy dog.\n"#, count: 2000)
        let pair = #"{"role":"user","content":"\#(text)"},{"role":"assistant","content":"\#(text)"},"#
        let history = String(repeating: pair, count: 20_000_000 / pair.utf8.count)
        return ByteBuffer(
            string: #"{"model":"llama3","messages":[\#(history){"role":"user","content":"Go on."}],"stream":true}"#)
    }()

    /// A request whose messages have to be written anew.
    static let rich = ByteBuffer(
        string: #"{"model":"llama3","messages":[{"role":"developer","content":[{"type":"text","text":"Be brief."}]},"#
            + #"{"role":"user","content":"Weather?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","#
            + #""type":"function","function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}}]},"#
            + #"{"role":"tool","tool_call_id":"c1","content":"rain"}],"stream":true,"tools":[{"type":"function","#
            + #""function":{"name":"weather","parameters":{"type":"object","properties":{}}}}]}"#)

    static let line = ByteBuffer(
        string: #"{"model":"llama3.1:8b","created_at":"2026-08-21T18:48:22.123456789Z","message":"#
            + #"{"role":"assistant","content":" blue"},"done":false}"# + "\n")

    static let answer = ByteBuffer(
        string: #"{"model":"llama3.1:8b","created_at":"2026-08-21T18:48:22.123456789Z","message":{"role":"assistant","#
            + #""content":"\#(question) \#(question) \#(question)"},"done":true,"done_reason":"stop","#
            + #""total_duration":1293847123,"load_duration":41233000,"prompt_eval_count":26,"#
            + #""prompt_eval_duration":98123000,"eval_count":97,"eval_duration":298431000}"#)
}
