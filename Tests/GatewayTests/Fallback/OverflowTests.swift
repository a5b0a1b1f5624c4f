import Balancer
import Dialects
import Gateway
import NIOCore
import TestSupport
import Testing

/// Leaving a queue that is too long, with what is predicted, what the client will wait, and what keeps it inside.
@Suite struct OverflowTests {
    typealias Model = ModelsRig.Model

    /// One slot under predictions, and a cloud that takes what is too much.
    private static func rig(after: Duration, rules: RouteRules = .none) -> ModelsRig {
        var rules = rules
        rules.overflow = Overflow(model: "smart", after: after, takesEmbeddings: false)
        return ModelsRig([
            Model(name: "llama3", inside: [true], rules: rules, strategy: "soonest", slots: 1),
            Model(name: "smart", inside: [false]),
        ])
    }

    /// Who takes the slot.
    private static func busy(_ rig: ModelsRig) -> Exchange {
        var busy = rig.exchange("llama3")
        #expect(busy.begin(at: rig.clock.now).sentTo == 0)
        return busy
    }

    @Test func `a wait that is predicted to be too long is not begun`() {
        let rig = Self.rig(after: .milliseconds(1))
        var busy = Self.busy(rig)
        var exchange = rig.exchange("llama3")
        #expect(exchange.begin(at: rig.clock.now).sentTo == 1)
        exchange.clientLeft(at: rig.clock.now)
        busy.clientLeft(at: rig.clock.now)
        #expect(exchange.record.fallbacks == 1 && exchange.record.queueNanoseconds == 0)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `a wait that is predicted to be short is begun`() {
        let rig = Self.rig(after: .seconds(3600))
        var busy = Self.busy(rig)
        var exchange = rig.exchange("llama3")
        #expect(exchange.begin(at: rig.clock.now).asked != nil)
        exchange.clientLeft(at: rig.clock.now)
        busy.clientLeft(at: rig.clock.now)
    }

    @Test func `a client that will not wait so long overflows before it is told to come back`() {
        let rig = Self.rig(after: .seconds(3600))
        var busy = Self.busy(rig)
        var exchange = rig.exchange("llama3", timeout: 0.01)
        #expect(exchange.begin(at: rig.clock.now).sentTo == 1)
        var later = rig.exchange("llama3", timeout: 1000)
        #expect(later.begin(at: rig.clock.now).asked != nil)
        let why = Unavailable(message: "the wait is 2000 s", retryAfter: .seconds(2000), predictedWait: .seconds(2000))
        #expect(later.queueRefused(.tooLate(why), at: rig.clock.now).sentTo == 1)
        exchange.clientLeft(at: rig.clock.now)
        later.clientLeft(at: rig.clock.now)
        busy.clientLeft(at: rig.clock.now)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test(arguments: [true, false])
    func `what must stay inside waits, however long that is predicted to take`(byModel: Bool) {
        var rules = RouteRules.none
        if byModel { rules.confinement = .model }
        let rig = Self.rig(after: .milliseconds(1), rules: rules)
        var busy = Self.busy(rig)
        var exchange = rig.exchange("llama3", localOnly: !byModel)
        #expect(exchange.begin(at: rig.clock.now).asked != nil)
        exchange.queued(at: 1, predicted: .seconds(100), at: rig.clock.now)
        #expect(exchange.timeUp(at: rig.clock.now).isNone)
        let refused = exchange.queueRefused(.queueFull, at: rig.clock.now)
        #expect(refused.bytes?.hasPrefix("HTTP/1.1 429") == true)
        var hasty = rig.exchange("llama3", localOnly: !byModel, timeout: 0.01)
        #expect(hasty.begin(at: rig.clock.now).bytes?.hasPrefix("HTTP/1.1 429") == true)
        busy.clientLeft(at: rig.clock.now)
        #expect(exchange.record.cloudCalls == 0 && hasty.record.cloudCalls == 0)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `whoever wants no fallbacks does not overflow`() {
        let rig = Self.rig(after: .milliseconds(1))
        var busy = Self.busy(rig)
        var exchange = rig.exchange("llama3", more: #","disable_fallbacks":true"#)
        #expect(exchange.begin(at: rig.clock.now).asked != nil)
        exchange.clientLeft(at: rig.clock.now)
        busy.clientLeft(at: rig.clock.now)
    }

    @Test func `no fallbacks allowed means no overflow either`() {
        var rig = Self.rig(after: .milliseconds(1))
        rig.settings.maxFallbacks = 0
        var busy = Self.busy(rig)
        var exchange = rig.exchange("llama3")
        #expect(exchange.begin(at: rig.clock.now).asked != nil)
        exchange.clientLeft(at: rig.clock.now)
        busy.clientLeft(at: rig.clock.now)
    }

    @Test func `a client's own fallbacks still count where its request has overflowed`() {
        var rules = RouteRules.none
        rules.overflow = Overflow(model: "smart", after: .seconds(10), takesEmbeddings: false)
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: rules, cap: 0),
            Model(name: "smart", inside: [false], rules: .general("wrong")), Model(name: "wrong", inside: [true]),
            Model(name: "right", inside: [true]),
        ])
        var exchange = rig.exchange("llama3", more: #","fallbacks":["right"]"#)
        #expect(rig.play(&exchange) { $0 == 1 ? .status500 : nil }.models == ["smart", "right"])
        var none = rig.exchange("llama3", more: #","fallbacks":[]"#)
        #expect(rig.play(&none) { $0 == 1 ? .status500 : nil }.models == ["smart"])
    }

    @Test func `the answer tells how long it waited, and no place in a queue that it has left`() throws {
        var rules = RouteRules.none
        rules.overflow = Overflow(model: "smart", after: .seconds(10), takesEmbeddings: false)
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: rules, cap: 0), Model(name: "smart", inside: [false]),
        ])
        var exchange = rig.exchange("llama3")
        _ = exchange.begin(at: rig.clock.now)
        exchange.queued(at: 3, predicted: .seconds(9), at: rig.clock.now)
        rig.clock.advance(by: .seconds(10))
        #expect(exchange.timeUp(at: rig.clock.now).sentTo == 1)
        exchange.sent(at: rig.clock.now)
        rig.clock.advance(by: .seconds(2))
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: rig.clock.now)
        let answer = try #require(exchange.upstreamEnded(at: rig.clock.now).bytes)
        for line in [
            "x-drover-queue-ms: 10000.0", "x-drover-queue-position: 0", "x-litellm-response-duration-ms: 12000.0",
            "x-litellm-overhead-duration-ms: 0.0", "x-litellm-attempted-fallbacks: 1", "x-litellm-attempted-retries: 0",
        ] {
            #expect(answer.contains(line), "\(line) in \(answer)")
        }
        #expect(!answer.contains("x-drover-queue-predicted-ms"))
    }
}
