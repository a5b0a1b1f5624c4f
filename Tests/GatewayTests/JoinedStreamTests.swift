import Balancer
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// With a first-token deadline upstreams stream, also to clients that do not.
@Suite struct JoinedStreamTests {
    private static let deadline = Duration.seconds(2)

    private static func rig(deadline: Duration? = deadline) -> ExchangeRig {
        var rig = ExchangeRig(limits: AttemptLimits(request: .seconds(60), betweenPieces: .seconds(10)))
        rig.settings.firstTokenDeadline = deadline
        return rig
    }

    private func body(of action: Exchange.Action) throws -> String {
        guard case .send(let bytes, _) = action else {
            Issue.record("nothing is sent: \(action)")
            return ""
        }
        return String(buffer: bytes)
    }

    @Test func `the instance is asked for a stream only while a deadline is set`() throws {
        for deadline in [Self.deadline, nil] {
            let rig = Self.rig(deadline: deadline)
            var exchange = rig.exchange(ExchangeRig.chat())
            let sent = try body(of: exchange.begin(at: rig.clock.now))
            #expect(sent.contains(deadline == nil ? "\"stream\":false" : "\"stream\":true"))
            exchange.clientLeft(at: rig.clock.now)
        }
    }

    @Test func `the client gets one whole answer, the sample the moment of the first token`() throws {
        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        exchange.sent(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        rig.clock.advance(by: .milliseconds(500))
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        #expect(exchange.flush(at: rig.clock.now).isNone)
        rig.clock.advance(by: .seconds(3))
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line + ExchangeRig.done), at: rig.clock.now)
        #expect(exchange.flush(at: rig.clock.now).isNone)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 200"))
        #expect(text.contains("content-type: application/json\r\n"))
        #expect(text.contains("\"message\":{\"role\":\"assistant\",\"content\":\"HiHi\""))
        #expect(text.contains("\"prompt_tokens\":5,\"completion_tokens\":7"))
        #expect(!text.contains("chunk") && !text.contains("data:"))
        let length = try #require(text.firstMatch(of: /content-length: ([0-9]+)\r\n/)?.1)
        let parts = text.split(separator: "\r\n\r\n")
        #expect(parts.count == 2 && Int(length) == parts[1].utf8.count)
        #expect(exchange.record.timeToFirstTokenNanoseconds == 500_000_000)
        #expect(exchange.record.stream == false)
        #expect(rig.balancer.snapshot().deployments.compactMap(\.timeToFirstTokenMilliseconds) == [500])
        #expect(rig.inFlight == 0)
    }

    @Test func `no first token by the deadline is tried on another instance`() throws {
        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        #expect(exchange.deadline == rig.clock.now + Self.deadline)
        rig.clock.advance(by: Self.deadline)
        let second = try #require(exchange.timeUp(at: rig.clock.now).sentTo)
        #expect(second != first)
        #expect(rig.failures == 1)
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test func `after the first token the attempt's own limit counts, from its beginning, and no pause between pieces`()
    {
        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let began = rig.clock.now
        _ = exchange.begin(at: began)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: began)
        rig.clock.advance(by: .seconds(1))
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        #expect(exchange.deadline == began + .seconds(60))
        rig.clock.advance(by: .seconds(1))
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        exchange.clientIsReady(at: rig.clock.now)
        #expect(exchange.deadline == began + .seconds(60))
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test(arguments: ["{\"error\":\"unexpected EOF\"}\n", "not JSON\n", ""])
    func `what fails after its first token is tried elsewhere, and nothing of it is told`(_ end: String) throws {
        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let gone = ExchangeRig.line.replacing("Hi", with: "gone")
        var next = exchange.upstreamBytes(ByteBuffer(string: gone + end), at: rig.clock.now)
        if next.sentTo == nil { next = exchange.upstreamEnded(at: rig.clock.now) }
        let second = try #require(next.sentTo)
        #expect(second != first)
        #expect(rig.failures == 1)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line + ExchangeRig.done), at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 200"))
        #expect(text.contains("\"content\":\"Hi\""))
        #expect(!text.contains("gone") && !text.contains("error"))
        #expect(text.contains("x-litellm-attempted-retries: 1\r\n"))
        #expect(exchange.record.attempts == 2)
        #expect(rig.inFlight == 0)
    }

    @Test func `a connection lost after the last token loses nothing`() throws {
        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line + ExchangeRig.done), at: rig.clock.now)
        let text = try #require(exchange.upstreamLost(.lost("reset"), at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 200"))
        #expect(text.contains("\"content\":\"Hi\""))
    }
}
