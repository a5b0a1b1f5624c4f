import Testing

@testable import Balancer

/// Where `soonest` sends requests, as stories.
@Suite struct SoonestTests {
    @Test func `goes where the model is in memory`() throws {
        let rig = SoonestRig(boxes: 4)
        for box in 0..<4 { rig.show(box, loaded: box == 2 ? [0] : []) }
        #expect(try rig.send(1) == 2)
        #expect(try rig.send(2) == 2)
    }

    @Test func `waits for a slot at the gateway rather than load a second time for a short wait`() throws {
        let rig = SoonestRig(boxes: 2)
        rig.show(0, loaded: [0])
        rig.show(1, loaded: [])
        try rig.measure()
        #expect(try rig.send(1) == 0)
        #expect(try rig.send(2) == 0)
        #expect(try rig.send(3) == nil)
        #expect(rig.waitingCount == 1)
        rig.now += 0.5
        rig.end(1)
        rig.pass(0.01)
        #expect(rig.box(of: 3) == 0)
    }

    @Test func `opens a second replica when the queue's wait is longer than a load`() throws {
        let rig = SoonestRig(boxes: 2)
        rig.show(0, loaded: [0])
        rig.show(1, loaded: [])
        try rig.measure(decode: 4)
        for number in 0..<12 { _ = try rig.send(number) }
        rig.pass(0.1)
        #expect((0..<12).contains { rig.box(of: $0) == 1 })
    }

    @Test func `a model that is nowhere is loaded where it drives nobody out`() throws {
        let rig = SoonestRig(boxes: 3, models: 5)
        rig.show(0, loaded: [0, 1, 2])
        rig.show(1, loaded: [0])
        rig.show(2, loaded: [1, 2, 3])
        for number in 0..<6 {
            _ = try rig.send(number, model: number % 3)
            rig.end(number)
        }
        #expect(try rig.send(10, model: 4) == 1)
    }

    @Test func `two loads never fight for one box`() throws {
        let rig = SoonestRig(boxes: 1, models: 3)
        rig.show(0, loaded: [])
        #expect(try rig.send(1, model: 0) == 0)
        #expect(try rig.send(2, model: 1) == nil)
        rig.pass(1)
        #expect(rig.box(of: 2) == nil)
        rig.firstToken(1)
        rig.pass(0.3)
        #expect(rig.box(of: 2) == 0)
    }

    @Test func `the list of loaded models does not override a load that our own request has just caused`() throws {
        let rig = SoonestRig(boxes: 2, slots: 4)
        rig.show(0, loaded: [])
        rig.show(1, loaded: [])
        let first = try #require(try rig.send(1))
        rig.now += 1
        rig.show(first, loaded: [])
        // It waits for that load instead of beginning another.
        #expect(try rig.send(2) == nil)
        rig.pass(0.3)
        #expect(rig.box(of: 2) == nil)
        rig.firstToken(1)
        rig.pass(0.3)
        #expect(rig.box(of: 2) == first)
    }

    @Test func `a load that ended with its client's leaving is begun anew`() throws {
        let rig = SoonestRig(boxes: 1)
        rig.show(0, loaded: [])
        #expect(try rig.send(1) == 0)
        rig.now += 0.5
        rig.settle(1, .ignored)
        #expect(try rig.send(2) == 0)
    }

    @Test func `with slots unknown nobody waits at the gateway`() throws {
        let rig = SoonestRig(boxes: 2, slots: nil)
        rig.show(0, loaded: [0])
        rig.show(1, loaded: [0])
        for number in 0..<20 { #expect(try rig.send(number) != nil) }
    }

    @Test func `learns the slots from who waited on the box, and holds requests back from then on`() throws {
        let rig = SoonestRig(boxes: 1, slots: nil)
        rig.show(0, loaded: [0])
        for round in [0, 10] {
            for number in round..<(round + 3) { #expect(try rig.send(number) == 0) }
            for number in round..<(round + 2) { rig.firstToken(number) }
            rig.now += 2
            for number in round..<(round + 2) { rig.end(number, decode: 2) }
            rig.firstToken(round + 2)
            rig.now += 2
            rig.end(round + 2, decode: 2, queued: 2)
        }
        for number in 100..<102 { #expect(try rig.send(number) == 0) }
        #expect(try rig.send(102) == nil)
    }

    @Test func `a conversation goes back to the box that has read it`() throws {
        let talk = (1...20).map { UInt64($0) }
        for seed in 1...8 {
            let rig = SoonestRig(boxes: 4, slots: 4, seed: UInt64(seed))
            for box in 0..<4 { rig.show(box, loaded: [0]) }
            let first = try #require(try rig.send(1, tokens: 2_560, prefix: talk))
            rig.now += 1
            rig.end(1, prompt: 2_560, prefill: 1)
            for number in 2..<6 {
                rig.now += 1
                let chain = (1...(20 + number)).map { UInt64($0) }
                #expect(try rig.send(number, tokens: 128 * (20 + number), prefix: chain) == first)
                rig.end(number, prompt: 128 * (20 + number))
            }
        }
    }

    @Test func `a conversation does not wait for its box while others are free`() throws {
        let talk = (1...8).map { UInt64($0) }
        let rig = SoonestRig(boxes: 2, slots: 1)
        rig.show(0, loaded: [0])
        rig.show(1, loaded: [0])
        let first = try #require(try rig.send(1, tokens: 1_024, prefix: talk))
        rig.end(1, prompt: 1_024, prefill: 0.5, decode: 10)
        #expect(try rig.send(2, tokens: 1_024, prefix: talk) == first)
        #expect(try rig.send(3, tokens: 1_024, prefix: talk) == 1 - first)
    }

    @Test func `prefers an idle box over one where it slows others down`() throws {
        let rig = SoonestRig(boxes: 2, slots: 4)
        rig.show(0, loaded: [0])
        rig.show(1, loaded: [0])
        let first = try rig.send(1)
        #expect(try rig.send(2) != first)
    }

    @Test func `a request for more context than is loaded counts the reload`() throws {
        let rig = SoonestRig(boxes: 2, slots: 4)
        rig.show(0, loaded: [0])
        rig.show(1, loaded: [0])
        let first = try #require(try rig.send(1, context: 32_768))
        rig.now += 8
        rig.firstToken(1)
        rig.end(1, load: 5)
        // From now on that box serves the long ones, and short ones too.
        for number in 2..<6 {
            #expect(try rig.send(number, context: 32_768) == first)
            rig.end(number)
        }
    }
}
