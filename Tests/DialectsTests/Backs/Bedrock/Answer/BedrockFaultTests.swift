import Dialects
import NIOCore
import Testing

@Suite struct BedrockFaultTests {
    private func classify(_ status: Int, _ body: String, retryAfter: Bool = false) throws -> UpstreamFault {
        UpstreamFault.classify(
            status: status, saysWhenToRetry: retryAfter, body: ByteBuffer(string: body),
            target: try BedrockFixture.target())
    }

    @Test(arguments: [
        (400, "Input is too long for requested model.", UpstreamFault.Kind.contextWindow),
        (
            400, "The model returned the following errors: prompt is too long: 200082 tokens > 200000 maximum",
            .contextWindow
        ),
        (
            400,
            "The model returned the following errors: input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000",
            .contextWindow
        ),
        (
            400, "Malformed input request: expected maxLength: 300000, actual: 400000, please reformat your input",
            .contextWindow
        ),
        (
            400, "This model's maximum context length is 8192 tokens. Please reduce the length of the prompt",
            .contextWindow
        ),
        (400, "Input Tokens Exceeded: Number of input tokens exceeds maximum length.", .contextWindow),
        (400, "The response was blocked by content filters.", .contentPolicy),
        (400, "The security token included in the request is expired", .unauthorised),
        (400, "Operation not allowed", .unauthorised),
        (400, "Your request exceeds the service quota for this account.", .saturated),
        (400, "The provided model identifier is invalid.", .server),
        (
            400,
            "Invocation of model ID x with on-demand throughput isn\u{2019}t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
            .server
        ),
        (400, "messages.1.content.0: Invalid `signature` in `thinking` block", .client),
        (
            400, "1 validation error detected: Value '-1' at 'inferenceConfig.maxTokens' failed to satisfy constraint",
            .client
        ),
        (401, "no", .unauthorised), (403, "User is not authorized to perform: bedrock:InvokeModel", .unauthorised),
        (403, "The request signature we calculated does not match the signature you provided.", .unauthorised),
        (404, "Could not resolve the foundation model from the provided model identifier.", .server),
        (408, "Model has timed out in processing the request.", .server), (413, "too large", .client),
        (424, "The model failed.", .server), (429, "Too many tokens, please wait before trying again.", .saturated),
        (429, "The model is not ready for inference requests.", .saturated), (500, "Internal", .server),
        (502, "bad", .server), (503, "Bedrock is unable to process your request.", .saturated),
    ])
    func `tells what an error says about the upstream`(_ status: Int, _ text: String, _ kind: UpstreamFault.Kind) throws
    {
        for name in ["message", "Message"] {
            let body = "{\"\(name)\":\(JSONText.string(text))}"
            // A 413 may be a proxy's before it.
            #expect(
                try classify(status, body)
                    == UpstreamFault(kind: kind, status: status, message: text, mayBeInstance: status == 413))
        }
    }

    @Test(arguments: [
        ("ThrottlingException", UpstreamFault.Kind.saturated), ("AccessDeniedException", .unauthorised),
        ("ExpiredTokenException", .unauthorised),
        ("com.amazon.coral.service#UnrecognizedClientException", .unauthorised),
        ("InvalidSignatureException", .unauthorised), ("ServiceQuotaExceededException", .saturated),
        ("ModelNotReadyException", .saturated), ("ModelTimeoutException", .server),
        ("InternalServerException", .server),
        ("ModelErrorException", .server), ("ResourceNotFoundException", .server), ("ValidationException", .client),
        ("Whatever", .client),
    ])
    func `goes by the name where the body has it`(_ name: String, _ kind: UpstreamFault.Kind) throws {
        #expect(try classify(400, #"{"__type":"\#(name)","message":"x"}"#).kind == kind)
    }

    @Test func `a 503 of a proxy with nobody behind it is no full upstream`() throws {
        #expect(try classify(503, "<html>503 Service Temporarily Unavailable</html>").kind == .server)
        #expect(try classify(503, "").kind == .server)
        #expect(try classify(503, "", retryAfter: true).kind == .saturated)
    }

    @Test func `always says something, in one line, and not much`() throws {
        #expect(try classify(500, "").message == "Bedrock answered 500 without a word")
        #expect(try classify(500, "a\r\nb").message == "a  b")
        #expect(try classify(500, #"{"message":"a\nb"}"#).message == "a b")
        #expect(try classify(400, String(repeating: "x", count: 5_000)).message.count == 500)
        #expect(try classify(400, "{\"message\":\"\(String(repeating: "x", count: 5_000))\"}").message.count == 500)
    }

    @Test func `reads any body without a trap`() throws {
        for body in [
            "{", "[]", "null", "{\"message\":5}", "{\"message\":null}", "{\"__type\":5}", "\u{0}", "   ", "\"x\"",
        ] {
            for status in [400, 429, 500, 503] { #expect(try !classify(status, body).message.isEmpty) }
        }
    }

    @Test func `never tells a session's token, which AWS quotes where a signature is wrong`() throws {
        let words = "The request signature we calculated does not match the signature you provided."
        let quote =
            #"\n\nThe Canonical String for this request should have been\n'POST\n/model/x/converse\n\nhost:h\nx-amz-security-token:IQoJb3/x+y="#
        let fault = UpstreamFault.classify(
            status: 403, saysWhenToRetry: false, body: ByteBuffer(string: #"{"message":"\#(words)\#(quote)"}"#),
            target: try BedrockFixture.target())
        #expect(fault == UpstreamFault(kind: .unauthorised, status: 403, message: words))
    }
}
