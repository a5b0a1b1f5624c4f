import Balancer
import NIOCore
import TestSupport
import Testing

@testable import Gateway

@Suite struct ExchangeTraceTests {
    private let parent = TraceContext(high: 5, low: 6, span: 7, isSampled: true)

    private func rig(_ sampler: TraceSampler?) -> ExchangeRig {
        var rig = ExchangeRig()
        rig.settings.traces = sampler
        return rig
    }

    /// The `traceparent` of a request to an instance.
    private func sent(_ action: Exchange.Action) -> TraceContext? {
        guard case .send(let bytes, _) = action else { return nil }
        let lines = String(buffer: bytes).split(separator: "\r\n")
        #expect(lines.first == "POST /api/chat HTTP/1.1")
        guard let line = lines.first(where: { $0.hasPrefix("traceparent: ") }) else { return nil }
        return Array(line.dropFirst("traceparent: ".count).utf8).withUnsafeBytes { TraceContext(traceparent: $0) }
    }

    @Test func `an upstream goes on below the attempt that it gets`() throws {
        let rig = rig(.parentBased(.always))
        var exchange = rig.exchange(ExchangeRig.chat(), trace: parent)
        let first = try #require(sent(exchange.begin(at: rig.clock.now)))
        let trace = try #require(exchange.record.trace)
        let box = exchange.record.deployment
        #expect(first == TraceContext(high: 5, low: 6, span: trace.child(1), isSampled: true))
        rig.clock.advance(by: .milliseconds(5))
        let second = try #require(sent(exchange.upstreamLost(.refused("no"), at: rig.clock.now)))
        #expect(second == TraceContext(high: 5, low: 6, span: trace.child(2), isSampled: true))
        rig.clock.advance(by: .milliseconds(5))
        exchange.clientLeft(at: rig.clock.now)
        #expect(
            exchange.record.failedAttempts == [
                FailedAttempt(
                    number: 1, deployment: box, sentNanoseconds: 0, durationNanoseconds: 5_000_000,
                    error: GatewayError.Kind.upstreamFailed.rawValue)
            ])
        #expect((exchange.record.sentNanoseconds, exchange.record.attempts) == (5_000_000, 2))
    }

    /// The breaker learns nothing from it, and yet it is no answer.
    @Test func `an attempt whose instance calls the request at fault is one that failed`() {
        let rig = rig(.always)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 400, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: "{\"error\":\"bad\"}"), at: rig.clock.now)
        _ = exchange.upstreamEnded(at: rig.clock.now)
        let record = exchange.record
        let errors = record.failedAttempts.map { $0.error }
        #expect(errors == [record.error])
        #expect(record.failedAttempts.allSatisfy { $0.isFault })
        #expect(record.outcome == .rejected)
    }

    @Test func `an attempt that its caller gave too little time is one that failed`() {
        let rig = rig(.always)
        var exchange = rig.exchange(ExchangeRig.chat(), timeout: 1)
        _ = exchange.begin(at: rig.clock.now)
        rig.clock.advance(by: .seconds(2))
        _ = exchange.timeUp(at: rig.clock.now)
        let timeout = GatewayError.Kind.upstreamTimeout.rawValue
        let record = exchange.record
        #expect(record.failedAttempts.first?.error == timeout)
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `an attempt that the time of the whole request ends is one that failed`() {
        var rig = rig(.always)
        rig.settings.totalTimeout = .seconds(1)
        var exchange = rig.exchange(ExchangeRig.chat())
        _ = exchange.begin(at: rig.clock.now)
        rig.clock.advance(by: .seconds(2))
        _ = exchange.timeUp(at: rig.clock.now)
        let record = exchange.record
        #expect(record.outcome == .failed)
        let errors = record.failedAttempts.map { $0.error }
        #expect(errors == [record.error])
    }

    @Test(
        arguments: [
            (Outcome.failed(.timedOut), "upstream_timeout"),
            (.failed(.saturated(retryAfter: nil)), "no_instance_available"),
            (.failed(.saturated(retryAfter: nil, isRateLimit: true)), "rate_limit_exceeded"),
            (.failed(.refused), "upstream_failed"), (.failed(.serverError(status: 500)), "upstream_failed"),
            (.ignored, nil), (.declined(status: 400), nil),
        ] as [(Outcome, String?)])
    func `an outcome has its error`(outcome: Outcome, code: String?) {
        #expect(outcome.error.map { GatewayError.codes[$0.rawValue] } == code)
    }

    @Test func `a trace that is not kept is told only where its caller has one`() throws {
        let rig = rig(.parentBased(.never))
        var alone = rig.exchange(ExchangeRig.chat())
        #expect(sent(alone.begin(at: rig.clock.now)) == nil)
        #expect(alone.record.trace?.own.isSampled == false)
        alone.clientLeft(at: rig.clock.now)
        var unkept = parent
        unkept.isSampled = false
        var called = rig.exchange(ExchangeRig.chat(), trace: unkept)
        let told = try #require(sent(called.begin(at: rig.clock.now)))
        #expect((told.high, told.low, told.isSampled) == (5, 6, false))
        called.clientLeft(at: rig.clock.now)
    }

    @Test func `where nothing is traced a caller's place is passed on as it is`() {
        let rig = rig(nil)
        var exchange = rig.exchange(ExchangeRig.chat(), trace: parent)
        #expect(sent(exchange.begin(at: rig.clock.now)) == parent)
        #expect(exchange.record.trace == nil)
        exchange.clientLeft(at: rig.clock.now)
        var plain = rig.exchange(ExchangeRig.chat())
        #expect(sent(plain.begin(at: rig.clock.now)) == nil)
        plain.clientLeft(at: rig.clock.now)
    }
}
