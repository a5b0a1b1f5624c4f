import Balancer
import Gateway
import NIOCore
import TestSupport
import Testing

/// Limits that nothing stands in for, and the client's words for them.
@Suite struct LimitRefusalTests {
    typealias Model = ModelsRig.Model

    @Test func `a sole limited deployment refuses at once, with the limit and the true time`() {
        let rig = ModelsRig([Model(name: "llama3", inside: [true], rpm: 1)], retries: 2)
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        first.clientLeft(at: rig.clock.now)
        rig.clock.advance(by: .seconds(6))
        var next = rig.exchange("llama3")
        let told = next.begin(at: rig.clock.now).bytes
        #expect(told?.hasPrefix("HTTP/1.1 429") == true && told?.contains("retry-after: 54\r\n") == true)
        #expect(told?.contains("rpm limit is reached") == true)
        rig.clock.advance(by: .seconds(30))
        var patient = rig.exchange("llama3")
        #expect(patient.begin(at: rig.clock.now).asked != nil, "24 s fit into the 30 s that it may wait")
        patient.clientLeft(at: rig.clock.now)
        var hasty = rig.exchange("llama3", timeout: 5)
        #expect(hasty.begin(at: rig.clock.now).bytes?.contains("retry-after: 24\r\n") == true)
    }

    /// The ways in which an attempt ends that was never sent.
    enum Unsent: CaseIterable { case unwritable, unwritableLarge, clientLeft, stopped, timedOut, takenOut }

    @Test(arguments: Unsent.allCases)
    func `an attempt that was not sent uses nothing of its deployment's minute`(way: Unsent) {
        var rig = ModelsRig([Model(name: "llama3", inside: [true], rpm: 1)])
        rig.settings.totalTimeout = .seconds(5)
        if way != .unwritable { rig.settings.largeBody = 20 }
        let isUnwritable = [.unwritable, .unwritableLarge].contains(way)
        var exchange = rig.exchange("llama3", more: isUnwritable ? ",\"logit_bias\":{\"1\":1}" : "")
        var action = exchange.begin(at: rig.clock.now)
        if case .work(let scan) = action { action = exchange.worked(scan.run(), at: rig.clock.now) }
        #expect(rig.balancer.snapshot().inFlight == (way == .unwritable ? 0 : 1))
        switch way {
        case .unwritable: break
        case .clientLeft: exchange.clientLeft(at: rig.clock.now)
        case .stopped: action = exchange.stop(at: rig.clock.now)
        case .timedOut:
            rig.clock.advance(by: .seconds(5))
            action = exchange.timeUp(at: rig.clock.now)
        case .unwritableLarge, .takenOut:
            if way == .takenOut {
                let gone = Outage(instance: InstanceID(index: 0), model: nil, reason: "r", since: rig.clock.now)
                #expect(exchange.tookOut(gone, at: rig.clock.now).isNone)
            }
            if case .work(let encode) = action { action = exchange.worked(encode.run(), at: rig.clock.now) }
        }
        #expect(exchange.attemptNumber == 0 && rig.balancer.snapshot().inFlight == 0)
        if isUnwritable { #expect(action.bytes?.hasPrefix("HTTP/1.1 400 ") == true) }
        rig.settings.largeBody = .max
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).sentTo == 0)
        next.clientLeft(at: rig.clock.now)
        exchange.clientLeft(at: rig.clock.now)
        #expect(rig.balancer.snapshot().deployments[0].abandoned == 0 && rig.balancer.snapshot().inFlight == 0)
    }

    @Test(arguments: [0, 2])
    func `a pause of a day is not waited for, nor tried again before its time`(retries: Int) {
        let rig = ModelsRig([Model(name: "llama3", inside: [true])], retries: retries)
        var first = rig.exchange("llama3")
        #expect(first.begin(at: rig.clock.now).sentTo == 0)
        for told in [rig.answer(&first, 429, retryAfter: 86_400).bytes]
            + (0..<2).map({ _ in
                var next = rig.exchange("llama3")
                return next.begin(at: rig.clock.now).bytes
            })
        {
            #expect(told?.hasPrefix("HTTP/1.1 429") == true && told?.contains("retry-after: 86400\r\n") == true)
        }
        #expect(rig.balancer.snapshot().deployments[0].requests == 1)
    }

    @Test func `a wait in vain names the limit that was in the way`() {
        let rig = ModelsRig([Model(name: "llama3", inside: [true], cap: 1)])
        var first = rig.exchange("llama3")
        _ = first.begin(at: rig.clock.now)
        var next = rig.exchange("llama3")
        #expect(next.begin(at: rig.clock.now).asked != nil)
        rig.clock.advance(by: .seconds(30))
        let told = next.timeUp(at: rig.clock.now).bytes
        #expect(told?.contains("no place became free within 30 s") == true)
        #expect(told?.contains("max_parallel_requests") == true)
        first.clientLeft(at: rig.clock.now)
    }
}
