import NIOCore
import Testing

@testable import Dialects

/// No upstream's words bring a secret to a client, whatever the back, the shape of its error and the place where it comes.
@Suite struct UpstreamSecretsTests {
    private static let backs: [(provider: String, tag: String)] = [
        ("ollama", "llama3"), ("openai", "gpt-4o"), ("hosted_vllm", "m"), ("azure", "mine"), ("mistral", "m"),
        ("anthropic", "claude-sonnet-4-5"), ("bedrock", "amazon.nova-lite-v1:0"), ("gemini", "gemini-2.5-flash"),
    ]

    /// Every shape in which an upstream, or what stands before one, has been seen to write an error; § is its text as a string, ¤
    /// the text as it is.
    private static let shapes = [
        #"{"error":§}"#, #"{"error":{"message":§}}"#,
        #"{"error":{"message":§,"type":"invalid_request_error","code":"x"}}"#,
        #"{"error":{"code":400,"message":§,"status":"internal"}}"#, #"[{"error":{"code":400,"message":§}}]"#,
        #"{"type":"error","error":{"type":"invalid_request_error","message":§}}"#, #"{"message":§}"#, #"{"Message":§}"#,
        #"{"detail":§}"#, #"{"detail":[{"loc":["body"],"msg":§}]}"#, #"{"object":"error","message":§,"code":400}"#,
        #"{"error":{"detail":§}}"#, #"{"error":{"text":§}}"#, #"{"reason":§}"#, #"{"error":[§]}"#, "§", "¤",
        "<html><head><title>¤</title></head></html>", "upstream: <html><head><title>¤</title></head></html>",
        "{\"error\": cut ¤",
    ]

    private static let samples: [(text: String, secret: String)] = [
        ("no key sk-proj-0123456789abcdef here", "0123456789"),
        ("dial http://alice:hunter2@proxy:3128 failed", "hunter2"),
        ("sent Authorization: Bearer hunter2 there", "hunter2"),
        ("POST https://h/v1?key=hunter2222 failed", "hunter2"),
    ]

    private func target(_ provider: String, _ tag: String) -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: tag, pathPrefix: "", hostHeader: "h", isLocal: true),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "d")
    }

    private func write(_ shape: String, _ text: String) -> String {
        shape.replacing("¤", with: text).replacing(
            "§", with: String(decoding: JSONText.string(text).bytes, as: UTF8.self))
    }

    @Test(arguments: backs) func `an error's words are told without their secrets`(_ provider: String, _ tag: String) {
        let target = target(provider, tag)
        for shape in Self.shapes {
            for sample in Self.samples {
                for pad in ["", String(repeating: "word ", count: 96)] {
                    let body = write(shape, pad + sample.text)
                    for status in [400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529] {
                        let fault = UpstreamFault.classify(
                            status: status, saysWhenToRetry: false, body: ByteBuffer(string: body), target: target)
                        #expect(!fault.message.contains(sample.secret), "\(status) \(body): \(fault.message)")
                    }
                }
            }
        }
    }

    /// An error within an answer that began with 200, in each back's own form.
    private static let inAnswers: [(provider: String, tag: String, events: String)] = [
        ("ollama", "llama3", "{\"error\":§}\n"), ("ollama", "llama3", "{\"error\":{\"message\":§}}\n"),
        ("openai", "gpt-4o", "data: {\"error\":{\"message\":§,\"code\":500}}\n\n"),
        ("openai", "gpt-4o", "event: error\ndata: {\"message\":§}\n\n"),
        ("openai", "gpt-4o", "{\"error\":{\"message\":§}}"),
        ("openai", "gpt-4o", "data: {\"choices\":[{\"index\":0,\"delta\":{},\"error\":{\"message\":§}}]}\n\n"),
        (
            "anthropic", "claude-sonnet-4-5",
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":§}}\n\n"
        ),
        ("gemini", "gemini-2.5-flash", "data: {\"error\":{\"code\":500,\"message\":§,\"status\":\"internal\"}}\n\n"),
        (
            "gemini", "gemini-2.5-flash",
            "data: {\"promptFeedback\":{\"blockReason\":\"o\",\"blockReasonMessage\":§}}\n\n"
        ),
        (
            "gemini", "gemini-2.5-flash",
            "data: {\"candidates\":[{\"finishReason\":\"MISSING_THOUGHT_SIGNATURE\",\"finishMessage\":§}]}\n\n"
        ),
    ]

    @Test(arguments: inAnswers.indices, [Front.openAIChat, .ollamaChat])
    func `an error in a stream is told without its secrets`(_ index: Int, _ front: Front) throws {
        let (provider, tag, events) = Self.inAnswers[index]
        for sample in Self.samples {
            let request = try Fixture.scan(Fixture.chat(#""stream":true"#), front)
            var translator = AnswerTranslator(
                request: request, target: target(provider, tag), responseID: 1, created: 2)
            var out = ByteBuffer()
            let text = String(decoding: JSONText.string(sample.text).bytes, as: UTF8.self)
            var progress = translator.feed(ByteBuffer(string: events.replacing("§", with: text)), into: &out)
            if case .more = progress { progress = translator.end(into: &out) }
            guard case .failed(let fault) = progress else {
                Issue.record("\(provider) \(front): no fault in \(events), but \(String(buffer: out))")
                continue
            }
            #expect(!fault.message.contains(sample.secret), "\(fault.message)")
            #expect(!String(buffer: out).contains(sample.secret))
        }
    }
}
