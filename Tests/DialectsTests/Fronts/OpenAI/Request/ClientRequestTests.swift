import Dialects
import Foundation
import NIOCore
import Testing

@Suite struct ClientRequestTests {
    @Test func `reads what the gateway acts on`() throws {
        let request = try Fixture.scan(
            #"""
            { "messages" : [ {"role":"user","content":"12345678"} ], "model":"llama3", "stream":true,
              "stream_options":{"include_usage":true}, "max_tokens":100, "max_completion_tokens":50,
              "timeout":2.5, "num_retries":3, "drop_params":true }
            """#)
        #expect(request.front == .openAIChat)
        #expect(request.model == "llama3")
        #expect(request.stream)
        #expect(request.includeUsage)
        #expect(request.maxTokens == 50)
        #expect(request.timeoutSeconds == 2.5)
        #expect(request.numRetries == 3)
        #expect(request.dropParams == true)
        #expect(request.promptTokenEstimate == 2)
    }

    @Test func `needs no more than a model and a message`() throws {
        let request = try Fixture.scan(Fixture.chat())
        #expect(!request.stream)
        #expect(!request.includeUsage)
        #expect(request.maxTokens == nil)
        #expect(request.timeoutSeconds == nil)
        #expect(request.numRetries == nil)
        #expect(request.dropParams == nil)
        #expect(request.promptTokenEstimate == 1)
    }

    @Test func `takes null for absent`() throws {
        let request = try Fixture.scan(
            Fixture.chat(
                #""stream":null,"temperature":null,"tools":null,"stop":null,"max_tokens":null,"timeout":null,"n":null,"#
                    + #""stream_options":null,"response_format":null,"tool_choice":null,"options":null,"top_k":null"#))
        #expect(!request.stream)
        #expect(request.maxTokens == nil)
    }

    @Test func `decodes escapes in the model's name and in field names`() throws {
        let body = #"{"mod\u0065l":"a\u002fb\u00e9","messages":[{"r\u006fle":"user","content":"x"}]}"#
        #expect(try Fixture.scan(body).model == "a/bé")
    }

    @Test func `reads a body that is a slice of a larger buffer`() throws {
        var buffer = ByteBuffer(string: "xxxx" + Fixture.chat() + "yyyy")
        buffer.moveReaderIndex(forwardBy: 4)
        let body = buffer.readSlice(length: Fixture.chat().utf8.count)!
        #expect(try ClientRequest.scan(body, front: .openAIChat).model == "llama3")
    }

    @Test func `leaves pictures out of the estimate`() throws {
        let picture = String(repeating: "A", count: 40_000)
        let request = try Fixture.scan(
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"abcdefgh"},"#
                + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(picture)"}}]}]}"#)
        #expect(request.promptTokenEstimate == 2)
    }

    @Test func `counts tools, prompts and inputs in the estimate`() throws {
        let tool =
            #"{"type":"function","function":{"name":"f","description":"\#(String(repeating: "d", count: 400))"}}"#
        #expect(try Fixture.scan(Fixture.chat(#""tools":[\#(tool)]"#)).promptTokenEstimate > 100)
        let text = String(repeating: "x", count: 400)
        #expect(try Fixture.scan(#"{"model":"m","prompt":"\#(text)"}"#, .openAICompletions).promptTokenEstimate == 100)
        #expect(try Fixture.scan(#"{"model":"m","input":["\#(text)"]}"#, .openAIEmbeddings).promptTokenEstimate == 100)
    }

    @Test(arguments: [
        ("", nil), ("   ", nil), ("[]", nil), ("\"x\"", nil), ("{", nil), ("{}", "model"), ("nonsense", nil),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}]"#, nil),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}]}}"#, nil),
        (#"{"model":"m","messages":[{"role":"user","content":"a\#u{9}b"}]}"#, nil),
        (#"{"model":"m","messages":[{"role":"user","content":"\x"}]}"#, nil),
        (#"{"messages":[{"role":"user","content":"x"}]}"#, "model"),
        (#"{"model":5,"messages":[{"role":"user","content":"x"}]}"#, "model"),
        (#"{"model":"","messages":[{"role":"user","content":"x"}]}"#, "model"),
        (#"{"model":null,"messages":[{"role":"user","content":"x"}]}"#, "model"),
        (#"{"model":"m","model":"m","messages":[{"role":"user","content":"x"}]}"#, "model"),
        (#"{"model":"m","mode\u006c":"n","messages":[{"role":"user","content":"x"}]}"#, "model"),
        (#"{"model":"m"}"#, "messages"), (#"{"model":"m","messages":null}"#, "messages"),
        (#"{"model":"m","messages":"hi"}"#, "messages"), (#"{"model":"m","messages":{}}"#, "messages"),
        (#"{"model":"m","messages":[]}"#, "messages"), (#"{"model":"m","messages":["hi"]}"#, "messages[0]"),
        (#"{"model":"m","messages":[{"content":"x"}]}"#, "messages[0].role"),
        (#"{"model":"m","messages":[{"role":5,"content":"x"}]}"#, "messages[0].role"),
        (
            #"{"model":"m","messages":[{"role":"user","content":"x"},{"role":"robot","content":"x"}]}"#,
            "messages[1].role"
        ),
        (#"{"model":"m","messages":[{"role":"user","role":"user","content":"x"}]}"#, "messages[0].role"),
        (#"{"model":"m","messages":[{"role":"user"}]}"#, "messages[0].content"),
        (#"{"model":"m","messages":[{"role":"user","content":null}]}"#, "messages[0].content"),
        (#"{"model":"m","messages":[{"role":"assistant","content":null}]}"#, "messages[0].content"),
        (#"{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[]}]}"#, "messages[0].content"),
        (
            #"{"model":"m","messages":[{"role":"tool","tool_calls":[{"function":{"name":"f"}}]}]}"#,
            "messages[0].content"
        ),
        (#"{"model":"m","messages":[{"role":"user","content":5}]}"#, "messages[0].content"),
        (#"{"model":"m","messages":[{"role":"user","content":{}}]}"#, "messages[0].content"),
        (#"{"model":"m","messages":[{"role":"user","content":[]}]}"#, "messages[0].content"),
        (#"{"model":"m","messages":[{"role":"user","content":["x"]}]}"#, "messages[0].content[0]"),
        (#"{"model":"m","messages":[{"role":"user","content":[{"text":"x"}]}]}"#, "messages[0].content[0].type"),
        (#"{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "messages[0].content[0].text"),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":5}]}]}"#,
            "messages[0].content[0].text"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"x","text":"y"}]}]}"#,
            "messages[0].content[0].text"
        ),
        (#"{"model":"m","messages":[{"role":"user","content":[{"type":"video"}]}]}"#, "messages[0].content[0].type"),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image_url","image_url":{}}]}]}"#,
            "messages[0].content[1].image_url.url"
        ),
        (#"{"model":"m","messages":[{"role":"assistant","tool_calls":{}}]}"#, "messages[0].tool_calls"),
        (#"{"model":"m","messages":[{"role":"assistant","tool_calls":[5]}]}"#, "messages[0].tool_calls[0]"),
        (#"{"model":"m","messages":[{"role":"assistant","tool_calls":[{}]}]}"#, "messages[0].tool_calls[0].function"),
        (
            #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{}}]}]}"#,
            "messages[0].tool_calls[0].function.name"
        ),
        (
            #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":5}}]}]}"#,
            "messages[0].tool_calls[0].function.arguments"
        ),
        (
            #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":5,"function":{"name":"f"}}]}]}"#,
            "messages[0].tool_calls[0].id"
        ),
        (#"{"model":"m","messages":[{"role":"tool","content":"x","tool_call_id":5}]}"#, "messages[0].tool_call_id"),
        (#"{"model":"m","messages":[{"role":"user","content":"x","name":5}]}"#, "messages[0].name"),
    ])
    func `refuses a chat and names the field`(_ body: String, _ param: String?) throws {
        let fault = try #require(Fixture.fault(body))
        #expect(fault.param == param)
        #expect(!fault.message.isEmpty)
        if let param { #expect(fault.message.contains("`\(param)`")) }
    }

    @Test(arguments: [
        ("stream", ["1", "\"true\"", "[]"]), ("stream_options", ["true", "\"x\"", "[]"]),
        ("temperature", ["\"hot\"", "true", "-0.1", "2.1", "[]"]), ("top_p", ["\"x\"", "1.5", "-1"]),
        ("presence_penalty", ["\"x\"", "-2.1"]), ("frequency_penalty", ["{}", "3"]), ("seed", ["1.5", "\"1\""]),
        ("stop", ["5", "{}", "[5]", "[\"a\",null]"]), ("max_tokens", ["0", "-2", "1.5", "\"9\""]),
        ("max_completion_tokens", ["0", "true"]), ("n", ["0", "129", "\"1\"", "1.5"]), ("best_of", ["0"]),
        ("logprobs", ["1", "\"x\""]), ("top_logprobs", ["-1", "21", "true"]), ("logit_bias", ["[]", "1"]),
        ("modalities", ["\"text\""]), ("tools", ["{}", "\"x\""]), ("functions", ["{}"]),
        ("tool_choice", ["5", "\"all\""]),
        ("response_format", ["\"json\"", "[]"]), ("reasoning_effort", ["\"huge\"", "5"]), ("reasoning", ["\"high\""]),
        ("think", ["5", "{}"]), ("format", ["\"yaml\"", "5"]), ("keep_alive", ["true", "{}"]), ("truncate", ["1"]),
        ("shift", ["\"x\""]), ("options", ["[]", "5"]), ("timeout", ["0", "-1", "\"5\""]),
        ("num_retries", ["-1", "1.5", "101"]), ("drop_params", ["\"yes\""]), ("encoding_format", ["\"hex\"", "5"]),
        ("dimensions", ["0", "1.5"]), ("suffix", ["5"]), ("echo", ["1"]),
    ])
    func `refuses wrong types and values and names the field`(_ field: String, _ values: [String]) throws {
        for value in values {
            let fault = try #require(Fixture.fault(Fixture.chat("\"\(field)\":\(value)")), "\(field): \(value)")
            #expect(fault.param == field)
            #expect(fault.message.hasPrefix("`\(field)` must be"))
        }
        let twice = Fixture.chat("\"\(field)\":null,\"\(field)\":null")
        #expect(Fixture.fault(twice)?.message == "`\(field)` is given twice")
    }

    @Test(arguments: [
        (#""stream_options":{"include_usage":1}"#, "stream_options.include_usage"),
        (#""response_format":{}"#, "response_format.type"),
        (#""response_format":{"type":"xml"}"#, "response_format.type"),
        (#""response_format":{"type":"json_schema"}"#, "response_format.json_schema"),
        (#""response_format":{"type":"json_schema","json_schema":{"name":"x"}}"#, "response_format.json_schema"),
        (#""reasoning":{"effort":"huge"}"#, "reasoning.effort"), (#""tools":[5]"#, "tools[0]"),
        (#""tools":[{"type":1}]"#, "tools[0].type"), (#""tools":[{"function":{"name":"f"}}]"#, "tools[0].type"),
        (#""tools":[{"type":"function"}]"#, "tools[0].function.name"),
        (#""top_k":1,"top_k":2"#, "top_k"), (#""options":{"a":1,"a":2}"#, "options.a"),
    ])
    func `looks inside`(_ field: String, _ param: String) throws {
        #expect(try #require(Fixture.fault(Fixture.chat(field))).param == param)
    }

    @Test func `takes every value that OpenAI takes`() throws {
        for field in [
            #""temperature":0"#, #""temperature":2"#, #""temperature":0.7"#, #""top_p":1"#, #""stop":"x""#,
            #""stop":[]"#,
            #""stop":["a","b"]"#, #""n":1"#, #""n":128"#, #""seed":-1"#, #""logprobs":true,"top_logprobs":20"#,
            #""response_format":{"type":"text"}"#, #""reasoning_effort":"xhigh""#, #""tool_choice":"auto""#,
            #""tool_choice":{"type":"function","function":{"name":"f"}}"#,
            #""user":"me","metadata":{"a":1},"store":true"#,
            #""keep_alive":-1"#, #""keep_alive":"5m""#, #""modalities":["text"]"#, #""max_tokens":1"#,
        ] {
            #expect(Fixture.fault(Fixture.chat(field)) == nil, "\(field)")
        }
    }

    @Test(arguments: [
        (#"{"model":"m"}"#, "prompt"), (#"{"model":"m","prompt":5}"#, "prompt"),
        (#"{"model":"m","prompt":[]}"#, "prompt"),
        (#"{"model":"m","prompt":["a",1]}"#, "prompt"), (#"{"model":"m","prompt":[1,2]}"#, "prompt"),
        (#"{"model":"m","prompt":[[1]]}"#, "prompt"), (#"{"model":"m","prompt":null}"#, "prompt"),
        (#"{"model":"m","prompt":"x","logprobs":"a"}"#, "logprobs"),
    ])
    func `refuses a completion and names the field`(_ body: String, _ param: String) {
        #expect(Fixture.fault(body, .openAICompletions)?.param == param)
    }

    @Test(arguments: [
        (#"{"model":"m"}"#, "input"), (#"{"model":"m","input":5}"#, "input"), (#"{"model":"m","input":[]}"#, "input"),
        (#"{"model":"m","input":[1,2,3]}"#, "input"), (#"{"model":"m","input":[[1]]}"#, "input"),
        (#"{"model":"m","input":{}}"#, "input"),
        (#"{"model":"m","input":"x","encoding_format":"int8"}"#, "encoding_format"),
    ])
    func `refuses embeddings and names the field`(_ body: String, _ param: String) {
        #expect(Fixture.fault(body, .openAIEmbeddings)?.param == param)
    }

    @Test func `never streams embeddings`() throws {
        #expect(try !Fixture.scan(#"{"model":"m","input":"x","stream":true}"#, .openAIEmbeddings).stream)
    }

    @Test func `takes 64 unknown fields and no more`() {
        func fields(_ count: Int) -> String { (0..<count).map { "\"x\($0)\":1" }.joined(separator: ",") }
        #expect(Fixture.fault(Fixture.chat(fields(64))) == nil)
        #expect(Fixture.fault(Fixture.chat(fields(65))) != nil)
    }

    @Test func `refuses every prefix of a request`() {
        let body = Array(Fixture.chat(#""temperature":0.5,"tools":[],"stop":["a"],"x":{"y":[1,"\u00e9"]}"#).utf8)
        for length in 0..<body.count {
            let part = String(decoding: body[..<length], as: UTF8.self)
            #expect(Fixture.fault(part) != nil, "\(length) bytes")
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `never traps on damaged requests`(seed: UInt64) {
        var random = Generator(seed: seed)
        let source = Array(
            Fixture.chat(
                #""stop":["a"],"tools":[{"type":"function","function":{"name":"f"}}],"options":{"a":1},"reasoning":{"effort":"low"}"#
            ).utf8)
        let target = Fixture.target()
        var sound = 0
        for _ in 0..<3_000 {
            var body = source
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<body.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: body.remove(at: place)
                case 1: body[place] = UInt8.random(in: 0...255, using: &random)
                default: body.insert(Array("{}[]\",:\\0n".utf8).randomElement(using: &random)!, at: place)
                }
            }
            guard let request = try? ClientRequest.scan(ByteBuffer(bytes: body), front: .openAIChat) else { continue }
            var out = ByteBuffer()
            guard (try? Provider.encode(request, with: Fixture.permit(target), unixSeconds: 0, into: &out)) != nil
            else { continue }
            sound += 1
            let text = String(buffer: out)
            let sent = text[text.range(of: "\r\n\r\n")!.upperBound...]
            #expect(JSONText(String(sent)) != nil, "seed \(seed): \(sent)")
        }
        #expect(sound > 50)
    }
}
