import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Every dialect's answers, as a client of `/v1/responses` gets them.
@Suite struct ResponsesAnswerTests {
    typealias Object = [String: Any]

    private func object(_ text: some StringProtocol) throws -> Object {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
    }

    private func words(_ items: [Object], _ type: String, _ list: String) -> String {
        items.filter { $0["type"] as? String == type }
            .flatMap { $0[list] as? [Object] ?? [] }.compactMap { $0["text"] as? String }.joined()
    }

    private func check(_ response: Object, againstChat chat: Object) throws {
        let choice = try #require((chat["choices"] as? [Object])?.first)
        let message = try #require(choice["message"] as? Object)
        let output = try #require(response["output"] as? [Object])
        #expect(words(output, "message", "content") == message["content"] as? String ?? "")
        #expect(words(output, "reasoning", "summary") == message["reasoning_content"] as? String ?? "")
        let calls = output.filter { $0["type"] as? String == "function_call" }
        let told = message["tool_calls"] as? [Object] ?? []
        #expect(calls.map { $0["call_id"] as? String } == told.map { $0["id"] as? String })
        for member in ["name", "arguments"] {
            #expect(
                calls.map { $0[member] as? String } == told.map { ($0["function"] as? Object)?[member] as? String })
        }
        let (usage, counted) = (try #require(response["usage"] as? Object), try #require(chat["usage"] as? Object))
        #expect(usage["input_tokens"] as? Int == counted["prompt_tokens"] as? Int)
        #expect(usage["output_tokens"] as? Int == counted["completion_tokens"] as? Int)
        #expect(usage["total_tokens"] as? Int == counted["total_tokens"] as? Int)
        let isCut = ["length", "content_filter"].contains(choice["finish_reason"] as? String ?? "")
        #expect(response["status"] as? String == (isCut ? "incomplete" : "completed"))
        #expect((response["incomplete_details"] as? Object != nil) == isCut)
        #expect(response["model"] as? String == "llama3")
        #expect(response["id"] as? String == "resp_feed0123456789ab")
        #expect(Set(output.compactMap { $0["id"] as? String }).count == output.count)
    }

    @Test(arguments: ResponsesFrontReply.translated)
    func `gives the client what one of a chat gets, whole and streamed`(_ reply: ResponsesFrontReply) throws {
        let bytes = try reply.bytes()
        // A relay would pass on what is read of nobody else's stream.
        let chat: Object
        if reply.provider == "hosted_vllm" {
            let other = try OllamaFrontReply.asChat(reply, bytes)
            chat = try object(other)
        } else {
            chat = try object(try reply.translate(.openAIChat, isWhole: true).text)
        }
        let whole = try reply.translate(isWhole: true)
        #expect(whole.end == .complete)
        #expect(whole.translator.sawFirstToken)
        let response = try object(whole.text)
        try check(response, againstChat: chat)
        guard reply.isStream else { return }
        let streamed = try reply.translate(isWhole: false)
        #expect(streamed.end == .complete)
        let stream = try ResponsesStream(streamed.text)
        #expect(stream.names.prefix(2) == ["response.created", "response.in_progress"])
        #expect(["response.completed", "response.incomplete"].contains(stream.names.last))
        let last = try #require(stream.last["response"] as? Object)
        #expect(NSDictionary(dictionary: last) == NSDictionary(dictionary: response))
        #expect(NSArray(array: stream.items) == NSArray(array: last["output"] as? [Object] ?? []))
    }

    @Test(arguments: ResponsesFrontReply.translated)
    func `does not care where the reply is cut`(_ reply: ResponsesFrontReply) throws {
        try reply.expectSameWhereverCut(each: 13)
    }

    @Test(arguments: ResponsesFrontReply.failing)
    func `says how the upstream failed, and writes no end of it`(
        _ reply: ResponsesFrontReply, _ kind: UpstreamFault.Kind
    ) throws {
        let text = try reply.failure(kind)
        for end in ["response.completed", "response.incomplete", "response.failed"] {
            #expect(!text.contains(end))
        }
    }

