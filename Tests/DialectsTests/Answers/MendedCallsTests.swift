import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Calls whose arguments are no JSON, from servers of one's own to every kind of client.
@Suite struct MendedCallsTests {
    private static let server = OpenAIFixture.target("hosted_vllm", tag: "m", isLocal: true)
    private static let tools =
        #","tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]"#

    private static func chat(stream: Bool) -> String {
        #"{"model":"m","messages":[{"role":"user","content":"x"}],"stream":\#(stream)\#(tools)}"#
    }

    private static func anthropic(stream: Bool) -> String {
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"stream":\#(stream),"tools":[{"name":"f","input_schema":{}}]}"#
    }

    private func translate(
        _ events: [String], for body: String, _ front: Front = .openAIChat, from target: UpstreamTarget = server,
        mends: Bool = true
    ) throws -> (text: String, end: AnswerTranslator.Progress, mended: Int) {
        var translator = AnswerTranslator(
            request: try Fixture.scan(body, front), target: target, responseID: 7, created: 1, mendsCalls: mends)
        var out = ByteBuffer()
        for event in events { _ = translator.feed(ByteBuffer(string: event), into: &out) }
        let end = translator.end(into: &out)
        return (String(buffer: out), end, translator.mendedCalls)
    }

    private static func whole(_ arguments: String..., reason: String = "tool_calls") -> String {
        let calls = arguments.enumerated().map {
            #"{"id":"c\#($0)","type":"function","function":{"name":"f","arguments":\#(JSONText.string($1))}}"#
        }
        return
            #"{"id":"1","model":"q","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[\#(calls.joined(separator: ","))]},"finish_reason":"\#(reason)"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
    }

    private static func piece(_ arguments: String, _ number: Int = 0, begins: Bool = false, choice: Int = 0) -> String {
        let name = begins ? #""name":"f","# : ""
        let id = begins ? #""id":"c\#(number)","type":"function","# : ""
        return
            #"data: {"id":"1","model":"q","choices":[{"index":\#(choice),"delta":{"tool_calls":[{"index":\#(number),\#(id)"function":{\#(name)"arguments":\#(JSONText.string(arguments))}}]},"finish_reason":null}]}"#
            + "\n\n"
    }

    private static func end(_ reason: String = "tool_calls", choice: Int = 0) -> String {
        #"data: {"id":"1","model":"q","choices":[{"index":\#(choice),"delta":{},"finish_reason":"\#(reason)"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
            + "\n\n"
    }
    private static let done = "data: [DONE]\n\n"

