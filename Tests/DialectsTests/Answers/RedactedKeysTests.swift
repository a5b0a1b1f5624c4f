import NIOCore
import Testing

@testable import Dialects

@Suite struct RedactedKeysTests {
    /// A text, and the secret in it.
    static let secrets: [(text: String, secret: String)] = [
        ("Incorrect API key provided: sk-proj-0123456789abcdef. See the docs", "0123456789"),
        ("Your api key: ****1234 is invalid", "1234"), ("Bad request for key xai-0123456789abcdef", "0123456789"),
        ("key 'gsk_0123456789abcdef' refused", "0123456789"), ("AIzaSyD-x_9 is bad", "SyD"),
        ("ya29.a0Af_B-y has expired", "a0Af"), ("token 0123456789abcdef0123456789abcdef is unknown", "0123456789"),
        ("got 0123456789abcdef0123456789abcdef.", "0123456789"),
        ("proxyconnect tcp: dial http://alice:hunter2@proxy.corp:3128/: refused", "hunter2"),
        ("Get \"https://ghp_abc:x-oauth-basic@git.corp/x\": EOF", "abc"),
        ("bob:hunter2@10.0.0.1:3128 refused", "hunter2"),
        ("http://user:pa,hunter2@proxy:3128", "hunter2"), ("http://user:hunter2,ss@proxy:3128", "hunter2"),
        ("dial \"http://user:pa'hunter2@proxy:3128\": EOF", "hunter2"),
        ("http://user:hunter2'x@proxy:3128/", "hunter2"), ("http://user:!$&'()*+,;=hunter2@proxy", "hunter2"),
        ("http://user:hunter2/x@proxy:3128", "hunter2"), ("http://user:x#hunter2@proxy:3128", "hunter2"),
        ("POST https://h/v1?key=abcdef12&alt=sse: 403", "abcdef12"), ("https://h/?api-key=abc&x=1", "abc"),
        ("https://h/blob?sv=1&sig=Ab1%2Bcd3456", "Ab1"), ("https://h/?access_token=hunter2", "hunter2"),
        ("Authorization: Bearer abc.def-ghi was not accepted", "abc.def"),
        ("authorization: Basic YWxpY2U6aHVudGVyMg==", "YWxpY2U"),
        ("Proxy-Authorization: Basic dTpw", "dTpw"), ("{\"x-api-key\": \"hunter2\"}", "hunter2"),
        ("{\\\"api_key\\\":\\\"hunter2\\\"}", "hunter2"), ("password=hunter2 for user alice", "hunter2"),
        ("client_secret: 'hunter2'", "hunter2"), ("X-Goog-Api-Key=hunter2", "hunter2"),
        ("token: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJ"), ("with the bearer abcdef1234", "abcdef"),
        ("Credential AKIAIOSFODNN7EXAMPLE is unknown", "AKIA"),
        ("id ASIAIOSFODNN7EXAMPLE/20260101/us-east-1", "no secret"),
        ("secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalr"),
        ("aws_session_token: IQoJb3JpZ2luX2VjE==", "IQoJ"),
        ("Cookie: session=hunter2; theme=dark; sid=hunter2", "hunter2"), ("API key abc", "no secret"),
    ]

    @Test(arguments: secrets) func `a secret is taken out, and the words around it stay`(
        _ text: String, _ secret: String
    ) {
        let shown = RedactedKeys.redact(text)
        guard secret != "no secret" else { return }
        #expect(shown.contains("•••"), "\(shown)")
        #expect(!shown.contains(secret), "\(shown)")
        // Who is shown a text twice sees the same.
        #expect(RedactedKeys.redact(shown) == shown)
    }

    @Test func `the words around a secret stay`() {
        #expect(
            RedactedKeys.redact("proxyconnect tcp: dial http://alice:hunter2@proxy.corp:3128/: refused")
                == "proxyconnect tcp: dial http://•••@proxy.corp:3128/: refused")
        #expect(
            RedactedKeys.redact("Incorrect API key provided: sk-proj-0123456789abcdef. See")
                == "Incorrect API key provided: •••. See")
        #expect(RedactedKeys.redact("https://h/?api-key=abc&x=1") == "https://h/?api-key=•••&x=1")
        #expect(RedactedKeys.redact("authorization: Bearer abc, x") == "authorization: Bearer •••, x")
    }

    @Test(arguments: [
        "Rate limit reached for llama-3.3-70b-versatile in organization org-x: Limit 30000",
        "see https://console.groq.com/settings/billing", "model accounts/fireworks/models/llama-v3p1-8b-instruct",
        "model 'qwen3-coder:30b-a3b-q4_K_M' not found", "\"llama3\" does not support thinking",
        "invalid character 'x' looking for beginning of value",
        "json: cannot unmarshal string into Go struct field ChatRequest.messages of type []api.Message",
        "unexpected token: '}'", "max_tokens: 4096 is more than 2048", "dial tcp 10.0.0.1:11434: connection refused",
        "blob sha256:6a0746a1ec1aef3e7ec53868f220ff6e389f6f8ef87a01d77c96807de94ca2aa is missing",
        "/usr/share/ollama/.ollama/models/blobs/sha256-6a0746a1ec1aef3e7ec53868f220ff6e389f6f8ef87a01d77c96807de94ca2aa",
        "the server in asia-southeast1 is full", "tell bob@example.com",
        "request 0f8fad5b-d9cb-469f-a165-70867728950e failed",
        "tool_choice.function.name: key value pairs are not tokens", "model xai-org/grok-1 is not there",
        "'http://host:8080', tell bob@example.com", "http://[fe80::a]:80/@scope/pkg",
        "the base is 'http://a.b:80/v1', and bob@example.com knows",
        "registry.npmjs.org/@scope/pkg", "https://host/@scope/pkg", "The API key is missing: set it", "token: 12",
    ])
    func `all other words stay as they are`(_ text: String) { #expect(RedactedKeys.redact(text) == text) }
}
