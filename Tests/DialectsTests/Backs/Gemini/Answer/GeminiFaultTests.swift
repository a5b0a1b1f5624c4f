import Dialects
import NIOCore
import Testing

@Suite struct GeminiFaultTests {
    private func classify(_ status: Int, _ body: String, retryAfter: Bool = false) -> UpstreamFault {
        UpstreamFault.classify(
            status: status, saysWhenToRetry: retryAfter, body: ByteBuffer(string: body),
            target: GeminiFixture.target())
    }

    @Test(arguments: [
        (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", UpstreamFault.Kind.unauthorised),
        (400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", .unauthorised),
        (
            400, "INVALID_ARGUMENT",
            "The input token count (3475108) exceeds the maximum number of tokens allowed (1048576).", .contextWindow
        ),
        (
            400, "INVALID_ARGUMENT",
            "Please ensure that function response turn comes immediately after a function call turn.",
            .client
        ),
        (400, "FAILED_PRECONDITION", "User location is not supported for the API use.", .unauthorised),
        (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", .unauthorised),
        (403, "PERMISSION_DENIED", "Your project has been denied access.", .unauthorised),
        (
            404, "NOT_FOUND", "models/x is not found for API version v1beta, or is not supported for generateContent.",
            .server
        ),
        (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan.", .saturated),
        (429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", .unauthorised),
        (499, "CANCELLED", "The operation was cancelled.", .server),
        (500, "INTERNAL", "An internal error has occurred.", .server),
        (503, "UNAVAILABLE", "The model is overloaded. Please try again later.", .saturated),
        (504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.", .server),
        (400, "", "Bad.", .client), (413, "", "Too large.", .client), (429, "", "Slow down.", .saturated),
        (503, "", "Busy.", .saturated), (502, "", "Bad gateway.", .server), (408, "", "Late.", .server),
    ])
    func `tells what an error says about the provider`(
        _ status: Int, _ word: String, _ text: String, _ kind: UpstreamFault.Kind
    ) {
        let named = word.isEmpty ? "" : ",\"status\":\"\(word)\""
        let error = "{\"error\":{\"code\":\(status),\"message\":\(JSONText.string(text))\(named)}}"
        // A 413 may be a proxy's before it.
        let expected = UpstreamFault(kind: kind, status: status, message: text, mayBeInstance: status == 413)
        #expect(classify(status, error) == expected)
        // Where a stream was asked for without `alt=sse`, and by some proxies.
        #expect(classify(status, "\n[\(error)\n]\n") == expected)
    }

    @Test func `knows a bad key by the details`() {
        let body = #"""
            {"error":{"code":403,"message":"Requests from referer are blocked.","status":"INVALID_ARGUMENT","details":[
              {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_HTTP_REFERRER_BLOCKED"}]}}
            """#
        #expect(classify(403, body).kind == .unauthorised)
    }

    @Test func `never shows a key that Google quotes`() {
        let text = "Permission denied: Consumer 'api_key:AIzaSyD-x_9' has been suspended; ya29.a0Af_B-y, AIzaSyE."
        let body = "{\"error\":{\"code\":403,\"message\":\(JSONText.string(text)),\"status\":\"PERMISSION_DENIED\"}}"
        #expect(
            classify(403, body).message
                == "Permission denied: Consumer 'api_key:•••' has been suspended; •••, •••.")
        #expect(classify(403, "key AIzaSyD-x_9 is bad").message == "key ••• is bad")
    }

    @Test(arguments: ["<html>503</html>", "no healthy upstream", "", "[]", "{}", #"{"error":null}"#])
    func `a 503 without Google's words is full only if it says when to come back`(_ body: String) {
        #expect(classify(503, body, retryAfter: true).kind == .saturated)
        #expect(classify(503, body).kind == .server)
        #expect(!classify(503, body).message.isEmpty)
    }

    @Test(arguments: [
        (400, UpstreamFault.Kind.client), (401, .unauthorised), (403, .unauthorised), (429, .saturated), (500, .server),
    ])
    func `judges a body that is no JSON by its status`(_ status: Int, _ kind: UpstreamFault.Kind) {
        #expect(classify(status, "oops\n").message == "oops")
        #expect(classify(status, "oops").kind == kind)
        #expect(classify(status, "").message == "the provider answered \(status) without a word")
    }

    @Test func `a long message is cut`() {
        let text = String(repeating: "x", count: 5_000)
        #expect(classify(500, "{\"error\":{\"message\":\"\(text)\"}}").message.count == 500)
        #expect(classify(500, text).message.count == 500)
    }
}
