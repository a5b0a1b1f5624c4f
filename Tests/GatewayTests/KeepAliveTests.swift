import Balancer
import Dialects
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Comment lines for a client whose stream stands still.
@Suite struct KeepAliveTests {
    private static let interval = Duration.seconds(15)
    private static let ping = "8\r\n: ping\n\n\r\n"

    private func rig(retries: Int = 2, cap: Int? = nil, boxes: Int = 3) -> ExchangeRig {
        var rig = ExchangeRig(boxes: boxes, retries: retries, cap: cap)
        rig.settings.pingInterval = Self.interval
        return rig
    }

    /// What the client gets while the clock goes on by so much, in steps of a second.
    private func pass(_ seconds: Int, _ exchange: inout Exchange, _ rig: ExchangeRig) -> String {
        var text = ""
        for _ in 0..<seconds {
            rig.clock.advance(by: .seconds(1))
            text += exchange.keepAlive(at: rig.clock.now).bytes ?? ""
        }
        return text
    }

    @Test func `a silent stream gets its head and a comment at each interval, then its answer in the same stream`()
        throws
    {
        let rig = rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        #expect(pass(14, &exchange, rig) == "")
        let first = pass(1, &exchange, rig)
        #expect(first.hasPrefix("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream"))
        #expect(first.contains("transfer-encoding: chunked\r\n") && first.contains("x-litellm-call-id: "))
        // Another box may answer, and nobody knows when.
        #expect(!first.contains("x-drover-instance") && !first.contains("duration") && !first.contains("attempted"))
        #expect(first.hasSuffix("\r\n\r\n" + Self.ping))
        #expect(pass(15, &exchange, rig) == Self.ping)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        let token = try #require(exchange.flush(at: rig.clock.now).bytes)
        #expect(!token.contains("HTTP/1.1") && token.contains("\"content\":\"Hi\""))
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.done), at: rig.clock.now)
        let end = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(end.contains("[DONE]") && end.hasSuffix("\r\n0\r\n\r\n"))
        #expect(exchange.record.outcome == .succeeded && exchange.record.status == 200)
        #expect(exchange.keepAlive(at: rig.clock.now + .seconds(60)).isNone)
    }

    @Test func `frames that are kept until the first token stay behind the comment`() throws {
        var rig = ExchangeRig(provider: "openai")
        rig.settings.pingInterval = Self.interval
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
        _ = exchange.upstreamBytes(ByteBuffer(string: role), at: rig.clock.now)
        #expect(exchange.flush(at: rig.clock.now).isNone)
        let early = pass(15, &exchange, rig)
        #expect(early.hasPrefix("HTTP/1.1 200") && early.hasSuffix("\r\n\r\n" + Self.ping) && !early.contains("role"))
        let token = role.replacing("\"content\":\"\"", with: "\"content\":\"Hi\"")
        _ = exchange.upstreamBytes(ByteBuffer(string: token), at: rig.clock.now)
        let text = try #require(exchange.flush(at: rig.clock.now).bytes)
        let sizeEnd = try #require(text.firstRange(of: "\r\n"))
        let size = try #require(Int(text[..<sizeEnd.lowerBound], radix: 16))
        #expect(text.utf8.count == 8 + 2 + size + 2)
        #expect(text.contains(role) && text.contains(token) && !text.contains("HTTP/1.1"))
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `after the head retries go on, and their answer is whole`() throws {
        let rig = rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        var text = pass(15, &exchange, rig)
        let second = try #require(exchange.upstreamLost(.lost("reset"), at: rig.clock.now).sentTo)
        #expect(second != first)
        text += pass(15, &exchange, rig)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line + ExchangeRig.done), at: rig.clock.now)
        text += try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.split(separator: "HTTP/1.1").count == 1 && text.contains("\"content\":\"Hi\""))
        #expect(text.contains("[DONE]") && !text.contains("error") && text.hasSuffix("0\r\n\r\n"))
        #expect(exchange.record.outcome == .succeeded && exchange.record.attempts == 2)
    }

    @Test(arguments: [500, 400])
    func `what still fails after the head is an error event`(status: Int) throws {
        let rig = rig(retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        let early = pass(15, &exchange, rig)
        _ = exchange.upstreamHead(status: status, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: "{\"error\":\"broken\"}"), at: rig.clock.now)
        let end = exchange.upstreamEnded(at: rig.clock.now)
        let text = try #require(end.bytes)
        #expect(early.hasPrefix("HTTP/1.1 200") && end.isFinish)
        #expect(text.contains("data: {\"error\":") && text.contains("broken") && !text.contains("HTTP/1.1"))
        #expect(!text.contains("[DONE]") && text.hasSuffix("0\r\n\r\n"))
        #expect(exchange.record.status == 200)
        #expect(exchange.record.outcome == (status == 400 ? .rejected : .failed))
    }

    @Test func `kept frames of a failed attempt are not in its error event`() throws {
        var rig = ExchangeRig(retries: 0, provider: "openai")
        rig.settings.pingInterval = Self.interval
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = pass(15, &exchange, rig)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n"
        _ = exchange.upstreamBytes(ByteBuffer(string: role), at: rig.clock.now)
        let text = try #require(exchange.stop(at: rig.clock.now).bytes)
        #expect(text.contains("shutting_down") && !text.contains("role"))
    }

    @Test func `a request that waits in the queue, or pauses, hears it too`() throws {
        let rig = rig(cap: 1, boxes: 1)
        var first = rig.exchange(ExchangeRig.chat(stream: true))
        _ = first.begin(at: rig.clock.now)
        var second = rig.exchange(ExchangeRig.chat(stream: true))
        guard case .wait = second.begin(at: rig.clock.now) else {
            Issue.record("not queued")
            return
        }
        #expect(pass(15, &second, rig).hasSuffix(Self.ping))
        rig.clock.advance(by: .seconds(15))
        let text = try #require(second.timeUp(at: rig.clock.now).bytes)
        #expect(text.contains("data: {\"error\":") && text.contains("queue_full") && !text.contains("HTTP/1.1"))
        first.clientLeft(at: rig.clock.now)
    }

    @Test func `silence in the middle of a stream gets comments too, and pieces put them off`() throws {
        let rig = rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        for _ in 0..<4 {
            _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
            #expect(exchange.flush(at: rig.clock.now).bytes != nil)
            #expect(pass(14, &exchange, rig) == "")
        }
        #expect(pass(2, &exchange, rig) == Self.ping)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `who asked for no stream, speaks Ollama's dialect, or turned it off hears nothing`() throws {
        let rig = rig()
        var whole = rig.exchange(ExchangeRig.chat())
        _ = whole.begin(at: rig.clock.now)
        #expect(pass(120, &whole, rig) == "")
        var lines = rig.exchange(ExchangeRig.chat(stream: true), front: .ollamaChat)
        _ = lines.begin(at: rig.clock.now)
        #expect(pass(120, &lines, rig) == "")
        var off = rig
        off.settings.pingInterval = nil
        var silent = off.exchange(ExchangeRig.chat(stream: true))
        _ = silent.begin(at: rig.clock.now)
        #expect(pass(120, &silent, rig) == "")
        whole.clientLeft(at: rig.clock.now)
        lines.clientLeft(at: rig.clock.now)
        silent.clientLeft(at: rig.clock.now)
    }

    @Test func `a client that cannot read chunks gets the comment alone, and its connection ends`() throws {
        let rig = rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true), allowsChunked: false)
        _ = exchange.begin(at: rig.clock.now)
        let text = pass(15, &exchange, rig)
        #expect(text.hasSuffix("\r\n\r\n: ping\n\n") && !text.contains("chunked"))
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `every stream of events has comments, and no stream of lines`() {
        for front in Front.allCases {
            let isEvents = "\(front.contentType(isStream: true))".hasPrefix("text/event-stream")
            #expect((front.keepAlive != nil) == isEvents, "\(front)")
        }
    }
}
