import Balancer
import Dialects
import Locking
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// An instance's word that the request is at fault is checked with another instance where it may be wrong.
@Suite struct SecondOpinionTests {
    private static let html = "<html><head><title>413 Request Entity Too Large</title></head></html>"
    private static let own = "{\"error\":\"invalid format: unexpected value\"}"

    private func answer(_ exchange: inout Exchange, _ status: Int, _ body: String, _ rig: ExchangeRig)
        -> Exchange.Action
    {
        _ = exchange.upstreamHead(status: status, retryAfterSeconds: nil, at: rig.clock.now)
        if status == 200 {
            _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: rig.clock.now)
        } else {
            _ = exchange.upstreamBytes(ByteBuffer(string: body), at: rig.clock.now)
        }
        return exchange.upstreamEnded(at: rig.clock.now)
    }

    @Test(arguments: [
        (413, html), (422, "{\"detail\":\"unprocessable\"}"), (400, html), (400, ""), (400, "{\"message\":\"no\"}"),
        (400, "{\"error\":\"registry.ollama.ai/library/m does not support tools\"}"), (413, own), (422, own),
    ])
    func `what may be about the box is asked of another one, without a retry`(status: Int, body: String) throws {
        let rig = ExchangeRig(retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        let second = try #require(answer(&exchange, status, body, rig).sentTo)
        #expect(second != first && rig.failures == 0)
        let text = try #require(answer(&exchange, 200, "", rig).bytes)
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("x-litellm-attempted-retries: 1\r\n"))
        #expect(exchange.record.outcome == .succeeded && rig.inFlight == 0)
    }

    @Test func `two that say the same are believed`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        #expect(answer(&exchange, 413, Self.html, rig).sentTo != nil)
        let end = answer(&exchange, 413, Self.html, rig)
        #expect(try #require(end.bytes).hasPrefix("HTTP/1.1 502"))
        #expect(exchange.record.attempts == 2 && exchange.record.outcome == .failed)
        #expect(rig.failures == 0 && rig.inFlight == 0)
    }

    @Test func `Ollama's own word about the request is told at once`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        #expect(try #require(answer(&exchange, 400, Self.own, rig).bytes).hasPrefix("HTTP/1.1 400"))
        #expect(exchange.record.attempts == 1)
    }

    @Test func `from a box that stands out even that is asked of another one`() throws {
        let rig = ExchangeRig(strategy: "round-robin")
        var failed = 0
        for _ in 0..<40 {
            var exchange = rig.exchange(ExchangeRig.chat())
            var next = exchange.begin(at: rig.clock.now)
            while let box = next.sentTo { next = answer(&exchange, box == 0 ? 400 : 200, Self.own, rig) }
            if exchange.record.status != 200 { failed += 1 }
            rig.clock.advance(by: .seconds(11))
        }
        #expect(failed == 2, "the third makes it stand out")
        #expect(rig.balancer.snapshot().deployments[0].reason?.contains("4xx") == true)
    }

    @Test func `the only box is believed at once`() throws {
        let rig = ExchangeRig(boxes: 1)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        let text = try #require(answer(&exchange, 422, "{\"detail\":\"unprocessable\"}", rig).bytes)
        #expect(text.hasPrefix("HTTP/1.1 4") && text.contains("unprocessable"))
        #expect(exchange.record.attempts == 1)
    }

    @Test func `no other box than one that is cooling down: the first word stands`() throws {
        let rig = ExchangeRig(boxes: 2)
        let model = ModelID(index: 0)
        var tried = InstanceSet()
        tried.insert(InstanceID(index: 1))
        for _ in 0..<5 {
            rig.clock.advance(by: .seconds(1))
            let lease = try rig.balancer.pick(model, PickRequest(promptTokens: 1, tried: tried))
            lease.settle(.failed(.serverError(status: 500)))
        }
        var exchange = rig.exchange(ExchangeRig.chat())
        #expect(exchange.begin(at: rig.clock.now).sentTo == 1)
        #expect(try #require(answer(&exchange, 413, Self.html, rig).bytes).hasPrefix("HTTP/1.1 502"))
    }

    @Test func `while the others are at their caps it waits for one, and the first word stands when none comes free`()
        throws
    {
        let rig = ExchangeRig(boxes: 2, cap: 1)
        var other = rig.exchange(ExchangeRig.chat())
        let taken = try #require(other.begin(at: rig.clock.now).sentTo)
        var exchange = rig.exchange(ExchangeRig.chat())
        #expect(exchange.begin(at: rig.clock.now).sentTo == 1 - taken)
        guard case .wait = answer(&exchange, 413, Self.html, rig) else {
            Issue.record("not queued")
            return
        }
        rig.clock.advance(by: .seconds(30))
        let text = try #require(exchange.timeUp(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 502") && !text.contains("queue_full"))
        other.clientLeft(at: rig.clock.now)
    }

    @Test func `the other box's failure is a failure like any other`() throws {
        let rig = ExchangeRig(retries: 1)
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        let second = try #require(answer(&exchange, 413, Self.html, rig).sentTo)
        let third = try #require(answer(&exchange, 500, "{\"error\":\"boom\"}", rig).sentTo)
        #expect(Set([first, second, third]).count == 3)
        #expect(try #require(answer(&exchange, 200, "", rig).bytes).hasPrefix("HTTP/1.1 200"))
    }

    @Test(arguments: [
        (404, html), (405, "method not allowed"), (406, ""), (431, "no"), (451, html), (502, html), (404, "{}"),
    ])
    func `without a retry left, what may not be the box's own answer is asked of another box`(
        status: Int, body: String
    ) throws {
        let rig = ExchangeRig(boxes: 2, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        #expect(answer(&exchange, status, body, rig).sentTo == 1 - first)
        #expect(try #require(answer(&exchange, status, body, rig).bytes).hasPrefix("HTTP/1.1 502"))
        #expect(exchange.record.attempts == 2 && rig.inFlight == 0)
    }

    @Test func `a box's own failure is not tried again without a retry`() throws {
        let rig = ExchangeRig(boxes: 2, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        #expect(answer(&exchange, 500, "{\"error\":\"boom\"}", rig).bytes != nil)
    }

    @Test func `a retry policy for bad requests decides alone`() throws {
        var rules = RouteRules.none
        rules.retries = [.badRequest: 0]
        let rig = ModelsRig([.init(name: "m", inside: [true, true], rules: rules)])
        var exchange = rig.exchange("m")
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 413, retryAfterSeconds: nil, at: rig.clock.now)
        #expect(try #require(exchange.upstreamEnded(at: rig.clock.now).bytes).hasPrefix("HTTP/1.1 502"))
    }

    @Test func `where the model has no other box, one of a model that stands in is asked, once`() throws {
        var rules = RouteRules.none
        rules.fallbacks.general = ["f"]
        let rig = ModelsRig(
            [.init(name: "m", inside: [true], rules: rules), .init(name: "f", inside: [true, true])],
            retries: 0)
        for status in [200, 413] {
            var exchange = rig.exchange("m")
            #expect(exchange.begin(at: rig.clock.now).sentTo == 0)
            _ = exchange.upstreamHead(status: 413, retryAfterSeconds: nil, at: rig.clock.now)
            #expect([1, 2].contains(try #require(exchange.upstreamEnded(at: rig.clock.now).sentTo)))
            _ = exchange.upstreamHead(status: status, retryAfterSeconds: nil, at: rig.clock.now)
            if status == 200 { _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: rig.clock.now) }
            let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
            #expect(text.hasPrefix(status == 200 ? "HTTP/1.1 200" : "HTTP/1.1 502"), "\(text)")
        }
    }

    @Test func `a request that must stay asks no cloud`() throws {
        let rig = ModelsRig([.init(name: "m", inside: [true, false])])
        var exchange = rig.exchange("m", localOnly: true)
        #expect(exchange.begin(at: rig.clock.now).sentTo == 0)
        _ = exchange.upstreamHead(status: 413, retryAfterSeconds: nil, at: rig.clock.now)
        #expect(try #require(exchange.upstreamEnded(at: rig.clock.now).bytes).hasPrefix("HTTP/1.1 502"))
    }
}
