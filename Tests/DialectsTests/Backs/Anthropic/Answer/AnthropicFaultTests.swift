import Dialects
import NIOCore
import Testing

@Suite struct AnthropicFaultTests {
    private func classify(_ status: Int, _ body: String, retryAfter: Bool = false) -> UpstreamFault {
        UpstreamFault.classify(
            status: status, saysWhenToRetry: retryAfter, body: ByteBuffer(string: body), target: Fixture.claude())
    }

    @Test(arguments: [
        (
            400, "invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum",
            UpstreamFault.Kind.contextWindow
        ),
        (
            400, "invalid_request_error",
            "input length and `max_tokens` exceed context limit: 190000 + 21333 > 200000, decrease input length or `max_tokens` and try again",
            .contextWindow
        ),
        (413, "request_too_large", "Request exceeds the maximum size", .contextWindow),
        (400, "invalid_request_error", "Output blocked by content filtering policy", .contentPolicy),
        (
            400, "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
            .unauthorised
        ),
        (
            400, "invalid_request_error",
            "You have reached your specified API usage limits. You will regain access on 2026-01-01 at 00:00 UTC.",
            .unauthorised
        ),
        (400, "invalid_request_error", "This organization has been disabled.", .unauthorised),
        (400, "invalid_request_error", "max_tokens: 100000 > 64000, which is the maximum allowed", .client),
        (400, "invalid_request_error", "messages: text content blocks must be non-empty", .client),
        (401, "authentication_error", "invalid x-api-key", .unauthorised),
        (402, "billing_error", "no money", .unauthorised),
        (
            403, "permission_error", "Your API key does not have permission to use the specified resource.",
            .unauthorised
        ),
        (404, "not_found_error", "model: claude-9", .server),
        (
            429, "rate_limit_error",
            "This request would exceed your organization's rate limit of 30,000 input tokens per minute", .saturated
        ),
        (529, "overloaded_error", "Overloaded", .saturated), (500, "overloaded_error", "Overloaded", .saturated),
        (500, "api_error", "Internal server error", .server), (504, "timeout_error", "Gateway timeout", .server),
    ])
    func `tells what an error says about the provider`(
        _ status: Int, _ type: String, _ text: String, _ kind: UpstreamFault.Kind
    ) {
        let error = #"{"type":"\#(type)","message":\#(JSONText.string(text)),"details":null}"#
        let body = #"{"type":"error","error":\#(error),"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}"#
        #expect(classify(status, body) == UpstreamFault(kind: kind, status: status, message: text))
    }

    @Test(arguments: [
        (400, UpstreamFault.Kind.client), (401, .unauthorised), (402, .unauthorised), (403, .unauthorised),
        (404, .server), (408, .server), (409, .server), (413, .contextWindow), (422, .client), (429, .saturated),
        (500, .server), (502, .server), (503, .server), (504, .server), (529, .saturated),
    ])
    func `goes by the status where the body does not say`(_ status: Int, _ kind: UpstreamFault.Kind) {
        for body in [
            "", "<html>nginx</html>", "{", #"{"error":{"type":"new_error","message":"m"}}"#, #"{"detail":"x"}"#,
        ] {
            // A page is a proxy's word, whose limits are none of the model's.
            let expected = kind == .contextWindow && body.hasPrefix("<html") ? .client : kind
            #expect(classify(status, body).kind == expected, "\(body)")
            #expect(!classify(status, body).message.isEmpty)
        }
    }

    @Test func `a 503 that says when to come back is a full house`() {
        #expect(classify(503, "busy", retryAfter: true).kind == .saturated)
        #expect(classify(500, "busy", retryAfter: true).kind == .server)
    }

    @Test func `shows the provider's words, not more than are worth it`() {
        #expect(classify(502, "Bad\u{1}\nGateway").message == "Bad  Gateway")
        #expect(classify(500, "  \n").message == "the provider answered 500 without a word")
        #expect(classify(500, String(repeating: "x", count: 100_000)).message.utf8.count == 1000)
        let long = #"{"error":{"type":"api_error","message":"\#(String(repeating: "é", count: 5000))"}}"#
        #expect(classify(500, long).message.count == 1000)
    }

    @Test func `never tells a key that is quoted`() {
        let body =
            #"{"type":"error","error":{"type":"authentication_error","message":"invalid key sk-ant-api03-abcdefgh123"}}"#
        let fault = UpstreamFault.classify(
            status: 401, saysWhenToRetry: false, body: ByteBuffer(string: body), target: Fixture.claude())
        #expect(fault.message == "invalid key •••")
    }
}
