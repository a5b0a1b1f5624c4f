import Balancer
import Gateway
import NIOCore
import TestSupport
import Testing

/// Boxes that their breakers keep out, with and without a model that stands in.
@Suite struct BreakerFallbackTests {
    typealias Model = ModelsRig.Model

    /// A box whose breaker has opened: it takes requests and does not answer.
    private static func trip(_ rig: ModelsRig, _ model: String = "llama3") {
        for _ in 0..<5 {
            var request = rig.exchange(model, more: ",\"disable_fallbacks\":true")
            _ = request.begin(at: rig.clock.now)
            rig.clock.advance(by: .seconds(601))
            _ = request.timeUp(at: rig.clock.now)
            request.clientLeft(at: rig.clock.now)
        }
    }

    @Test func `a box that is out is spared while its fallback stands in`() {
        let rig = ModelsRig.standingIn()
        for _ in 0..<5 {
            var request = rig.exchange("llama3")
            #expect(request.begin(at: rig.clock.now).sentTo == 0)
            rig.clock.advance(by: .seconds(601))
            #expect(request.timeUp(at: rig.clock.now).sentTo == 1)
            request.clientLeft(at: rig.clock.now)
        }
        for _ in 0..<9 {
            var request = rig.exchange("llama3")
            #expect(request.begin(at: rig.clock.now).sentTo == 1)
            request.clientLeft(at: rig.clock.now)
        }
        #expect(rig.balancer.snapshot().deployments[0].requests == 5)
    }

    @Test func `a box that is out is tried when its fallback has failed, and when it has none`() {
        let rig = ModelsRig.standingIn()
        Self.trip(rig)
        var request = rig.exchange("llama3")
        #expect(request.begin(at: rig.clock.now).sentTo == 1)
        #expect(rig.answer(&request, 500).sentTo == 0)
        #expect(rig.answer(&request, 200).isFinish)

        let sole = ModelsRig([Model(name: "llama3", inside: [true])], retries: 0)
        Self.trip(sole)
        var alone = sole.exchange("llama3")
        #expect(alone.begin(at: sole.clock.now).sentTo == 0)
        alone.clientLeft(at: sole.clock.now)
    }

    @Test func `when all are out each is tried once, and then the client is told`() {
        let rig = ModelsRig.standingIn()
        Self.trip(rig)
        Self.trip(rig, "smart")
        var request = rig.exchange("llama3")
        let played = rig.play(&request) { _ in .status500 }
        #expect(Set(played.instances) == [0, 1] && played.instances.count == 2)
        #expect(played.answer.hasPrefix("HTTP/1.1 502"))
        #expect(rig.balancer.snapshot().inFlight == 0)
    }
}
