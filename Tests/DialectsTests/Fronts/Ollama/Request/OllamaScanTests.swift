import NIOCore
import Testing

@testable import Dialects

/// What Drover reads of a body of `/api/chat`, and what it refuses in Ollama's words.
@Suite struct OllamaScanTests {
    private static func body(_ more: String) -> String {
        #"{"model":"llama3","messages":[{"role":"user","content":"Hi there"}]"# + (more.isEmpty ? "" : ",") + more + "}"
    }

    private func scan(_ more: String) throws -> ClientRequest { try Fixture.scan(Self.body(more), .ollamaChat) }

    @Test func `a stream is what nobody has to ask for`() throws {
        #expect(try scan("").stream)
        #expect(try scan(#""stream":true"#).stream)
        #expect(try scan(#""stream":null"#).stream)
        #expect(try !scan(#""stream":false"#).stream)
    }

    @Test func `the balancer is told the prompt's size, the answer's limit and the context`() throws {
        let request = try scan(#""options":{"num_ctx":4096,"num_predict":77}"#)
        #expect(request.model == "llama3")
        #expect(request.context == 4096)
        #expect(request.maxTokens == 77)
        #expect(request.promptTokenEstimate == 2)
        let unbounded = try scan(#""options":{"num_ctx":4096.9,"num_predict":-1}"#)
        #expect(unbounded.context == 4096)
        #expect(unbounded.maxTokens == nil)
        #expect(try scan(#""options":{"num_ctx":null}"#).context == nil)
    }

    @Test func `pictures are no text`() throws {
        let picture = String(repeating: "A", count: 4000)
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"12345678","images":["\#(picture)"]}]}"#
        #expect(try Fixture.scan(body, .ollamaChat).promptTokenEstimate == 2)
    }

    @Test(arguments: ["Model", "MODEL", "mo\\u0064el", "\\u004Dodel"])
    func `a name is found in whatever case, as Go finds it`(_ name: String) throws {
        #expect(try Fixture.scan(#"{"\#(name)":"x","messages":[]}"#, .ollamaChat).model == "x")
    }

    @Test(arguments: [
        ("model", "Model"), ("messages", "me\u{17f}sages"), ("options", "OPTION\u{17f}"),
        ("keep_alive", "\u{212a}eep_alive"),
        ("shift", "\\u0073hift"), ("think", "thin\\u212a"),
    ])
    func `two spellings of one name are refused`(_ name: String, _ other: String) throws {
        let body = #"{"\#(name)":null,"\#(other)":null}"#
        #expect(Fixture.fault(body, .ollamaChat)?.message == "`\(name)` is given twice")
    }

    @Test(arguments: [
        ("", "missing request body"),
        ("[]", "json: cannot unmarshal array into Go value of type api.ChatRequest"),
        ("{}", "model is required"), (#"{"model":null}"#, "model is required"), (#"{"model":""}"#, "model is required"),
        (
            #"{"model":7}"#,
            "json: cannot unmarshal number into Go struct field ChatRequest.model of type string"
        ),
        (
            #"{"model":"m","messages":"hi"}"#,
            "json: cannot unmarshal string into Go struct field ChatRequest.messages of type []api.Message"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":[]}]}"#,
            "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string"
        ),
        (
            #"{"model":"m","messages":[{"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}]}"#,
            "json: cannot unmarshal string into Go struct field ChatRequest.messages.tool_calls.function.arguments of type api.ToolCallFunctionArguments"
        ),
        (
            #"{"model":"m","stream":"yes"}"#,
            "json: cannot unmarshal string into Go struct field ChatRequest.stream of type bool"
        ),
        (#"{"model":"m","top_logprobs":21}"#, "top_logprobs must be between 0 and 20"),
        (
            #"{"model":"m","think":"much"}"#,
            #"think must be a boolean or string ("high", "medium", "low", "max", true, or false)"#
        ),
        (
            #"{"model":"m","format":"xml"}"#,
            #"invalid format: "xml"; expected "json" or a valid JSON Schema object"#
        ),
        (#"{"model":"m","messages":[{"role":"user","Role":"user"}]}"#, "`messages[0].role` is given twice"),
    ])
    func `what a box would refuse is refused in its words`(_ body: String, _ message: String) {
        #expect(Fixture.fault(body, .ollamaChat)?.message == message)
    }

    @Test(arguments: [
        ("num_ctx", #""8192""#, "integer"), ("num_ctx", "1e300", "integer"), ("seed", "true", "integer"),
        ("temperature", #""hot""#, "float32"), ("use_mmap", "1", "boolean"), ("stop", #""x""#, "array"),
        ("stop", "[1]", "array of strings"), ("num\\u005fctx", "{}", "integer"),
    ])
    func `an option of a wrong type, to which a box says 500, is the client's fault`(
        _ name: String, _ value: String, _ type: String
    ) {
        let plain = name.replacing("\\u005f", with: "_")
        #expect(
            Fixture.fault(Self.body(#""options":{"\#(name)":\#(value)}"#), .ollamaChat)?.message
                == "option \"\(plain)\" must be of type \(type)")
    }

    @Test func `unknown options and members pass, doubles do not`() throws {
        _ = try scan(#""options":{"mirostat":2,"x":[],"seed":null},"_debug_render_only":true"#)
        #expect(
            Fixture.fault(Self.body(#""options":{"seed":1,"see\u0064":2}"#), .ollamaChat)?.message
                == "`options.seed` is given twice")
    }

    @Test(arguments: ["", #","messages":[]"#, #","messages":null"#, #","messages":[ ],"stream":true"#])
    func `without messages it loads the model, which is never streamed`(_ more: String) throws {
        var request = try Fixture.scan(#"{"model":"m"\#(more)}"#, .ollamaChat)
        #expect(!request.stream)
        request = request.joiningStream(true)
        #expect(!request.streamsUpstream)
    }

    @Test func `a body cut or changed anywhere is a fault or a request, never a trap`() throws {
        let body = Array(
            Self.body(
                #""stream":false,"options":{"num_ctx":1,"stop":["a"]},"tools":[{"type":"function","function":{"name":"f"}}],"format":{"a":1}"#
            ).utf8)
        for end in 0..<body.count {
            #expect(throws: RequestFault.self) {
                try ClientRequest.scan(ByteBuffer(bytes: body[..<end]), front: .ollamaChat)
            }
        }
        for index in body.indices {
            for byte in [0x00, 0x22, 0x5b, 0x7d, 0x2c, 0x31, 0x5c, 0xff] as [UInt8] {
                var changed = body
                changed[index] = byte
                guard let request = try? ClientRequest.scan(ByteBuffer(bytes: changed), front: .ollamaChat) else {
                    continue
                }
                for target in [Fixture.target(), OpenAIFixture.target("hosted_vllm", tag: "qwen")] {
                    var out = ByteBuffer()
                    try? Provider.encode(request, with: Fixture.permit(target), unixSeconds: 0, into: &out)
                }
            }
        }
    }
}
