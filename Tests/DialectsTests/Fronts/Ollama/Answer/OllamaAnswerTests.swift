import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Every dialect's answers, as a client of `/api/chat` gets them.
@Suite struct OllamaAnswerTests {
    @Test(arguments: OllamaFrontReply.translated)
    func `gives the client what the golden file says`(_ reply: OllamaFrontReply) throws {
        let answer = try reply.translate([try reply.bytes()])
        #expect(answer.end == .complete)
        #expect(answer.text == String(buffer: try OpenAIFixture.reply(reply.golden)))
        #expect(answer.translator.sawFirstToken)
    }

    @Test(arguments: OllamaFrontReply.translated + OllamaFrontReply.failing.map(\.reply))
    func `does not care where the reply is cut`(_ reply: OllamaFrontReply) throws {
        try reply.expectSameWhereverCut(each: 1)
    }

    @Test(arguments: OllamaFrontReply.failing)
    func `says how the upstream failed, and writes no end of it`(
        _ reply: OllamaFrontReply, _ kind: UpstreamFault.Kind
    ) throws {
        let text = try reply.failure(kind)
        #expect(!text.contains(#""done":true"#) && !text.contains("error"))
    }

    @Test(arguments: OllamaFrontReply.translated)
    func `every line is one of Ollama's, with its members in order`(_ reply: OllamaFrontReply) throws {
        let text = try reply.translate([try reply.bytes()]).text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if reply.isStream, !reply.joins {
            #expect(lines.last == "", "a line ends with a line break")
        } else {
            #expect(lines.count == 1)
        }
        let objects = lines.filter { !$0.isEmpty }
        let head =
            #"{"model":"ll\u0061ma3","created_at":"2026-11-22T16:54:42Z","message":{"role":"assistant","content":""#
        for (number, line) in objects.enumerated() {
            #expect(line.hasPrefix(head))
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            #expect(object["done"] as? Bool == (number == objects.count - 1))
            let message = try #require(object["message"] as? [String: Any])
            for call in message["tool_calls"] as? [[String: Any]] ?? [] {
                let function = try #require(call["function"] as? [String: Any])
                #expect(function["name"] is String && function["arguments"] is [String: Any])
                #expect(call["id"] is String)
            }
        }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_795_366_482, "2026-11-22T16:54:42Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
        (-5, "1970-01-01T00:00:00Z"), (Int.max, "9999-12-31T23:59:59Z"),
    ])
    func `a time is written as RFC 3339 has it`(_ seconds: Int, _ text: String) {
        var out = ByteBuffer()
        out.compose(atMost: ByteWriter.timeRoom) { $0.writeTime(unixSeconds: seconds) }
        #expect(String(buffer: out) == text)
    }

    @Test func `any day is written as the calendar has it`() {
        let formatter = ISO8601DateFormatter()
        var random = Generator(seed: 7)
        for _ in 0..<2_000 {
            let seconds = Int.random(in: 0...253_402_300_799, using: &random)
            var out = ByteBuffer()
            out.compose(atMost: ByteWriter.timeRoom) { $0.writeTime(unixSeconds: seconds) }
            #expect(String(buffer: out) == formatter.string(from: Date(timeIntervalSince1970: Double(seconds))))
        }
    }
}
