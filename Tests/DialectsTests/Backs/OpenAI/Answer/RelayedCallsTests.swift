import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Calls that are passed on: what OpenAI's own libraries cannot read is put right, all else stays.
@Suite struct RelayedCallsTests {
    private static func relay(_ text: String, isStream: Bool) throws -> String {
        let request = try Fixture.scan(Fixture.chat("\"stream\":\(isStream)"))
        var translator = AnswerTranslator(
            request: request, target: OpenAIFixture.target("hosted_vllm", tag: "m"), responseID: 1, created: 2)
        var out = ByteBuffer()
        if case .more = translator.feed(ByteBuffer(string: text), into: &out) { _ = translator.end(into: &out) }
        return String(buffer: out)
    }

    private static func stream(_ pieces: String...) throws -> [String] {
        let events = pieces.map { #"data: {"choices":[{"index":0,"delta":{"tool_calls":[\#($0)]}}]}"# + "\n\n" }
            .joined()
        let sent = try relay(events + "data: [DONE]\n\n", isStream: true)
        return sent.components(separatedBy: #""tool_calls":["#).dropFirst().map {
            $0.components(separatedBy: "]}}]}")[0]
        }
    }

    @Test func `a call without a number gets one`() throws {
        #expect(
            try Self.stream(
                #"{"id":"a","function":{"name":"f","arguments":"{"}}"#, #"{"function":{"arguments":"}"}}"#,
                #"{"id":"b","function":{"name":"g","arguments":"{}"}},{"id":"c","function":{"name":"h"}}"#) == [
                    #"{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}"#,
                    #"{"index":0,"function":{"arguments":"}"}}"#,
                    #"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}},{"index":2,"id":"c","function":{"name":"h"}}"#,
                ])
    }

    @Test(arguments: [
        (#"{"index":null,"id":"a","function":{"name":"f"}}"#, #"{"index":0,"id":"a","function":{"name":"f"}}"#),
        (#"{ "index": null , "function":{"name":"f"}}"#, #"{"index":0, "function":{"name":"f"}}"#),
        (#"{"id":"a","index":null}"#, #"{"index":0,"id":"a"}"#), (#"{"index":null}"#, #"{"index":0}"#),
        (#"{"id":null,"index":null}"#, #"{"index":0}"#), ("{}", #"{"index":0}"#),
        (
            #"{"id":null,"index":0,"type":null,"function":{"arguments":{"a":1}}}"#,
            #"{"index":0,"type":"function","function":{"arguments":"{\"a\":1}"}}"#
        ),
        (#"{"index":2,"type":null,"id":null}"#, #"{"index":2,"type":"function"}"#),
        (#"{"type":null,"id":null,"custom":{"input":"x"}}"#, #"{"index":0,"type":"custom","custom":{"input":"x"}}"#),
        (#"{"index":1,"id":"","type":"function"}"#, #"{"index":1,"id":"","type":"function"}"#),
    ])
    func `a null in a piece of a call is no number, no kind and no id`(_ piece: String, _ sent: String) throws {
        let passed = try Self.stream(piece)
        #expect(try passed.map(canonical) == [canonical(sent)] && !passed[0].contains("null"), "\(passed)")
    }

    @Test func `a call with a number keeps it`() throws {
        let piece = #"{"index":3,"id":"a","function":{"name":"f","arguments":"{}"}}"#
        #expect(try Self.stream(piece) == [piece])
    }

    @Test func `arguments that are an object are passed on as a string`() throws {
        #expect(
            try Self.stream(#"{"index":0,"function":{"name":"f","arguments":{"x":"\"y"}}}"#) == [
                #"{"index":0,"function":{"name":"f","arguments":"{\"x\":\"\\\"y\"}"}}"#
            ])
        let whole =
            #"{"choices":[{"index":0,"message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x":1}}}]}}]}"#
        #expect(
            try Self.relay(whole, isStream: false)
                == whole.replacing(#"{"x":1}"#, with: #""{\"x\":1}""#))
    }
}
