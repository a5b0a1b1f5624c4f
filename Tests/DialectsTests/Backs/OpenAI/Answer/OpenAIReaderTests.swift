import Foundation
import NIOCore
import Testing

@testable import Dialects

/// OpenAI's dialect read into events, as a client of Ollama's sees them.
@Suite struct OpenAIReaderTests {
    private static func read(_ text: String, isStream: Bool = true) throws -> (
        lines: [String], AnswerTranslator.Progress
    ) {
        let reply = OllamaFrontReply(
            path: isStream ? "openai/chat-stream.sse" : "openai/chat.json", provider: "hosted_vllm", tag: "m")
        let answer = try reply.translate([ByteBuffer(string: text)])
        return (answer.text.split(separator: "\n").map(String.init), answer.end)
    }

    private static func stream(_ choices: String...) -> String {
        choices.map { "data: {\"choices\":[\($0)]}\n\n" }.joined() + "data: [DONE]\n\n"
    }

    private static func call(_ piece: String) -> String { #"{"index":0,"delta":{"tool_calls":[\#(piece)]}}"# }

    private static func calls(in lines: [String]) -> [String] {
        lines.compactMap { line in
            guard let start = line.range(of: #""tool_calls":["#), let end = line.range(of: "]},\"done\"") else {
                return nil
            }
            return String(line[start.upperBound..<end.lowerBound])
        }
    }

    @Test func `an index begins a call, and so does another id of the same index`() throws {
        let (lines, end) = try Self.read(
            Self.stream(
                Self.call(#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}"#),
                Self.call(#"{"index":0,"function":{"arguments":":1}"}}"#),
                Self.call(#"{"index":0,"id":"b","function":{"name":"g","arguments":""}}"#),
                Self.call(#"{"index":0,"id":"b","function":{"name":"g","arguments":"{\"y\":2}"}}"#),
                Self.call(#"{"index":1,"id":"c","function":{"name":"h","arguments":{"z":3}}}"#),
                #"{"index":0,"delta":{"content":"!"},"finish_reason":"tool_calls"}"#))
        #expect(end == .complete)
        #expect(
            Self.calls(in: lines) == [
                #"{"id":"a","function":{"index":0,"name":"f","arguments":{"x":1}}}"#,
                #"{"id":"b","function":{"index":1,"name":"g","arguments":{"y":2}}}"#,
                #"{"id":"c","function":{"index":2,"name":"h","arguments":{"z":3}}}"#,
            ])
        #expect(lines.count == 5 && lines[3].contains(#""content":"!""#))
    }

    @Test func `pieces of several calls may come in any order`() throws {
        let (lines, end) = try Self.read(
            Self.stream(
                Self.call(#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}"#),
                Self.call(#"{"index":1,"id":"b","function":{"name":"g","arguments":""}}"#),
                Self.call(#"{"index":2,"id":"c","function":{"name":"h","arguments":{"z":3}}}"#),
                Self.call(#"{"index":0,"function":{"arguments":"\"}{\\\""}}"#),
                Self.call(#"{"index":1,"function":{"arguments":"{\"y\""}}"#),
                Self.call(#"{"index":0,"function":{"arguments":"\"}"}}"#),
                Self.call(#"{"index":1,"function":{"arguments":":2}"}}"#)))
        #expect(end == .complete)
        #expect(
            Self.calls(in: lines) == [
                #"{"id":"a","function":{"index":0,"name":"f","arguments":{"x":"}{\""}}}"#,
                #"{"id":"b","function":{"index":1,"name":"g","arguments":{"y":2}}}"#,
                #"{"id":"c","function":{"index":2,"name":"h","arguments":{"z":3}}}"#,
            ])
    }

    @Test func `a call's arguments may come before its name, and its id after`() throws {
        let (lines, end) = try Self.read(
            Self.stream(
                Self.call(#"{"index":0,"function":{"arguments":"{\"x\""}}"#),
                Self.call(#"{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}"#),
                Self.call(#"{"index":0,"id":null,"function":{"name":null,"arguments":" "}}"#),
                Self.call(#"{"index":1,"function":{"arguments":"{}"}}"#),
                Self.call(#"{"index":1,"function":{"name":"g"}}"#), Self.call(#"{"index":1,"id":"b"}"#)))
        #expect(end == .complete)
        #expect(
            Self.calls(in: lines).first == #"{"id":"a","function":{"index":0,"name":"f","arguments":{"x":1} }}"#
                || Self.calls(in: lines).first?.hasPrefix(
                    #"{"id":"a","function":{"index":0,"name":"f","arguments":{"x":1}"#) == true
        )
        #expect(Self.calls(in: lines).count == 2 && lines.joined().contains(#""name":"g","arguments":{}"#))
    }

    @Test func `calls without ids or numbers are told apart by their names`() throws {
        let (lines, end) = try Self.read(
            Self.stream(
                Self.call(#"{"function":{"name":"f","arguments":"{\"x\":1}"}}"#),
                Self.call(#"{"function":{"name":"f","arguments":"{\"x\":2}"}}"#),
                Self.call(#"{"index":0,"function":{"name":"g","arguments":"{}"}}"#)))
        #expect(end == .complete)
        let calls = Self.calls(in: lines).joined(separator: " ")
        #expect(
            calls.contains(#"{"x":1}"#) && calls.contains(#"{"x":2}"#) && calls.contains(#""name":"g""#), "\(calls)")
    }

    @Test func `a call that never gets a name is a fault`() throws {
        let (lines, end) = try Self.read(
            Self.stream(
                Self.call(#"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}"#),
                Self.call(#"{"index":1,"id":"b","function":{"arguments":"{}"}}"#)))
        #expect(end == .failed(.malformedAnswer("has a call without a name")))
        #expect(!lines.contains { $0.contains(#""done":true"#) })
    }

    @Test(arguments: [
        (#""length""#, "length"), (#""model_length""#, "length"), (#""stop""#, "stop"), (#""eos""#, "stop"),
        (#""content_filter""#, "stop"), (#""tool_calls""#, "stop"),
    ])
    func `an end has Ollama's word`(_ reason: String, _ word: String) throws {
        let (lines, end) = try Self.read(
            Self.stream(#"{"index":0,"delta":{"content":"a"},"finish_reason":\#(reason)}"#))
        #expect(end == .complete)
        #expect(lines.last?.hasSuffix(#""done":true,"done_reason":"\#(word)"}"#) == true)
    }

    @Test func `other choices than the first are not the client's`() throws {
        let (lines, _) = try Self.read(
            Self.stream(#"{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"}}"#))
        #expect(lines.count == 2 && lines[0].contains(#""content":"yes""#))
    }

    @Test func `a refusal is text`() throws {
        let (lines, _) = try Self.read(Self.stream(#"{"index":0,"delta":{"refusal":"I can't."}}"#))
        #expect(lines[0].contains(#""content":"I can't.""#))
    }

    @Test func `log probabilities stay with their text`() throws {
        let one = #"{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[]}"#
        let (lines, _) = try Self.read(
            Self.stream(#"{"index":0,"delta":{"content":"a"},"logprobs":{"content":[\#(one)],"refusal":null}}"#))
        #expect(lines[0].hasSuffix(#""content":"a"},"done":false,"logprobs":[\#(one)]}"#))
    }

    @Test(arguments: [
        #"{"object":"list"}"#, #"{"choices":[]}"#, #"{"choices":[{"index":0}]}"#, "[1]", "<html>",
        #"{"choices":[{"message":{"tool_calls":[{"function":{}}]}}]}"#,
    ])
    func `a whole answer that is none of OpenAI's is a fault`(_ body: String) throws {
        let (lines, end) = try Self.read(body, isStream: false)
        guard case .failed(let fault) = end else {
            Issue.record("ended as \(end)")
            return
        }
        #expect(fault.kind == .malformed && lines.isEmpty)
    }

    @Test(arguments: [
        (#"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}"#, UpstreamFault.Kind.malformed),
        (#"{"error":{"message":"boom","type":"server_error"}}"#, .server), (#"{"choices":[{"mess"#, .incomplete),
        (" \n", .incomplete), ("", .incomplete), ("data: {\"choices\":[{\"de", .incomplete),
        ("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", .incomplete),
    ])
    func `what comes where a stream was due is a fault`(_ body: String, _ kind: UpstreamFault.Kind) throws {
        let (lines, end) = try Self.read(body)
        guard case .failed(let fault) = end else {
            Issue.record("ended as \(end)")
            return
        }
        #expect(fault.kind == kind)
        #expect(!lines.contains { $0.contains(#""done":true"#) })
    }
}
