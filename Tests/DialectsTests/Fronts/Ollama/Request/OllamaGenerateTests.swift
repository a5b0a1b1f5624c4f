import NIOCore
import Testing

@testable import Dialects

/// What a body of `/api/generate` is to a box, and to all who have no such route.
@Suite struct OllamaGenerateTests {
    private static let all =
        #"{"model":"x","system":"Be \"brief\"","prompt":"What is it?","images":["iVBORw0KGgoAAAAN"],"format":"json","think":false,"keep_alive":"5m","stream":false,"options":{"num_predict":50,"temperature":0.5}}"#

    private static func body(_ more: String) -> String { #"{"model":"x","prompt":"Hi",\#(more)}"# }

    private func refusal(_ body: String, by target: UpstreamTarget) -> RequestFault? {
        do {
            _ = try Sent(body, .ollamaGenerate, to: target)
            return nil
        } catch { return error as? RequestFault }
    }

    @Test func `a box gets all of it as it stands, but the model's name`() throws {
        let rest =
            #""prompt":"a \u00e9", "suffix":"s","system":"t","template":"{{ .Prompt }}","raw":true,"context":[1, 2],"images":["\/9j\/"],"stream":false,"new":{"a":1}"#
        let sent = try Sent(#"{"model": "x:latest",\#(rest) }"#, .ollamaGenerate)
        #expect(sent.head.hasPrefix("POST /api/generate HTTP/1.1\r\n"))
        #expect(sent.body == #"{"model":"llama3.1:8b",\#(rest) }"#)
    }

    @Test func `a compatible server gets a chat`() throws {
        let sent = try OpenAISent(Self.all, .ollamaGenerate, to: OpenAIFixture.target("hosted_vllm", tag: "qwen"))
        #expect(sent.path == "/v1/chat/completions")
        #expect(
            try canonical(sent.body)
                == #"{"max_tokens":50,"messages":[{"content":"Be \"brief\"","role":"system"},{"content":[{"text":"What is it?","type":"text"},{"image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAAN"},"type":"image_url"}],"role":"user"}],"model":"qwen","reasoning_effort":"none","response_format":{"type":"json_object"},"temperature":0.5}"#
        )
    }

    @Test func `Anthropic and Gemini get the system apart`() throws {
        let plain = #"{"model":"x","system":"S","prompt":"P","options":{"num_predict":50}}"#
        let anthropic = try AnthropicSent(plain, .ollamaGenerate)
        #expect(try anthropic.member("system")?.contains(#""S""#) == true || anthropic.member("system") == "\"S\"")
        #expect(try anthropic.member("stream") == "true")
        let gemini = try canonical(Sent(plain, .ollamaGenerate, to: GeminiFixture.target()).body)
        #expect(gemini.contains(#""systemInstruction":{"parts":[{"text":"S"}]"#), "\(gemini)")
        #expect(gemini.contains(#"{"parts":[{"text":"P"}],"role":"user"}"#), "\(gemini)")
    }

    @Test(arguments: [
        ("raw", #""raw":true"#), ("suffix", #""suffix":"s""#), ("template", #""template":"t""#),
        ("context", #""Context":[1]"#),
    ])
    func `what only a box understands is refused elsewhere, or dropped`(_ name: String, _ member: String) throws {
        let fault = try #require(refusal(Self.body(member), by: OpenAIFixture.target()))
        #expect(fault.param == name)
        #expect(fault.message.contains("`\(name)`") && fault.message.contains("drop_params"))
        let dropping = OpenAIFixture.target("openai", tag: "gpt-4o", dropParams: true)
        #expect(
            try OpenAISent(Self.body(member), .ollamaGenerate, to: dropping).body
                == OpenAISent(#"{"model":"x","prompt":"Hi"}"#, .ollamaGenerate, to: dropping).body)
    }

    @Test(arguments: [#""raw":false"#, #""suffix":"""#, #""template":"""#, #""context":[]"#, #""context":null"#])
    func `asking nothing is no fault`(_ member: String) {
        #expect(refusal(Self.body(member), by: OpenAIFixture.target()) == nil)
    }

    @Test func `a picture that nobody knows is named as the client wrote it`() {
        let fault = refusal(Self.body(#""images":["iVBORw0KGgoAAAAN","AAAA"]"#), by: OpenAIFixture.target())
        #expect(fault?.param == "images[1]")
        #expect(fault?.message.contains("`images[1]`") == true, "\(fault?.message ?? "")")
        #expect(
            refusal(Self.body(#""images":"x""#), by: OpenAIFixture.target())?.message
                == "json: cannot unmarshal string into Go struct field GenerateRequest.images of type []api.ImageData")
    }

    @Test(arguments: ["", #","prompt":"""#, #","prompt":null,"keep_alive":0"#, #","stream":true"#])
    func `without a prompt a box loads the model, and nobody else can`(_ more: String) throws {
        let body = #"{"model":"m"\#(more)}"#
        let request = try Fixture.scan(body, .ollamaGenerate)
        #expect(!request.stream && !request.joiningStream(true).streamsUpstream)
        #expect(refusal(body, by: OpenAIFixture.target())?.param == "prompt")
    }

    @Test(arguments: [
        ("", "load"), (#","keep_alive":0"#, "unload"), (#","keep_alive":"0s""#, "unload"),
        (#","keep_alive":0.5"#, "load"),
        (#","keep_alive":"0.5s""#, "load"), (#","keep_alive":"5m""#, "load"), (#","keep_alive":-1"#, "load"),
    ])
    func `what nobody loads is told to be loaded`(_ more: String, _ reason: String) throws {
        let asked = try Fixture.scan(#"{"model":"\u0061"\#(more)}"#, .ollamaGenerate)
        let answer = try #require(asked.answerToLoad(unixSeconds: 1_795_366_482))
        #expect(
            String(buffer: answer)
                == #"{"model":"\u0061","created_at":"2026-11-22T16:54:42Z","response":"","done":true,"done_reason":"\#(reason)"}"#
        )
        let chat = try #require(Fixture.scan(#"{"model":"m"\#(more)}"#, .ollamaChat).answerToLoad(unixSeconds: 0))
        #expect(
            String(buffer: chat).hasSuffix(
                #""message":{"role":"assistant","content":""},"done":true,"done_reason":"\#(reason)"}"#))
        #expect(try Fixture.scan(#"{"model":"m","prompt":"x"}"#, .ollamaGenerate).answerToLoad(unixSeconds: 0) == nil)
    }

    @Test(arguments: [
        ("[]", "json: cannot unmarshal array into Go value of type api.GenerateRequest"),
        (
            #"{"model":"m","prompt":["a"]}"#,
            "json: cannot unmarshal array into Go struct field GenerateRequest.prompt of type string"
        ),
        (
            #"{"model":"m","raw":"yes"}"#,
            "json: cannot unmarshal string into Go struct field GenerateRequest.raw of type bool"
        ),
        (#"{"model":"m","Prompt":"a","prompt":"b"}"#, "`prompt` is given twice"),
    ])
    func `what a box would refuse is refused in its words`(_ body: String, _ message: String) {
        #expect(Fixture.fault(body, .ollamaGenerate)?.message == message)
    }

    @Test(arguments: ["{}", #"{"model":""}"#, #"{"model":null,"prompt":"x"}"#])
    func `a model of no name is one that nobody has`(_ body: String) throws {
        let request = try Fixture.scan(body, .ollamaGenerate)
        #expect(request.model.isEmpty && request.rawModel.readableBytes == 0)
        #expect(Front.ollamaGenerate.unknownModel("") == "model '' not found")
    }

    @Test func `the balancer is told the prompt's size, the answer's limit and how it begins`() throws {
        let prompt = String(repeating: "abcdefgh", count: 100)
        let request = try Fixture.scan(
            #"{"model":"m","prompt":"\#(prompt)","system":"12345678","options":{"num_predict":7,"num_ctx":512}}"#,
            .ollamaGenerate)
        #expect(request.promptTokenEstimate == 202)
        #expect(request.maxTokens == 7 && request.context == 512)
        #expect(request.prefixHashes(blockBytes: 256, limit: 9).count == 3)
        #expect(try request.limitingAnswer(to: 3).maxTokens == 3)
    }

    @Test func `a body cut or changed anywhere is a fault or a request, never a trap`() throws {
        let body = Array(Self.all.utf8)
        for index in body.indices {
            for byte in [0x00, 0x22, 0x5b, 0x7d, 0x2c, 0x31, 0x5c, 0xff] as [UInt8] {
                var changed = body
                changed[index] = byte
                let cut = ByteBuffer(bytes: body[..<index])
                #expect(throws: RequestFault.self) { try ClientRequest.scan(cut, front: .ollamaGenerate) }
                let request = try? ClientRequest.scan(ByteBuffer(bytes: changed), front: .ollamaGenerate)
                guard let request else { continue }
                for target in [Fixture.target(), OpenAIFixture.target("hosted_vllm", tag: "qwen")] {
                    var out = ByteBuffer()
                    try? Provider.encode(request, with: Fixture.permit(target), unixSeconds: 0, into: &out)
                }
            }
        }
    }
}
