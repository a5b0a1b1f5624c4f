import Balancer
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Models that are asked once more, because nobody can read the call that they have written.
@Suite struct SpareAnswerTests {
    private static let request = ExchangeRig.chat(
        extra: #","tools":[{"type":"function","function":{"name":"add","parameters":{"type":"object"}}}]"#)
    private static let broken =
        #"{"model":"m","created_at":"t","message":{"role":"assistant","content":"","tool_calls":[{"function":"#
        + #"{"name":"add","arguments":"{\"a\": one}"}}]},"done":true,"done_reason":"stop","total_duration":300,"#
        + #""prompt_eval_count":5,"eval_count":7,"eval_duration":200}"#

    private func rig(retries: Int = 1) -> ExchangeRig {
        var rig = ExchangeRig(boxes: 2, retries: retries)
        rig.settings.asksCallsAgain = true
        return rig
    }

    private func isSent(_ action: Exchange.Action) -> Bool { if case .send = action { true } else { false } }

    /// An exchange whose first answer was such, and whose second attempt is out.
    private func asked(_ rig: ExchangeRig) -> Exchange {
        var exchange = rig.exchange(Self.request)
        #expect(isSent(exchange.begin(at: rig.clock.now)))
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: Self.broken), at: rig.clock.now)
        #expect(isSent(exchange.upstreamEnded(at: rig.clock.now)), "asked once more")
        return exchange
    }

    @Test(arguments: [true, false])
    func `where nothing comes of the second try the client has the first answer, as it came`(isLost: Bool) {
        let rig = rig()
        var exchange = asked(rig)
        let first = exchange.record.deployment
        let end: Exchange.Action
        if isLost {
            end = exchange.upstreamLost(.lost("cut"), at: rig.clock.now)
        } else {
            _ = exchange.upstreamHead(status: 500, retryAfterSeconds: nil, at: rig.clock.now)
            _ = exchange.upstreamBytes(ByteBuffer(string: #"{"error":"no"}"#), at: rig.clock.now)
            end = exchange.upstreamEnded(at: rig.clock.now)
        }
        let answer = end.bytes ?? ""
        #expect(answer.hasPrefix("HTTP/1.1 200 OK") && answer.contains(#"{\"a\": one}"#), "\(answer)")
        #expect(exchange.isOver && exchange.record.outcome == .succeeded && exchange.record.deployment != first)
        #expect(rig.balancer.snapshot().inFlight == 0)
        // It is the answer in the log and in traces, too, with its tokens; the second attempt is the one that failed.
        #expect(exchange.record.promptTokens == 5 && exchange.record.completionTokens == 7)
        #expect(exchange.record.lastAttempt == 1 && exchange.record.failedAttempts.map(\.number) == [2])
        #expect(exchange.record.failedAttemptsCost == 0)
    }

    @Test func `a second answer is the client's, and so is a time that is over`() {
        let rig = rig()
        var exchange = asked(rig)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: rig.clock.now)
        let answer = exchange.upstreamEnded(at: rig.clock.now).bytes ?? ""
        #expect(answer.contains(#""content":"Hi""#) && !answer.contains("one"), "\(answer)")

        var late = asked(rig)
        rig.clock.advance(by: .seconds(100_000))
        var end = late.timeUp(at: rig.clock.now)
        if isSent(end) { end = late.upstreamLost(.lost("cut"), at: rig.clock.now) }
        #expect(end.bytes?.contains(#"{\"a\": one}"#) == true, "\(end)")
    }

    @Test func `of a model that writes two such the client has the second`() {
        let rig = rig(retries: 3)
        var exchange = asked(rig)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let second = Self.broken.replacing(": one", with: ": two")
        _ = exchange.upstreamBytes(ByteBuffer(string: second), at: rig.clock.now)
        let answer = exchange.upstreamEnded(at: rig.clock.now).bytes ?? ""
        #expect(answer.contains(#"{\"a\": two}"#), "\(answer)")
    }
}
