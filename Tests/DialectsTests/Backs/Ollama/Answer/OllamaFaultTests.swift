import Dialects
import NIOCore
import Testing

@Suite struct OllamaFaultTests {
    private func classify(_ status: Int, _ body: String, retryAfter: Bool = false) -> UpstreamFault {
        UpstreamFault.classify(
            status: status, saysWhenToRetry: retryAfter, body: ByteBuffer(string: body), target: Fixture.target())
    }

    @Test(arguments: [
        (400, "the input length exceeds the context length", UpstreamFault.Kind.contextWindow),
        (400, "the prompt is longer than the context length currently available to the model; …", .contextWindow),
        (503, "server busy, please try again.  maximum pending requests exceeded", UpstreamFault.Kind.saturated),
        (503, "loading", .server), (429, "slow down", .saturated), (404, "model 'x' not found", .missingTag),
        (404, #"model "x" not found, try pulling it first"#, .missingTag), (404, "page not found", .server),
        (400, #""llama3" does not support thinking"#, .client),
        (500, "llama-server process has terminated: exit status 1", .server),
        (500, #"option "num_ctx" must be of type integer"#, .client),
        (500, #"error parsing tool call: raw='{"a":1', err=unexpected end of JSON input"#, .unreadCall),
        (500, "invalid JSON schema in format", .client),
        (500, #"invalid format: "x"; expected "json" or a valid JSON Schema object"#, .client),
        (401, "unauthorized", .unauthorised), (403, "no", .unauthorised), (502, "upstream unreachable", .server),
    ])
    func `tells what an error says about the instance`(_ status: Int, _ text: String, _ kind: UpstreamFault.Kind) {
        let body = "{\"error\":\(JSONText.string(text))}"
        let fault = classify(status, body)
        #expect(fault.kind == kind && fault.status == status && fault.message == text)
    }

    @Test(arguments: [
        "<html><h1>503 Service Temporarily Unavailable</h1></html>", "no healthy upstream", "", #"{"error":"x"}"#,
    ])
    func `a 503 that says when to come back is a full box, without it a broken one`(_ body: String) {
        // Shedding load is what RFC 9110 gives the two for, and a box that sheds serves its other requests: an open
        // breaker would take it from them. A proxy whose Ollama is gone answers 503 too, but knows no time: if that were
        // saturation, nothing would ever take the box out.
        #expect(classify(503, body, retryAfter: true).kind == .saturated)
        #expect(classify(503, body, retryAfter: false).kind == .server)
        #expect(classify(504, body, retryAfter: true).kind == .saturated, "a gateway before a full box")
        // A time to come back makes no other status a full box.
        for status in [500, 502] { #expect(classify(status, body, retryAfter: true).kind == .server) }
    }

    @Test func `reads plain text, and says so when there is none`() {
        #expect(
            classify(404, "404 page not found\n")
                == UpstreamFault(kind: .server, status: 404, message: "404 page not found"))
        #expect(classify(405, "405 method not allowed").kind == .server)
        #expect(classify(403, "").message == "the instance answered 403 without a word")
        #expect(classify(502, "Bad\u{1}Gateway").message == "Bad Gateway")
        #expect(classify(500, String(repeating: "x", count: 100_000)).message.utf8.count == 500)
    }

    /// An error that a box tells in each of the ways in which it can.
    private func tell(_ text: String) -> [UpstreamFault] {
        let quoted = JSONText.string(text)
        let inner = JSONText.string("{\"error\":{\"message\":\(quoted)}}")
        let bodies = ["{\"error\":\(quoted)}", "{\"error\":{\"message\":\(quoted)}}", "{\"error\":\(inner)}", text]
        var faults = bodies.map { classify(500, $0) }
        var translator = try! AnswerTranslator(
            request: Fixture.scan(Fixture.chat(#""stream":true"#)), target: Fixture.target(), responseID: 1, created: 2)
        var out = ByteBuffer()
        if case .failed(let fault) = translator.feed(ByteBuffer(string: "{\"error\":\(quoted)}\n"), into: &out) {
            faults.append(fault)
        }
        return faults
    }

    @Test func `words are told on one line and cut, whatever the way they come`() {
        for fault in tell("first\nsecond\u{7}" + String(repeating: "é", count: 10_000)) {
            #expect(fault.message.hasPrefix("first second é") && fault.message.count == 500, "\(fault.message)")
        }
    }

    @Test func `what says that a prompt is too long may stand behind the cut, and between lines`() {
        for fault in tell(String(repeating: "x ", count: 400) + "\nexceeds the context length") {
            #expect(fault.kind == .contextWindow && fault.message.count <= 500)
        }
    }

    @Test func `unwraps the runner's own error`() {
        let inner = #"{"error":{"code":400,"message":"the request exceeds the context","type":"x"}}"#
        #expect(
            classify(400, "{\"error\":\(JSONText.string(inner))}")
                == UpstreamFault(kind: .client, status: 400, message: "the request exceeds the context"))
        #expect(classify(500, #"{"error":{"message":"m","code":"c"}}"#).message == "m")
        #expect(classify(500, #"{"error":"{not json"}"#).message == "{not json")
        #expect(classify(500, #"{"error":{"code":5}}"#).message == #"{"code":5}"#)
    }
}
