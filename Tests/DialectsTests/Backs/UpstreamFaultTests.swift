import Dialects
import NIOCore
import Testing

/// Which errors that call the request at fault may be about the instance all the same.
@Suite struct UpstreamFaultTests {
    private func classify(_ provider: String, _ status: Int, _ body: String) -> UpstreamFault {
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: "m", pathPrefix: "", hostHeader: "h", isLocal: true),
            account: UpstreamAccount(), defaults: [:], dropParams: false, userAgent: "drover/test")
        return UpstreamFault.classify(
            status: status, saysWhenToRetry: false, body: ByteBuffer(string: body), target: target)
    }

    private static let html = "<!DOCTYPE html><html><title>Bad Request</title></html>"

    @Test(arguments: [
        // Ollama's own words about the request, in its own shape.
        ("ollama", 400, #"{"error":"invalid format"}"#, false),
        ("ollama", 400, #"{"error":"\"messages\" is required"}"#, false),
        ("ollama", 500, #"{"error":"option \"num_ctx\" must be of type integer"}"#, false),
        // What this box cannot do: another build of the tag, an older release.
        ("ollama", 400, #"{"error":"\"llama3\" does not support tools"}"#, true),
        ("ollama", 400, #"{"error":"think value \"high\" is not supported for this model"}"#, true),
        ("ollama", 400, #"{"error":"json: cannot unmarshal object into Go struct field ChatRequest.format"}"#, true),
        // Never Ollama's: a proxy before it.
        ("ollama", 413, #"{"error":"too large"}"#, true), ("ollama", 413, html, true), ("ollama", 422, "{}", true),
        ("ollama", 400, html, true), ("ollama", 400, "", true), ("ollama", 400, "bad request", true),
        ("ollama", 400, #"{"message":"no"}"#, true), ("ollama", 400, #"["error"]"#, true),
        ("ollama", 400, #"{"error":"cut"#, true),
        // Other servers have many shapes for their own words.
        ("openai", 400, #"{"error":{"message":"'messages' is too short"}}"#, false),
        ("openai", 400, #"{"object":"error","message":"bad","code":400}"#, false),
        ("openai", 400, html, true), ("openai", 413, #"{"error":{"message":"too large"}}"#, true),
        ("openai", 422, #"{"detail":[{"msg":"bad"}]}"#, true), ("openai", 415, "{}", true),
        ("openai", 400, #"{"error":{"message":"This model does not support tools"}}"#, true),
        ("gemini", 400, #"{"error":"m does not support tools"}"#, true),
        ("gemini", 400, #"{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}"#, false),
        ("gemini", 400, html, true),
        ("anthropic", 400, #"{"type":"error","error":{"type":"invalid_request_error","message":"bad"}}"#, false),
        ("anthropic", 400, html, true),
    ])
    func `a proxy's page, a status that is not the server's own and an inability may be about the instance`(
        provider: String, status: Int, body: String, mayBeInstance: Bool
    ) {
        let fault = classify(provider, status, body)
        #expect(fault.kind == .client, "\(fault)")
        #expect(fault.mayBeInstance == mayBeInstance)
    }

    @Test(arguments: [
        (404, #"{"error":"model 'm' not found"}"#), (500, #"{"error":"boom"}"#), (503, html), (401, html), (404, html),
        (400, #"{"error":"the input length exceeds the context length"}"#),
    ])
    func `other faults are no word about the request`(status: Int, body: String) {
        #expect(!classify("ollama", status, body).mayBeInstance)
    }
}