    /// The arguments of a stream's calls, put together as OpenAI's library does it, by choice and number; and how each choice ended.
    private func gather(_ stream: String) throws -> (arguments: [String: String], reasons: [String]) {
        var arguments: [String: String] = [:]
        var reasons: [String] = []
        for event in stream.components(separatedBy: "\n\n") where event.hasPrefix("data: {") {
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(event.dropFirst(6).utf8)) as? [String: Any], "\(event)")
            #expect(object["model"] as? String == "m" && object["id"] as? String == "1")
            for choice in object["choices"] as? [[String: Any]] ?? [] {
                let index = try #require(choice["index"] as? Int)
                if let reason = choice["finish_reason"] as? String { reasons.append(reason) }
                let delta = try #require(choice["delta"] as? [String: Any])
                for call in delta["tool_calls"] as? [[String: Any]] ?? [] {
                    #expect(!reasons.contains { $0.isEmpty })
                    let function = call["function"] as? [String: Any]
                    arguments["\(index).\(call["index"] as? Int ?? -1)", default: ""] +=
                        function?["arguments"] as? String ?? ""
                }
            }
        }
        return (arguments, reasons)
    }

    // MARK: Clients of OpenAI's

    @Test func `a whole answer has the arguments of each of its calls mended`() throws {
        let answer = Self.whole(#"{"a":1"#, #"{"b": 2}"#, "```json\n{}\n```", #"{"c":"#)
        let (text, end, mended) = try translate([answer], for: Self.chat(stream: false))
        #expect(end == .complete && mended == 2)
        for expected in [#"{\"a\":1}""#, #"{\"b\": 2}""#, #""{}""#, #"{\"c\":""#] {
            #expect(text.contains(#""arguments":"#) && text.contains(expected), "\(expected) in \(text)")
        }
        let cut = try translate([Self.whole(#"{"a":1"#, reason: "length")], for: Self.chat(stream: false))
        #expect(cut.mended == 0 && cut.text.contains(#""{\"a\":1""#))
    }

    @Test(arguments: [Front.openAIChat, .anthropicMessages], [("tool_calls", true), ("length", false)])
    func `a call that the limit of tokens has cut is not one that nobody can read`(
        front: Front, end: (reason: String, isBroken: Bool)
    ) throws {
        let body = front == .openAIChat ? Self.chat(stream: false) : Self.anthropic(stream: false)
        var translator = AnswerTranslator(
            request: try Fixture.scan(body, front), target: Self.server, responseID: 7, created: 1, mendsCalls: true)
        var out = ByteBuffer()
        _ = translator.feed(ByteBuffer(string: Self.whole(#"{"c":"half of it"#, reason: end.reason)), into: &out)
        _ = translator.end(into: &out)
        #expect((translator.unreadCall != nil) == end.isBroken)
    }

    @Test func `a stream has what is missing before its choice ends`() throws {
        let events = [
            Self.piece("", begins: true), Self.piece(#"{"a":["#), Self.piece("1,"), Self.piece("]"),
            Self.end(), Self.done,
        ]
        let (text, end, mended) = try translate(events, for: Self.chat(stream: true))
        #expect(end == .complete && mended == 1)
        let (arguments, reasons) = try gather(text)
        #expect(arguments == ["0.0": #"{"a":[1]}"#] && reasons == ["tool_calls"], "\(text)")
        let last = try #require(text.range(of: #""}""#)),
            finish = try #require(text.range(of: #""finish_reason":"tool_calls""#))
        #expect(last.lowerBound < finish.lowerBound)
    }

    @Test func `the last piece has what is missing where it ends the choice itself`() throws {
        let last = Self.piece(#"{"a":1"#, begins: true).replacing(
            #""finish_reason":null"#, with: #""finish_reason":"tool_calls""#)
        let (text, _, mended) = try translate([last, Self.done], for: Self.chat(stream: true))
        #expect(mended == 1 && text.components(separatedBy: "data: ").count == 3)
        #expect(try gather(text).arguments == ["0.0": #"{"a":1}"#])
    }

    @Test func `calls and choices side by side are kept apart`() throws {
        let events = [
            Self.piece(#"{"a":"#, 0, begins: true), Self.piece(#"{"b":2,"#, 1, begins: true), Self.piece("1", 0),
            Self.piece("}", 1), Self.piece(#"{"c":3"#, 0, begins: true, choice: 1), Self.end(choice: 1), Self.end(),
            Self.done,
        ]
        let (text, _, mended) = try translate(events, for: Self.chat(stream: true))
        #expect(mended == 3)
        #expect(
            try gather(text).arguments == ["0.0": #"{"a":1}"#, "0.1": #"{"b":2}"#, "1.0": #"{"c":3}"#], "\(text)")
    }

    @Test func `calls that are all numbered zero are mended one by one`() throws {
        let events = [
            Self.piece(#"{"a":1,}"#, begins: true), Self.piece(#"{"b":2"#, begins: true), Self.end(), Self.done,
        ]
        let (text, _, mended) = try translate(events, for: Self.chat(stream: true))
        #expect(try mended == 2 && gather(text).arguments == ["0.0": #"{"a":1}{"b":2}"#], "\(text)")
    }

    @Test func `a name that is said again with each piece begins no other call`() throws {
        let pieces = ["{", #""a":1"#, #","b":{"#, "}}"].map { Self.piece($0, begins: true) }
        let (text, _, mended) = try translate(pieces + [Self.end(), Self.done], for: Self.chat(stream: true))
        #expect(try mended == 0 && gather(text).arguments == ["0.0": #"{"a":1,"b":{}}"#], "\(text)")
    }

    @Test func `an end without a reason is none`() throws {
        let pieces = ["{", #""a":1"#].enumerated().map { number, text in
            Self.piece(text, begins: number == 0).replacing(#""finish_reason":null"#, with: #""finish_reason":"""#)
        }
        let (text, _, mended) = try translate(pieces + [Self.end(), Self.done], for: Self.chat(stream: true))
        #expect(mended == 1 && text.components(separatedBy: #"\"a\":1"#).count == 2)
        #expect(!text.contains(#""arguments":"{}"#), "\(text)")
    }

    @Test func `nothing is added where something else than the model may have ended the answer`() throws {
        let broken = [Self.piece(#"{"a":1"#, begins: true)]
        for reason in ["length", "content_filter", "abort"] {
            let (text, _, mended) = try translate(
                broken + [Self.end(reason), Self.done], for: Self.chat(stream: true))
            #expect(try mended == 0 && gather(text).arguments == ["0.0": #"{"a":1"#], "\(reason)")
            guard reason != "abort" else { continue }
            let whole = try translate(
                [Self.whole(#"{"a":1"#, reason: reason)], for: Self.anthropic(stream: false), .anthropicMessages)
            #expect(whole.mended == 0, "\(reason)")
        }
        let stops = Self.chat(stream: true).replacing(#""stream":true"#, with: #""stream":true,"stop":["\n"]"#)
        #expect(try translate(broken + [Self.end(), Self.done], for: stops).mended == 0)
        let ollama =
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"options":{"stop":["\n"]},"tools":[{"type":"function","function":{"name":"f"}}]}"#
        #expect(try translate(broken + [Self.end(), Self.done], for: ollama, .ollamaChat).mended == 0)
    }

    @Test func `sound calls are passed on as they came, and so is all where it is off or from a cloud`() throws {
        let sound = [Self.piece(#"{"a": [1, 2]}"#, begins: true), Self.end(), Self.done]
        let broken = [Self.piece("", begins: true), Self.piece(#"{"a":1,"#), Self.end(), Self.done]
        let body = Self.chat(stream: true)
        #expect(try translate(sound, for: body).text == translate(sound, for: body, mends: false).text)
        let asIs = try translate(broken, for: body, mends: false)
        #expect(try asIs.mended == 0 && gather(asIs.text).arguments == ["0.0": #"{"a":1,"#])
        let cloud = try translate(broken, for: body, from: OpenAIFixture.target())
        #expect(cloud.mended == 0 && cloud.text == asIs.text)
        let cut = try translate(broken.dropLast(2) + [Self.end("length"), Self.done], for: body)
        #expect(try cut.mended == 0 && gather(cut.text).arguments == ["0.0": #"{"a":1,"#])
    }

    // MARK: Other clients

    @Test func `a client of Anthropic's gets an object, whole and streamed`() throws {
        let whole = try translate([Self.whole(#"{"a":1,}"#)], for: Self.anthropic(stream: false), .anthropicMessages)
        #expect(whole.mended == 1 && whole.text.contains(#""input":{"a":1}"#), "\(whole.text)")
        let events = [Self.piece(#"{"a":"#, begins: true), Self.piece("1"), Self.end(), Self.done]
        let stream = try translate(events, for: Self.anthropic(stream: true), .anthropicMessages)
        #expect(stream.mended == 1 && stream.text.contains(#""partial_json":"}""#), "\(stream.text)")
        let cut = try translate(
            events.dropLast(2) + [Self.end("length")], for: Self.anthropic(stream: true), .anthropicMessages)
        #expect(cut.mended == 0 && cut.text.contains(#""stop_reason":"max_tokens""#))
    }

    @Test func `a client of Ollama's gets a call that it would not have got`() throws {
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"stream":false,"tools":[{"type":"function","function":{"name":"f"}}]}"#
        let answer = Self.whole("```json\n{\"a\":1}\n```")
        let mended = try translate([answer], for: body, .ollamaChat)
        #expect(mended.mended == 1 && mended.text.contains(#""arguments":{"a":1}"#), "\(mended.text)")
        let asIs = try translate([answer], for: body, .ollamaChat, mends: false)
        #expect(!asIs.text.contains("tool_calls"))
    }

    @Test func `what a box writes as a string is mended too`() throws {
        let line =
            #"{"model":"m","created_at":"t","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":"{\"a\":1,}"}}]},"done":true}"#
            + "\n"
        let (text, _, mended) = try translate([line], for: Self.chat(stream: true), from: Fixture.target())
        #expect(mended == 1 && text.contains(#""arguments":"{\"a\":1}""#), "\(text)")
    }
}
