import Balancer
import Gateway
import NIOCore
import TestSupport
import Testing

/// Models that are full or out while another stands in.
@Suite struct PassingOverTests {
    typealias Model = ModelsRig.Model

    @Test(
        arguments: [
            (429, 20, "slow down"), (529, nil, "overloaded"), (503, nil, "server busy"), (503, 20, "no"),
            (504, 20, "no"),
        ] as [(Int, Int?, String)])
    func `while the first asks for a pause its fallback is sent to at once, and the first is not asked`(
        status: Int, seconds: Int?, text: String
    ) {
        let rig = ModelsRig.standingIn()
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        #expect(rig.answer(&first, status, retryAfter: seconds, text: text).sentTo == 1)
        first.clientLeft(at: rig.clock.now)
        for _ in 0..<3 {
            var next = rig.exchange("llama3")
            #expect(next.begin(at: rig.clock.now).sentTo == 1)
            #expect(rig.answer(&next, 200).isFinish)
            #expect(next.record.queueNanoseconds == 0 && next.record.fallbacks == 1)
        }
        #expect(rig.balancer.snapshot().deployments[0].requests == 1)
    }

    @Test(arguments: [true, false])
    func `when a pause is over the first good head brings all of them back from the fallback`(stream: Bool) {
        let rig = ModelsRig.standingIn()
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        #expect(rig.answer(&first, 429, retryAfter: 1).sentTo == 1)
        first.clientLeft(at: rig.clock.now)
        rig.clock.advance(by: .milliseconds(1_100))
        var slow = rig.exchange("llama3", stream: stream)
        #expect(slow.begin(at: rig.clock.now).sentTo == 0)
        var second = rig.exchange("llama3")
        #expect(second.begin(at: rig.clock.now).sentTo == 1)
        second.clientLeft(at: rig.clock.now)
        _ = slow.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        for _ in 0..<3 {
            var next = rig.exchange("llama3")
            #expect(next.begin(at: rig.clock.now).sentTo == 0)
            next.clientLeft(at: rig.clock.now)
        }
        slow.clientLeft(at: rig.clock.now)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test(arguments: [Model(name: "llama3", inside: [true], rpm: 1), Model(name: "llama3", inside: [true], tpm: 1)])
    func `a spent minute falls back at once`(model: Model) {
        let rig = ModelsRig.standingIn(model)
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        first.clientLeft(at: rig.clock.now)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).sentTo == 1)
        next.clientLeft(at: rig.clock.now)
    }

    @Test func `a cap falls back at once`() {
        let rig = ModelsRig.standingIn(Model(name: "llama3", inside: [true], cap: 1))
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).sentTo == 1)
        var third = rig.exchange("llama3", more: ",\"disable_fallbacks\":true")
        #expect(third.begin(at: rig.clock.now).asked != nil, "it has no fallbacks, so it waits")
        third.clientLeft(at: rig.clock.now)
        next.clientLeft(at: rig.clock.now)
        first.clientLeft(at: rig.clock.now)
    }

    @Test func `slots that are all at work are no limit: the request waits`() {
        let rig = ModelsRig.standingIn(Model(name: "llama3", inside: [true], strategy: "soonest", slots: 1))
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).asked != nil)
        next.clientLeft(at: rig.clock.now)
        first.clientLeft(at: rig.clock.now)
    }

    @Test func `overflow says otherwise: a limit that opens before it is waited for`() {
        var model = Model(name: "llama3", inside: [true], rpm: 1)
        model.rules.overflow = Overflow(model: "smart", after: .seconds(61), takesEmbeddings: false)
        let patient = ModelsRig.standingIn(model)
        model.rules.overflow?.after = .seconds(59)
        let hasty = ModelsRig.standingIn(model)
        for (rig, waits) in [(patient, true), (hasty, false)] {
            var first = rig.exchange("llama3")
            #expect(first.begin(at: rig.clock.now).sentTo == 0)
            first.clientLeft(at: rig.clock.now)
            var next = rig.exchange("llama3")
            let action = next.begin(at: rig.clock.now)
            #expect(waits ? action.asked != nil : action.sentTo == 1)
            next.clientLeft(at: rig.clock.now)
        }
    }
}
