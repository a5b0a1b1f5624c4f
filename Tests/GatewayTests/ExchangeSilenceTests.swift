import Balancer
import Dialects
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// A box that has answered nobody is tried by a client's request, and the client does not wait for it.
@Suite struct ExchangeSilenceTests {
    /// Three boxes that have answered, and the one that is out since it answers nobody any more. A request may try it now.
    private static func rig(cap: Int? = nil) async throws -> (ExchangeRig, silent: Int) {
        var rig = ExchangeRig(cap: cap)
        rig.settings.learnsFirstToken = true
        await rig.haveLoaded()
        try rig.haveAnswered()
        for _ in 0..<12 where out(rig) == nil {
            var exchange = rig.exchange(ExchangeRig.chat(stream: true))
            _ = exchange.begin(at: rig.clock.now)
            guard advance(&exchange, rig).hedgedTo != nil else { throw NotFound() }
            answer(&exchange, rig)
        }
        guard let silent = out(rig) else { throw NotFound() }
        rig.clock.advance(by: .seconds(60))
        await rig.haveLoaded()
        return (rig, silent)
    }

    private struct NotFound: Error {}

    private static func out(_ rig: ExchangeRig) -> Int? {
        rig.balancer.snapshot().deployments.firstIndex { $0.breaker != "closed" }
    }

    /// Goes from one moment at which it is due to the next, until something is done.
    private static func advance(_ exchange: inout Exchange, _ rig: ExchangeRig) -> Exchange.Action {
        let end = rig.clock.now + .seconds(60)
        while let due = exchange.deadline, due < end {
            if due > rig.clock.now { rig.clock.advance(by: due - rig.clock.now) }
            let action = exchange.timeUp(at: rig.clock.now)
            if !action.isNone { return action }
        }
        return .none
    }

