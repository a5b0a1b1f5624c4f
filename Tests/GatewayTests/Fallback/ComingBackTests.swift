import Balancer
import Gateway
import NIOCore
import TestSupport
import Testing

/// The way back to a model that was passed over, where nothing stands in for it.
@Suite struct ComingBackTests {
    typealias Model = ModelsRig.Model

    @Test func `where all are at their caps the request waits for the model that it asked for`() throws {
        let rig = ModelsRig.standingIn(
            Model(name: "llama3", inside: [true], cap: 1), Model(name: "smart", inside: [true], cap: 1))
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var second = rig.exchange("llama3")
        #expect(second.begin(at: rig.clock.now).sentTo == 1)
        var last = rig.exchange("llama3")
        let action = last.begin(at: rig.clock.now)
        guard case .wait(let model, let ask) = action else { return #expect(Bool(false), "both are full") }
        #expect(model == ModelID(index: 0))
        #expect(rig.answer(&first, 200).isFinish)
        #expect(last.granted(try rig.balancer.pick(model, ask), at: rig.clock.now).sentTo == 0)
        #expect(rig.answer(&last, 200).isFinish)
        second.clientLeft(at: rig.clock.now)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `a cap of the model asked for is waited for rather than a pause of its fallback`() {
        let rig = ModelsRig.standingIn(Model(name: "llama3", inside: [true], cap: 1))
        var paused = rig.exchange("smart")
        _ = paused.begin(at: rig.clock.now)
        _ = rig.answer(&paused, 429, retryAfter: 10)
        paused.clientLeft(at: rig.clock.now)
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var next = rig.exchange("llama3")
        guard case .wait(let model, _) = next.begin(at: rig.clock.now) else {
            return #expect(Bool(false), "both are full")
        }
        #expect(model == ModelID(index: 0))
        next.clientLeft(at: rig.clock.now)
        first.clientLeft(at: rig.clock.now)
    }

    @Test func `when the fallback fails, the request comes back and waits for what opens in time`() {
        let rig = ModelsRig.standingIn(Model(name: "llama3", inside: [true], cap: 1))
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).sentTo == 1)
        #expect(rig.answer(&next, 500).asked != nil)
        first.clientLeft(at: rig.clock.now)
        #expect(rig.balancer.snapshot().inFlight == 0)
        next.clientLeft(at: rig.clock.now)
        #expect(next.record.attempts == 1 && next.record.fallbacks == 1)
    }

    @Test func `of two that are limited the one that opens first is waited for`() {
        let rig = ModelsRig.standingIn(
            Model(name: "llama3", inside: [true]), Model(name: "smart", inside: [true]))
        for (box, seconds) in [(0, 20), (1, 10)] {
            var request = rig.exchange(box == 0 ? "llama3" : "smart")
            _ = request.begin(at: rig.clock.now)
            _ = rig.answer(&request, 429, retryAfter: seconds)
            request.clientLeft(at: rig.clock.now)
        }
        var next = rig.exchange("llama3")
        guard let ask = next.begin(at: rig.clock.now).asked else { return #expect(Bool(false), "both are paused") }
        #expect(ask.mostWait == .seconds(30))
        #expect(next.record.fallbacks == 0)
        rig.clock.advance(by: .seconds(11))
        if let lease = try? rig.balancer.pick(ModelID(index: 1), ask) {
            #expect(next.granted(lease, at: rig.clock.now).sentTo == 1)
        }
        next.clientLeft(at: rig.clock.now)
    }

    @Test func `when neither opens in time the refusal says when the first does`() {
        let rig = ModelsRig.standingIn()
        for (name, seconds) in [("llama3", 400), ("smart", 900)] {
            var request = rig.exchange(name, more: ",\"disable_fallbacks\":true")
            _ = request.begin(at: rig.clock.now)
            _ = rig.answer(&request, 429, retryAfter: seconds)
        }
        var next = rig.exchange("llama3")
        let told = next.begin(at: rig.clock.now).bytes
        #expect(told?.hasPrefix("HTTP/1.1 429") == true && told?.contains("retry-after: 400\r\n") == true)
        #expect(told?.contains("rate_limit_exceeded") == true && told?.contains("pause") == true)
    }
}
