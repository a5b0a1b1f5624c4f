import Balancer
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Large bodies are read and written anew elsewhere; the exchange says what to do there, and waits.
@Suite struct LargeBodyTests {
    private static func rig(boxes: Int = 2, largeBody: Int = 20) -> ExchangeRig {
        var rig = ExchangeRig(boxes: boxes)
        rig.settings.largeBody = largeBody
        return rig
    }

    private func work(_ action: Exchange.Action) throws -> BodyWork {
        guard case .work(let work) = action else {
            Issue.record("no work: \(action)")
            throw CancellationError()
        }
        return work
    }

    private func sent(_ action: Exchange.Action) throws -> String {
        guard case .send(let bytes, _) = action else {
            Issue.record("nothing is sent: \(action)")
            throw CancellationError()
        }
        return String(buffer: bytes)
    }

    @Test func `nothing is said of the fields of a large body, each of which would be a pass over it`() throws {
        for (largeBody, left) in [(Int.max, ["user"]), (20, [])] {
            let rig = Self.rig(largeBody: largeBody)
            var exchange = rig.exchange(ExchangeRig.chat(extra: ",\"user\":\"u\""))
            var action = exchange.begin(at: rig.clock.now)
            while case .work(let work) = action { action = exchange.worked(work.run(), at: rig.clock.now) }
            _ = try sent(action)
            #expect(exchange.attemptNumber == 1)
            #expect(exchange.fieldsLeftOut() == left)
            exchange.clientLeft(at: rig.clock.now)
        }
    }

    @Test func `what is sent is the same, in two steps more`() throws {
        let small = Self.rig(largeBody: .max)
        var plain = small.exchange(ExchangeRig.chat(extra: ",\"temperature\":0.5"))
        let expected = try sent(plain.begin(at: small.clock.now))
        plain.clientLeft(at: small.clock.now)

        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(extra: ",\"temperature\":0.5"))
        let scan = try work(exchange.begin(at: rig.clock.now))
        #expect(rig.inFlight == 0)
        rig.clock.advance(by: .milliseconds(10))
        let encode = try work(exchange.worked(scan.run(), at: rig.clock.now))
        #expect(rig.inFlight == 1)
        rig.clock.advance(by: .milliseconds(10))
        #expect(try sent(exchange.worked(encode.run(), at: rig.clock.now)) == expected)
        // The attempt's limit begins when it does.
        #expect(exchange.deadline == rig.clock.now + .seconds(600))
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: rig.clock.now)
        #expect(try #require(exchange.upstreamEnded(at: rig.clock.now).bytes).hasPrefix("HTTP/1.1 200"))
        #expect(exchange.record.attempts == 1)
        #expect(rig.inFlight == 0)
    }

    @Test func `a body of the limit itself is read at once`() throws {
        let body = ExchangeRig.chat()
        let rig = Self.rig(largeBody: body.utf8.count)
        var exchange = rig.exchange(body)
        #expect(exchange.begin(at: rig.clock.now).sentTo != nil)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `another attempt writes it once more, for the other instance`() throws {
        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let scan = try work(exchange.begin(at: rig.clock.now))
        let first = try work(exchange.worked(scan.run(), at: rig.clock.now))
        let one = try #require(exchange.worked(first.run(), at: rig.clock.now).sentTo)
        let second = try work(exchange.upstreamLost(.refused("nobody there"), at: rig.clock.now))
        #expect(rig.inFlight == 1)
        let other = try #require(exchange.worked(second.run(), at: rig.clock.now).sentTo)
        #expect(one != other)
        exchange.clientLeft(at: rig.clock.now)
        #expect(exchange.record.attempts == 2)
        #expect(rig.inFlight == 0)
    }

    @Test(arguments: [
        "{\"model\":\"llama3\",\"messages\":5}", "not JSON at all, and long enough",
        "{\"model\":\"llama3\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"logit_bias\":{\"1\":1}}",
    ])
    func `what cannot be read or written is told, and nothing is kept`(_ body: String) throws {
        let rig = Self.rig()
        var exchange = rig.exchange(body)
        var action = exchange.begin(at: rig.clock.now)
        while case .work(let work) = action { action = exchange.worked(work.run(), at: rig.clock.now) }
        #expect(try #require(action.bytes).hasPrefix("HTTP/1.1 400"))
        let isOver = exchange.isOver
        #expect(isOver)
        #expect(rig.inFlight == 0)
        #expect(rig.failures == 0)
    }

    @Test(arguments: [1, 2]) func `a client that leaves meanwhile is let go, and late work does nothing`(steps: Int)
        throws
    {
        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        var pending = try work(exchange.begin(at: rig.clock.now))
        if steps == 2 { pending = try work(exchange.worked(pending.run(), at: rig.clock.now)) }
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
        #expect(exchange.worked(pending.run(), at: rig.clock.now).isNone)
        #expect(exchange.record.outcome == .cancelled)
    }

    @Test(arguments: [1, 2]) func `only the limit of the whole request ends it meanwhile`(steps: Int) throws {
        var rig = Self.rig()
        rig.settings.totalTimeout = .seconds(5)
        rig.settings.firstTokenDeadline = .seconds(1)
        var exchange = rig.exchange(ExchangeRig.chat(stream: true), timeout: 1)
        let began = rig.clock.now
        let pending = try work(exchange.begin(at: began))
        if steps == 2 { _ = try work(exchange.worked(pending.run(), at: rig.clock.now)) }
        #expect(exchange.deadline == began + .seconds(5))
        rig.clock.advance(by: .seconds(2))
        #expect(exchange.timeUp(at: rig.clock.now).isNone)
        rig.clock.advance(by: .seconds(3))
        #expect(try #require(exchange.timeUp(at: rig.clock.now).bytes).hasPrefix("HTTP/1.1 504"))
        #expect(rig.inFlight == 0)
        #expect(rig.failures == 0)
    }

    @Test func `the time in which it is written is the gateway's own, also where it is never sent`() throws {
        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let scan = try work(exchange.begin(at: rig.clock.now))
        _ = try work(exchange.worked(scan.run(), at: rig.clock.now))
        rig.clock.advance(by: .seconds(2))
        let told = try #require(exchange.stop(at: rig.clock.now).bytes)
        #expect(
            told.contains("x-litellm-response-duration-ms: 2000.000\r\nx-litellm-overhead-duration-ms: 2000.000\r\n"))
    }

    @Test(arguments: [1, 2]) func `a gateway that stops ends it`(steps: Int) throws {
        let rig = Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let pending = try work(exchange.begin(at: rig.clock.now))
        if steps == 2 { _ = try work(exchange.worked(pending.run(), at: rig.clock.now)) }
        #expect(try #require(exchange.stop(at: rig.clock.now).bytes).hasPrefix("HTTP/1.1 503"))
        #expect(rig.inFlight == 0)
    }
}