    /// Feeds a stream's lines of Ollama's.
    private func events(_ lines: String, _ more: String = "") throws -> String {
        let request = try Fixture.scan(#"{"model":"m","input":"Hi","stream":true\#(more)}"#, .openAIResponses)
        var translator = AnswerTranslator(request: request, target: Fixture.target(), responseID: 1, created: 2)
        var out = ByteBuffer()
        _ = translator.feed(ByteBuffer(string: lines), into: &out)
        return String(buffer: out)
    }

    private static let echo =
        #""background":false,"previous_response_id":null,"store":false,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"metadata":{},"parallel_tool_calls":true,"prompt_cache_key":null,"reasoning":{"effort":null,"summary":null},"safety_identifier":null,"temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_logprobs":null,"top_p":null,"truncation":"disabled","user":null"#

    @Test func `a stream is OpenAI's, byte for byte`() throws {
        let lines = #"""
            {"model":"x","created_at":"t","message":{"role":"assistant","content":"","thinking":"Hm"},"done":false}
            {"model":"x","created_at":"t","message":{"role":"assistant","content":"A\n"},"done":false}
            {"model":"x","created_at":"t","message":{"role":"assistant","content":"b"},"done":false}
            {"model":"x","created_at":"t","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":"\"é"}}}]},"done":false}
            {"model":"x","created_at":"t","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":7}

            """#
        let head = #"{"id":"resp_0000000000000001","object":"response","created_at":2"#
        let open =
            head
            + #","status":"in_progress","error":null,"incomplete_details":null,"model":"m","output":[],"usage":null,"#
            + Self.echo + "}"
        let items = [
            #"{"type":"reasoning","id":"rs_0000000000000001_0","summary":[{"type":"summary_text","text":"Hm"}]}"#,
            #"{"type":"message","id":"msg_0000000000000001_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"A\nb","annotations":[],"logprobs":[]}]}"#,
            #"{"type":"function_call","id":"fc_0000000000000001_2","status":"completed","call_id":"call_0000000000000001_0","name":"f","arguments":"{\"a\":\"\\\"é\"}"}"#,
        ]
        let whole =
            head
            + #","status":"completed","error":null,"incomplete_details":null,"model":"m","output":[\#(items.joined(separator: ","))],"usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":12},"#
            + Self.echo + "}"
        let expected: [(name: String, members: String)] = [
            ("response.created", #""response":\#(open)"#), ("response.in_progress", #""response":\#(open)"#),
            (
                "response.output_item.added",
                #""output_index":0,"item":{"type":"reasoning","id":"rs_0000000000000001_0","summary":[]}"#
            ),
            (
                "response.reasoning_summary_part.added",
                #""output_index":0,"item_id":"rs_0000000000000001_0","summary_index":0,"part":{"type":"summary_text","text":""}"#
            ),
            (
                "response.reasoning_summary_text.delta",
                #""output_index":0,"item_id":"rs_0000000000000001_0","summary_index":0,"delta":"Hm""#
            ),
            (
                "response.reasoning_summary_text.done",
                #""output_index":0,"item_id":"rs_0000000000000001_0","summary_index":0,"text":"Hm""#
            ),
            (
                "response.reasoning_summary_part.done",
                #""output_index":0,"item_id":"rs_0000000000000001_0","summary_index":0,"part":{"type":"summary_text","text":"Hm"}"#
            ),
            ("response.output_item.done", #""output_index":0,"item":\#(items[0])"#),
            (
                "response.output_item.added",
                #""output_index":1,"item":{"type":"message","id":"msg_0000000000000001_1","status":"in_progress","role":"assistant","content":[]}"#
            ),
            (
                "response.content_part.added",
                #""output_index":1,"item_id":"msg_0000000000000001_1","content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}"#
            ),
            (
                "response.output_text.delta",
                #""output_index":1,"item_id":"msg_0000000000000001_1","content_index":0,"delta":"A\n","logprobs":[]"#
            ),
            (
                "response.output_text.delta",
                #""output_index":1,"item_id":"msg_0000000000000001_1","content_index":0,"delta":"b","logprobs":[]"#
            ),
            (
                "response.output_text.done",
                #""output_index":1,"item_id":"msg_0000000000000001_1","content_index":0,"text":"A\nb","logprobs":[]"#
            ),
            (
                "response.content_part.done",
                #""output_index":1,"item_id":"msg_0000000000000001_1","content_index":0,"part":{"type":"output_text","text":"A\nb","annotations":[],"logprobs":[]}"#
            ),
            ("response.output_item.done", #""output_index":1,"item":\#(items[1])"#),
            (
                "response.output_item.added",
                #""output_index":2,"item":{"type":"function_call","id":"fc_0000000000000001_2","status":"in_progress","call_id":"call_0000000000000001_0","name":"f","arguments":""}"#
            ),
            (
                "response.function_call_arguments.delta",
                #""output_index":2,"item_id":"fc_0000000000000001_2","delta":"{\"a\":\"\\\"é\"}""#
            ),
            (
                "response.function_call_arguments.done",
                #""output_index":2,"item_id":"fc_0000000000000001_2","arguments":"{\"a\":\"\\\"é\"}""#
            ),
            ("response.output_item.done", #""output_index":2,"item":\#(items[2])"#),
            ("response.completed", #""response":\#(whole)"#),
        ]
        let text = expected.enumerated().map { number, event in
            "event: \(event.name)\ndata: {\"type\":\"\(event.name)\",\"sequence_number\":\(number),\(event.members)}\n\n"
        }
        #expect(try events(lines) == text.joined())
    }

    @Test func `an answer without a word is an empty message, or none where it was cut`() throws {
        let end = #"{"model":"x","message":{"role":"assistant","content":""},"done":true,"done_reason":"§"}"# + "\n"
        let stopped = try ResponsesStream(try events(end.replacing("§", with: "stop")))
        #expect(stopped.items.count == 1 && stopped.items[0]["status"] as? String == "completed")
        let cut = try ResponsesStream(try events(end.replacing("§", with: "length")))
        #expect(cut.names == ["response.created", "response.in_progress", "response.incomplete"])
    }

    @Test func `a message that is cut off says so, and so does the response`() throws {
        let lines =
            #"{"model":"x","message":{"role":"assistant","content":"Hi"},"done":false}"# + "\n"
            + #"{"model":"x","message":{"role":"assistant","content":""},"done":true,"done_reason":"length"}"# + "\n"
        let stream = try ResponsesStream(try events(lines))
        #expect(stream.items[0]["status"] as? String == "incomplete")
        let response = try #require(stream.last["response"] as? Object)
        #expect((response["incomplete_details"] as? Object)?["reason"] as? String == "max_output_tokens")
    }

    @Test func `the response tells back what was asked, on one line`() throws {
        let asked =
            ",\n\"instructions\":\"I\",\n\"tools\":[\n{\"type\":\"function\",\"name\":\"f\"}\n],\"metadata\":{\"k\":\"v\"},\"temperature\":0.5,\"text\":{\"format\":{\"type\":\"json_object\"}},\"store\":true,\"max_output_tokens\":9,\"parallel_tool_calls\":false,\"user\":\"u\""
        let end = #"{"model":"x","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}"# + "\n"
        let stream = try ResponsesStream(try events(end, asked))
        let response = try #require(stream.last["response"] as? Object)
        #expect(response["instructions"] as? String == "I")
        #expect((response["tools"] as? [Object])?.count == 1)
        #expect(response["metadata"] as? [String: String] == ["k": "v"])
        #expect(response["temperature"] as? Double == 0.5)
        #expect(response["store"] as? Bool == false)
        #expect(response["max_output_tokens"] as? Int == 9)
        #expect(response["parallel_tool_calls"] as? Bool == false)
        #expect(response["user"] as? String == "u")
    }

    private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    private func form() throws -> ResponsesForm {
        ResponsesForm(
            AnswerIdentity(model: ByteBuffer(string: "m"), created: 2, responseID: 1),
            of: try Fixture.scan(#"{"model":"m","input":"x"}"#, .openAIResponses))
    }

    private func tell(_ sink: inout some AnswerSink, _ out: inout ByteBuffer) {
        sink.reasoning(Self.bytes("a"), into: &out)
        sink.signature(Self.bytes("S"), into: &out)
        sink.redactedThinking(Self.bytes("R"), into: &out)
        sink.image(Self.bytes("image/png"), Self.bytes("AAAA"), into: &out)
        sink.beginToolCall(id: Self.bytes("i"), name: Self.bytes("f"), into: &out)
        sink.endToolCall(into: &out)
        sink.beginToolCall(id: Self.bytes("j"), name: Self.bytes("g"), into: &out)
        sink.toolCallArguments(Self.bytes(#"{\"a\":"#), into: &out)
        sink.endToolCall(into: &out)
        sink.finish(AnswerEnd(reason: .length, usage: Usage()), into: &out)
    }

    @Test func `seals, pictures and calls are items, and a call that was cut off says so`() throws {
        var whole = ResponsesWhole(try form())
        var out = ByteBuffer()
        tell(&whole, &out)
        let text = String(buffer: out)
        #expect(
            text.contains(
                #""output":[{"type":"reasoning","id":"rs_0000000000000001_0","summary":[{"type":"summary_text","text":"a"}],"encrypted_content":"S"},{"type":"reasoning","id":"rs_redacted_0000000000000001_1","summary":[],"encrypted_content":"R"},{"type":"image_generation_call","id":"ig_0000000000000001_2","status":"completed","result":"AAAA"},{"type":"function_call","id":"fc_0000000000000001_3","status":"completed","call_id":"i","name":"f","arguments":"{}"},{"type":"function_call","id":"fc_0000000000000001_4","status":"incomplete","call_id":"j","name":"g","arguments":"{\"a\":"}]"#
            ), "\(text)")
        var events = ResponsesEvents(try form())
        var written = ByteBuffer()
        tell(&events, &written)
        let stream = try ResponsesStream(String(buffer: written))
        let response = try object(text)
        #expect(
            NSDictionary(dictionary: stream.last["response"] as? Object ?? [:]) == NSDictionary(dictionary: response))
        #expect(NSArray(array: stream.items) == NSArray(array: response["output"] as? [Object] ?? []))
    }

    @Test func `an error ends a stream as OpenAI's libraries expect it, under the next number`() throws {
        let error = ClientError(message: "a \"b\"", type: "api_error", param: nil, code: "upstream_failed")
        var out = ByteBuffer(string: "data: {\"type\":\"x\",\"sequence_number\":7}\n\n")
        Front.openAIResponses.writeInStream(error, into: &out)
        #expect(
            String(buffer: out).hasSuffix(
                "\n\nevent: error\ndata: "
                    + #"{"type":"error","sequence_number":8,"code":"upstream_failed","message":"a \"b\"","param":null,"error":{"message":"a \"b\"","type":"api_error","param":null,"code":"upstream_failed"}}"#
                    + "\n\n"))
    }
}

extension OllamaFrontReply {
    /// A reply of a server's, as a chat that is read and not relayed: put together from what a client of Ollama's gets.
    fileprivate static func asChat(_ reply: ResponsesFrontReply, _ bytes: ByteBuffer) throws -> String {
        var sink = OpenAIChatWhole(
            AnswerIdentity(model: ByteBuffer(string: "m"), created: 1, responseID: 0xfeed_0123_4567_89ab))
        var reader = OpenAIReader(work: .chat)
        var out = ByteBuffer()
        guard reply.isStream else {
            _ = bytes.withUnsafeReadableBytes { reader.readWhole($0, to: &sink, into: &out) }
            return String(buffer: out)
        }
        var framing = OpenAIFraming()
        var isDone = false
        _ = framing.feed(bytes) { name, data in
            if case .more = reader.readEvent(name, data, to: &sink, into: &out) { return true }
            isDone = true
            return false
        }
        if !isDone {
            framing.finish { name, data in
                if case .done = reader.readRest(name, data, to: &sink, into: &out) { isDone = true }
            }
            if !isDone { _ = reader.readEnd(to: &sink, into: &out) }
        }
        return String(buffer: out)
    }
}
