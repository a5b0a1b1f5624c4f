import Balancer
import Dialects
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// A request that waits for its first byte on an instance that is taken out goes elsewhere at once.
@Suite struct OutageTests {
    private func outage(_ instance: Int, _ rig: ExchangeRig, model: String? = nil) -> Outage {
        Outage(
            instance: InstanceID(index: instance), model: model, reason: "timed out after 2 s", since: rig.clock.now)
    }

    /// An attempt without a byte for the client: nothing came, a head did, half a body that is not for the client yet,
    /// an error without its end.
    enum Silence: CaseIterable, Sendable {
        case nothing, head, halfOfWhole, emptyPiece, halfAnError
    }

    private func bring(_ exchange: inout Exchange, to silence: Silence, _ rig: ExchangeRig) {
        switch silence {
        case .nothing: break
        case .head: _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        case .halfOfWhole, .emptyPiece:
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
            let empty = ExchangeRig.line.replacing("Hi", with: "")
            _ = exchange.upstreamBytes(ByteBuffer(string: empty), at: rig.clock.now)
            _ = exchange.flush(at: rig.clock.now)
        case .halfAnError:
            _ = exchange.upstreamHead(status: 500, retryAfterSeconds: nil, at: rig.clock.now)
            _ = exchange.upstreamBytes(ByteBuffer(string: "{\"err"), at: rig.clock.now)
        }
    }

    @Test(arguments: Silence.allCases, [false, true])
    func `a request without a byte moves to another box, and the one that is out is not blamed again`(
        silence: Silence, stream: Bool
    ) throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: stream))
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        bring(&exchange, to: silence, rig)
        rig.clock.advance(by: .seconds(20))
        let second = try #require(exchange.tookOut(outage(first, rig), at: rig.clock.now).sentTo)
        #expect(second != first && rig.failures == 0 && rig.inFlight == 1)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole + "\n"), at: rig.clock.now)
        let text = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("Hi"))
        #expect(text.contains("x-litellm-attempted-retries: 1\r\n"))
        #expect(rig.inFlight == 0)
    }

    @Test func `a stream of which the client has a token stays`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        _ = exchange.flush(at: rig.clock.now)
        #expect(exchange.tookOut(outage(first, rig), at: rig.clock.now).isNone)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.done), at: rig.clock.now)
        #expect(try #require(exchange.upstreamEnded(at: rig.clock.now).bytes).contains("[DONE]"))
    }

    @Test func `another box's outage, another model's, and a trial sent after it move nothing`() throws {
        let rig = ExchangeRig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let before = outage(0, rig)
        rig.clock.advance(by: .milliseconds(1))
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        rig.clock.advance(by: .seconds(1))
        #expect(exchange.tookOut(outage((first + 1) % 3, rig), at: rig.clock.now).isNone)
        #expect(exchange.tookOut(outage(first, rig, model: "other"), at: rig.clock.now).isNone)
        let early = Outage(instance: InstanceID(index: first), model: nil, reason: "", since: before.since)
        #expect(exchange.tookOut(early, at: rig.clock.now).isNone)
        #expect(exchange.tookOut(outage(first, rig, model: "llama3"), at: rig.clock.now).sentTo != nil)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `it costs no retry`() throws {
        let rig = ExchangeRig(retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        #expect(exchange.tookOut(outage(first, rig), at: rig.clock.now).sentTo != nil)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `without another instance the client is told, and by what`() throws {
        let rig = ExchangeRig(boxes: 1, retries: 0)
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = try #require(exchange.begin(at: rig.clock.now).sentTo)
        let text = try #require(exchange.tookOut(outage(first, rig), at: rig.clock.now).bytes)
        #expect(text.hasPrefix("HTTP/1.1 504"))
        #expect(text.contains("box-\(first) gave no answer and was taken out of the pool (timed out after 2 s)"))
        #expect(exchange.tookOut(outage(first, rig), at: rig.clock.now).isNone && rig.inFlight == 0)
    }

    @Test func `a fallback takes what waited on the only box`() throws {
        var rules = RouteRules.none
        rules.fallbacks.general = ["f"]
        let rig = ModelsRig(
            [.init(name: "m", inside: [true], rules: rules), .init(name: "f", inside: [true])], retries: 0)
        var exchange = rig.exchange("m")
        guard case .send(_, let first) = exchange.begin(at: rig.clock.now) else {
            Issue.record("nothing is sent")
            return
        }
        let next = exchange.tookOut(
            Outage(instance: first, model: nil, reason: "r", since: rig.clock.now), at: rig.clock.now)
        #expect(next.sentTo != nil && next.sentTo != first.index)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `a large request that is still being written for it fails when it is written`() throws {
        var rig = ExchangeRig()
        rig.settings.largeBody = 10
        var exchange = rig.exchange(ExchangeRig.chat())
        guard case .work(let scan) = exchange.begin(at: rig.clock.now),
            case .work(let encode) = exchange.worked(scan.run(), at: rig.clock.now)
        else {
            Issue.record("nothing to do elsewhere")
            return
        }
        for box in 0..<3 { #expect(exchange.tookOut(outage(box, rig), at: rig.clock.now).isNone) }
        guard case .work(let again) = exchange.worked(encode.run(), at: rig.clock.now) else {
            Issue.record("not written for another box")
            return
        }
        #expect(exchange.worked(again.run(), at: rig.clock.now).sentTo != nil)
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test func `the prober's and the breakers' facts are outages, others are none`() {
        let place = Fact.Place(instance: InstanceID(index: 2), instanceName: "box-2", model: "m")
        let now = Moment(nanoseconds: 5)
        #expect(
            Outage(.wentDown(place, reason: "refused"), at: now)
                == Outage(instance: place.instance, model: "m", reason: "refused", since: now))
        #expect(
            Outage(.tripped(place, for: .seconds(30)), at: now)
                == Outage(instance: place.instance, model: "m", reason: "its breaker opened", since: now))
        for fact in [Fact.cameUp(place), .drained(place), .recovered(place), .halfOpened(place)] {
            #expect(Outage(fact, at: now) == nil)
        }
    }
}
