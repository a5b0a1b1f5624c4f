import NIOCore
import Testing

@testable import Dialects

/// Kept responses that are given again as the streams that they were.
@Suite struct ResponseReplayTests {
    private static func all(_ kept: KeptResponse, after number: Int? = nil, bytes: Int = 1 << 16) throws -> String {
        var replay = try #require(ResponseReplay(kept, after: number))
        var text = ""
        while let events = replay.next(bytes: bytes) { text += String(buffer: events) }
        #expect(replay.next() == nil)
        return text
    }

    private static func kept(_ reply: ResponsesFrontReply, isWhole: Bool) throws -> (String, KeptResponse) {
        let translator = try reply.translator(of: reply.request(.openAIResponses, isWhole: isWhole), keeps: true)
        let answer = try reply.translate([try reply.bytes()], with: translator, isWhole: isWhole)
        return (answer.text, try #require(answer.translator.kept))
    }

    private static func events(_ text: String) -> [String] {
        text.split(separator: "\n\n").map { String($0) + "\n\n" }
    }

    @Test(arguments: ResponsesFrontReply.translated.filter(\.isStream))
    func `a stream is given again as it was, from any of its events on`(_ reply: ResponsesFrontReply) throws {
        let (text, kept) = try Self.kept(reply, isWhole: false)
        let again = try Self.all(kept)
        let (events, others) = (Self.events(text), Self.events(again))
        // Which piece had which of the log probabilities is not kept.
        if text.contains(#""token":"#) {
            #expect(events.count == others.count && events.last == others.last)
            _ = try ResponsesStream(again)
        } else {
            #expect(again == text)
        }
        for number in [-1, 0, 1, 2, events.count - 2, events.count - 1, events.count, Int.max] {
            let rest = try Self.all(kept, after: number, bytes: 1)
            #expect(rest == others.dropFirst(number == .max ? events.count : number + 1).joined(), "\(number)")
        }
    }

    @Test(arguments: ResponsesFrontReply.translated)
    func `a whole response has a stream, too`(_ reply: ResponsesFrontReply) throws {
        let (text, kept) = try Self.kept(reply, isWhole: true)
        let stream = try ResponsesStream(try Self.all(kept))
        #expect(stream.names.first == "response.created")
        #expect(try Self.all(kept).hasSuffix(#","response":"# + text + "}\n\n"))
    }

    @Test func `a call that the end has cut off stays so, whatever its arguments look like`() throws {
        for (arguments, isEnded) in [(#"{\"a\":1}"#, false), ("", false), (#"{\"a\":"#, false), (#"{\"a\":"#, true)] {
            var sink = ResponsesEvents(
                ResponsesForm(
                    Self.keeping, of: try Fixture.scan(#"{"model":"m","input":"x","stream":true}"#, .openAIResponses)))
            var out = ByteBuffer()
            Self.lend("i") { id in sink.beginToolCall(id: id, name: id, into: &out) }
            Self.lend(arguments) { sink.toolCallArguments($0, into: &out) }
            if isEnded { sink.endToolCall(into: &out) }
            sink.finish(AnswerEnd(reason: .length, usage: Usage(promptTokens: 3, completionTokens: 4)), into: &out)
            #expect(try Self.all(try #require(sink.kept)) == String(buffer: out), "\(arguments)")
        }
    }

    @Test func `sizes that do not fit the texts lose nothing of them`() throws {
        let reply = try #require(ResponsesFrontReply.translated.first { $0.path == "ollama/chat-stream.ndjson" })
        let (_, kept) = try Self.kept(reply, isWhole: false)
        for pieces: [UInt8] in [[0x80], [0, 0, 1], [0xff, 0xff, 0x7f], Array(repeating: 0xff, count: 40), [1]] {
            let other = KeptResponse(id: kept.id, object: kept.object, items: kept.items, pieces: pieces)
            #expect(try ResponsesStream(try Self.all(other)).names.last == "response.completed")
        }
        #expect(ResponseReplay(KeptResponse(id: "resp_x", object: [0x7b, 0x7d], items: [])) == nil)
    }

    private static var keeping: AnswerIdentity {
        var identity = AnswerIdentity(model: ByteBuffer(string: "m"), created: 2, responseID: 1)
        identity.keeps = true
        return identity
    }

    private static func lend(_ text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
        Array(text.utf8).withUnsafeBytes(body)
    }
}