    @discardableResult private static func answer(_ exchange: inout Exchange, _ rig: ExchangeRig) -> String {
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line + ExchangeRig.done), at: rig.clock.now)
        let first = exchange.flush(at: rig.clock.now).bytes ?? ""
        return first + (exchange.upstreamEnded(at: rig.clock.now).bytes ?? "")
    }

    /// A request that was sent to the silent box, and goes on elsewhere.
    private static func stepAside(
        _ exchange: inout Exchange, _ rig: ExchangeRig, from silent: Int
    ) throws -> (trial: SilenceTrial, other: Int) {
        let began = rig.clock.now
        let first = exchange.begin(at: began).sentTo
        try #require(first == silent)
        guard case .stepAside(_, let other) = advance(&exchange, rig) else { throw NotFound() }
        #expect(rig.clock.now - began == .milliseconds(200) && other.index != silent)
        guard let trial = exchange.takeTrial() else { throw NotFound() }
        return (trial, other.index)
    }

    @Test(arguments: [true, false]) func `its client is served elsewhere after a moment, and it goes on by itself`(
        stream: Bool
    ) async throws {
        let (rig, silent) = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: stream))
        let (trial, other) = try Self.stepAside(&exchange, rig, from: silent)
        #expect(rig.inFlight == 2)
        let text = Self.answer(&exchange, rig)
        #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("box-\(other)"), "\(text)")
        #expect(text.contains("x-litellm-attempted-retries: 0\r\n"))
        #expect(exchange.record.outcome == .succeeded && exchange.record.moves == 1 && rig.inFlight == 1)
        #expect(exchange.record.failedAttempts.map(\.deployment) == [silent])
        // Nobody else is sent there meanwhile.
        var next = rig.exchange(ExchangeRig.chat())
        let second = next.begin(at: rig.clock.now).sentTo
        #expect(second != silent)
        next.clientLeft(at: rig.clock.now)
        for _ in 0..<600 where !trial.isOver {
            rig.clock.advance(by: .milliseconds(100))
            trial.sweep(at: rig.clock.now)
        }
        #expect(trial.isOver && rig.inFlight == 0)
        let box = rig.balancer.snapshot().deployments[silent]
        #expect(box.breaker == "open" && box.abandoned == 0)
        #expect(rig.balancer.snapshot().audit?.drift == 0)
    }

    @Test func `a beginning of an answer brings it back, however late`() async throws {
        let (rig, silent) = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        let (trial, _) = try Self.stepAside(&exchange, rig, from: silent)
        Self.answer(&exchange, rig)
        rig.clock.advance(by: .seconds(1))
        trial.take(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        let box = rig.balancer.snapshot().deployments[silent]
        #expect(trial.isOver && box.breaker == "closed" && box.state == "ready" && rig.inFlight == 0)
        trial.take(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        trial.ended(at: rig.clock.now)
        trial.sweep(at: rig.clock.now + .seconds(600))
        #expect(rig.inFlight == 0 && rig.balancer.snapshot().audit?.drift == 0)
    }

    @Test(arguments: [500, 503, 400, 0]) func `what it says instead is its word, and no client's`(status: Int)
        async throws
    {
        let (rig, silent) = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        let (trial, _) = try Self.stepAside(&exchange, rig, from: silent)
        status == 0
            ? trial.lost(.lost("cut"), at: rig.clock.now) : trial.refused(status: status, at: rig.clock.now)
        #expect(trial.isOver && rig.inFlight == 1)
        let text = Self.answer(&exchange, rig)
        #expect(text.hasPrefix("HTTP/1.1 200") && rig.inFlight == 0)
        #expect(rig.balancer.snapshot().deployments[silent].state != "ready")
    }

    @Test(arguments: [
        "<html><body>Welcome</body></html>", #"{"error":"the model has crashed"}"# + "\n", "no JSON at all\n",
    ])
    func `what its client would not have taken for an answer proves nothing`(body: String) async throws {
        let (rig, silent) = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        let (trial, _) = try Self.stepAside(&exchange, rig, from: silent)
        Self.answer(&exchange, rig)
        trial.head(status: 200, packed: nil, at: rig.clock.now)
        #expect(!trial.isOver)
        trial.take(ByteBuffer(string: body), at: rig.clock.now)
        #expect(trial.isOver && !trial.hasAnswered && rig.inFlight == 0)
        #expect(rig.balancer.snapshot().deployments[silent].breaker == "open")
    }

    @Test func `an answer that is packed proves nothing, and blank lines alone do not either`() async throws {
        let (rig, silent) = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        let (trial, _) = try Self.stepAside(&exchange, rig, from: silent)
        Self.answer(&exchange, rig)
        trial.head(status: 200, packed: nil, at: rig.clock.now)
        for piece in ["\n", "\n\n"] { trial.take(ByteBuffer(string: piece), at: rig.clock.now) }
        #expect(!trial.isOver)
        for half in [ExchangeRig.line.prefix(20), ExchangeRig.line.dropFirst(20)] {
            #expect(!trial.isOver)
            trial.take(ByteBuffer(substring: half), at: rig.clock.now)
        }
        #expect(trial.hasAnswered && rig.balancer.snapshot().deployments[silent].breaker == "closed")
        let (other, second) = try await Self.rig()
        var packed = other.exchange(ExchangeRig.chat(stream: true))
        let (tried, _) = try Self.stepAside(&packed, other, from: second)
        Self.answer(&packed, other)
        tried.head(status: 200, packed: "br", at: other.clock.now)
        #expect(tried.isOver && !tried.hasAnswered && other.balancer.snapshot().deployments[second].breaker == "open")
    }

    private static let tools = #","tools":[{"type":"function","function":{"name":"f","parameters":{}}}]"#

    /// What a box that says all at its end has said is known when its body ends, or, where that end does not come, when its time is up.
    @Test(arguments: [true, false])
    func `an answer that comes whole is one when it has ended`(isEnded: Bool) async throws {
        let (rig, silent) = try await Self.rig()
        // A stream is asked for where nothing was heard lately.
        rig.balancer.heard(InstanceID(index: silent), at: rig.clock.now)
        var exchange = rig.exchange(ExchangeRig.chat())
        let (trial, _) = try Self.stepAside(&exchange, rig, from: silent)
        trial.head(status: 200, packed: nil, at: rig.clock.now)
        for half in [ExchangeRig.whole.prefix(30), ExchangeRig.whole.dropFirst(30)] {
            trial.take(ByteBuffer(substring: half), at: rig.clock.now)
            #expect(!trial.isOver)
        }
        if isEnded {
            trial.ended(at: rig.clock.now)
        } else {
            for _ in 0..<600 where !trial.isOver {
                rig.clock.advance(by: .milliseconds(100))
                trial.sweep(at: rig.clock.now)
            }
        }
        #expect(trial.isOver && trial.hasAnswered && rig.inFlight == 1)
        #expect(rig.balancer.snapshot().deployments[silent].breaker == "closed")
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test func `half of an answer that comes whole is none`() async throws {
        let (rig, silent) = try await Self.rig()
        // A stream is asked for where nothing was heard lately.
        rig.balancer.heard(InstanceID(index: silent), at: rig.clock.now)
        var exchange = rig.exchange(ExchangeRig.chat())
        let (trial, _) = try Self.stepAside(&exchange, rig, from: silent)
        trial.take(ByteBuffer(substring: ExchangeRig.whole.prefix(30)), at: rig.clock.now)
        trial.ended(at: rig.clock.now)
        #expect(trial.isOver && !trial.hasAnswered)
        #expect(rig.balancer.snapshot().deployments[silent].breaker == "open")
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `the first words of an answer that may call tools are an answer`() async throws {
        let (rig, silent) = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true, extra: Self.tools))
        let (trial, _) = try Self.stepAside(&exchange, rig, from: silent)
        trial.take(ByteBuffer(string: ExchangeRig.line), at: rig.clock.now)
        #expect(trial.isOver && trial.hasAnswered)
        #expect(rig.balancer.snapshot().deployments[silent].breaker == "closed")
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0)
    }

    @Test func `a box that answers at once answers its client`() async throws {
        let (rig, silent) = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat(stream: true))
        let first = exchange.begin(at: rig.clock.now).sentTo
        try #require(first == silent)
        rig.clock.advance(by: .milliseconds(100))
        let text = Self.answer(&exchange, rig)
        #expect(text.contains("box-\(silent)") && exchange.record.moves == 0 && rig.inFlight == 0)
        #expect(rig.balancer.snapshot().deployments[silent].breaker == "closed")
    }

    @Test func `where the client leaves first, the next request tries it`() async throws {
        let (rig, silent) = try await Self.rig()
        var exchange = rig.exchange(ExchangeRig.chat())
        let first = exchange.begin(at: rig.clock.now).sentTo
        try #require(first == silent)
        exchange.clientLeft(at: rig.clock.now)
        var next = rig.exchange(ExchangeRig.chat())
        let (trial, _) = try Self.stepAside(&next, rig, from: silent)
        trial.stop(at: rig.clock.now)
        next.clientLeft(at: rig.clock.now)
        #expect(rig.inFlight == 0 && rig.balancer.snapshot().deployments.allSatisfy { $0.abandoned == 0 })
    }
}
