import Balancer
import Gateway
import NIOCore
import TestSupport
import Testing

/// Pauses and waits, with the fallbacks around them.
@Suite struct PausingTests {
    typealias Model = ModelsRig.Model

    private static func falling(to fallback: String...) -> RouteRules {
        var rules = RouteRules.none
        rules.fallbacks.general = fallback
        return rules
    }

    @Test(arguments: [0, 1, 3])
    func `the only instance is tried again as often as num_retries says`(retries: Int) {
        let rig = ModelsRig([Model(name: "llama3", inside: [true])], retries: retries)
        var exchange = rig.exchange("llama3")
        #expect(rig.play(&exchange) { _ in .lost }.instances.count == retries + 1)
        #expect(exchange.record.attempts == retries + 1)
    }

    @Test func `a pause after which nothing can be tried takes a retry, so pauses end`() {
        let rig = ModelsRig([Model(name: "llama3", inside: [true])], retries: 3)
        var exchange = rig.exchange("llama3")
        // The refused connection keeps it out for longer than the pauses last.
        let played = rig.play(&exchange) { _ in .refused }
        #expect(played.answer.hasPrefix("HTTP/1.1 50"))
        #expect(played.instances.count <= 4)
    }

    @Test func `the last fallback pauses where nothing is left, and its answer counts all attempts`() {
        let rig = ModelsRig(
            [
                Model(name: "llama3", inside: [true], rules: Self.falling(to: "smart")),
                Model(name: "smart", inside: [false]),
            ],
            retries: 1)
        var exchange = rig.exchange("llama3")
        _ = exchange.begin(at: rig.clock.now)
        #expect(exchange.upstreamLost(.lost("gone"), at: rig.clock.now).sentTo == 1)
        #expect(exchange.upstreamLost(.lost("gone"), at: rig.clock.now).isPause)
        rig.clock.advance(by: .seconds(1))
        #expect(exchange.timeUp(at: rig.clock.now).sentTo == 1)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(.init(string: ExchangeRig.whole), at: rig.clock.now)
        let answer = exchange.upstreamEnded(at: rig.clock.now).bytes
        #expect(answer?.contains("x-litellm-attempted-retries: 1\r\n") == true)
        #expect(answer?.contains("x-drover-queue-ms: 1000.0") == true)
        #expect(exchange.record.attempts == 3 && exchange.record.fallbacks == 1)
        #expect(exchange.record.queueNanoseconds == 1_000_000_000)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    /// Ways in which a wait of two seconds ends without a place.
    enum End: CaseIterable {
        case clientLeft, stopped, refused, wholeTimeIsUp
    }

    @Test(arguments: End.allCases, [true, false])
    func `a wait counts, however it ends`(end: End, isPause: Bool) {
        var rig = ModelsRig([Model(name: "llama3", inside: [true], cap: isPause ? nil : 0)])
        if end == .wholeTimeIsUp { rig.settings.totalTimeout = .seconds(2) }
        var exchange = rig.exchange("llama3")
        var action = exchange.begin(at: rig.clock.now)
        if isPause { action = exchange.upstreamLost(.lost("gone"), at: rig.clock.now) }
        #expect(isPause ? action.isPause : action.asked != nil)
        if end == .refused, isPause { return }
        rig.clock.advance(by: .seconds(2))
        switch end {
        case .clientLeft: exchange.clientLeft(at: rig.clock.now)
        case .stopped: #expect(exchange.stop(at: rig.clock.now).isFinish)
        case .refused: #expect(exchange.queueRefused(.queueFull, at: rig.clock.now).isFinish)
        case .wholeTimeIsUp:
            #expect(exchange.timeUp(at: rig.clock.now).bytes?.hasPrefix("HTTP/1.1 504") == true)
        }
        #expect(exchange.record.queueNanoseconds == 2_000_000_000)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }
}
