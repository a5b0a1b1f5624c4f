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

    @Test func `a request that only loads a model shows how long that takes, and no more`() throws {
        let rig = SoonestRig(boxes: 1)
        rig.show(0, loaded: [])
        #expect(try rig.send(1) == 0)
        rig.now += 20
        rig.settle(1, .loaded(.seconds(20)))
        // The next load is one of a model that is there.
        #expect(try rig.send(2) == 0)
        rig.now += 0.001
        rig.settle(2, .loaded(.milliseconds(1)))
        let placement = try #require(rig.forecast?.placements.first)
        #expect(placement.load.value == 20 && placement.residency == .resident)
        #expect(placement.prefill.value == nil && placement.count == 0)
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

    @Test func `slows a stream down only for as long as that is still there`() throws {
        let rig = SoonestRig(boxes: 2, slots: 4)
        for box in 0..<2 { rig.show(box, loaded: [0]) }
        // The one reads a prompt in 0.1 s, the other in 0.2 s.
        for number in 0..<8 {
            let prefill = try rig.send(number) == 0 ? 0.1 : 0.2
            rig.pass(prefill)
            rig.firstToken(number)
            if number % 2 == 1 {
                rig.pass(1)
                for ended in [number - 1, number] {
                    rig.end(ended, prefill: rig.box(of: ended) == 0 ? 0.1 : 0.2, decode: 1)
                }
            }
        }
        #expect(try rig.send(10) == 0)
        rig.firstToken(10)
        // It would cost that one 0.2 s if both wrote together to the end, and half of that counts. It is 0.1 s.
        #expect(try rig.send(11) == 0)
    }

    @Test func `slots that were learned on one box hold for another that is as fast`() throws {
        let rig = SoonestRig(boxes: 2, slots: nil)
        for box in 0..<2 { rig.show(box, loaded: [0]) }
        // Both are measured, and the first shows that it has two slots.
        for number in 0..<20 { try rig.measure(number: 1_000 + number) }
        #expect(rig.forecast?.placements[1].slots.isKnown == false)
        rig.forecastForTests { forecast in
            for _ in 0..<2 { forecast.placements[0].slots.recordWait(behind: 2, at: 0) }
            forecast.tellSlots(of: 0)
        }
        for number in 0..<20 { try rig.measure(number: 2_000 + number) }
        #expect(rig.forecast?.placements[1].slots.isKnown == true && rig.forecast?.placements[1].slots.count == 2)
    }

    @Test func `the prompts that are still to be read on a box count as wait`() throws {
        let rig = SoonestRig(boxes: 2, slots: 4)
        for box in 0..<2 { rig.show(box, loaded: [0]) }
        for number in 0..<6 { try rig.measure(number: 1_000 + number) }
        // Ten seconds to read on the one, and two requests at work on the other.
        let long = try #require(try rig.send(1, tokens: 10_000))
        for number in 2...3 { #expect(try rig.send(number) != long) }
        #expect(try rig.send(4) != long)
        rig.pass(10)
        rig.firstToken(1)
        #expect(try rig.send(5) == long)
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

    @Test(arguments: [4, 64]) func `a box that counts more tokens than were estimated does not carry the scale away`(
        inFlight: Int
    ) throws {
        let rig = SoonestRig(boxes: 8, slots: 32)
        for box in 0..<8 { rig.show(box, loaded: [0]) }
        for number in 0..<2_000 {
            _ = try rig.send(number, tokens: 100)
            // Nobody waits for others' prompts.
            rig.firstToken(number)
            if number >= inFlight { rig.end(number - inFlight, prompt: 130) }
            rig.now += 0.05
        }
        let scale = try #require(rig.forecast?.tags.first?.promptScale.value)
        #expect(abs(scale - 1.3) < 0.01)
    }

    @Test func `a box that says nothing of sizes spoils no estimate`() throws {
        let rig = SoonestRig(boxes: 2, models: 2, slots: 2)
        for box in 0..<2 { rig.show(box, loaded: [0, 1], size: 0) }
        for number in 0..<8 {
            _ = try rig.send(number, model: number % 2)
            rig.firstToken(number)
        }
        rig.now += 5
        rig.pass(1)
        #expect(rig.inFlight == 8)
    }

    @Test func `odd times of a box are held to our own clock`() throws {
        let rig = SoonestRig(boxes: 1, slots: 4)
        rig.show(0, loaded: [0])
        _ = try rig.send(1)
        let odd = BoxTimes(total: .seconds(1), load: .seconds(1_000), prefill: .seconds(-5), decode: .seconds(9))
        rig.settle(
            1,
            .succeeded(
                Sample(
                    timeToFirstToken: .seconds(1), duration: .seconds(2), promptTokens: 100, completionTokens: 50,
                    times: odd)))
        let figures = try #require(rig.forecast?.figures(0))
        #expect(figures[2] <= 5 && figures[1] <= 0.041 && figures[0] > 0)
    }

    @Test func `who asks for more context than the model has is not taken for a reload every time`() throws {
        let rig = SoonestRig(boxes: 1, slots: 4)
        rig.show(0, loaded: [0])
        #expect(try rig.send(1, context: 131_072) == 0)
        rig.now += 6
        rig.firstToken(1)
        rig.now += 1
        rig.show(0, loaded: [0])
        // The box gave 8,192: that is all there is, and asking again loads nothing.
        #expect(try rig.send(2, context: 131_072) == 0)
        #expect(rig.forecast?.placements.first?.residency == .resident)
    }

    @Test func `a load is over when the last request for it is gone`() throws {
        let rig = SoonestRig(boxes: 1, slots: nil)
        rig.show(0, loaded: [])
        _ = try rig.send(1)
        _ = try rig.send(2)
        rig.settle(1, .failed(.timedOut))
        rig.settle(2, .failed(.timedOut))
        #expect(rig.forecast?.placements.first?.residency == .absent)
        #expect(try #require(rig.forecast?.instances.first?.loaderFreeAt) <= rig.now)
    }

    @Test func `a model that has to leave is not taken for one that stays because its last requests still write`()
        throws
    {
        let rig = SoonestRig(boxes: 1, models: 5, slots: 4)
        rig.show(0, loaded: [1, 2, 3])
        for number in 0..<3 { _ = try rig.send(number, model: 1 + number) }
        #expect(try rig.send(10, model: 0) == nil)
        rig.pass(31)
        #expect(rig.box(of: 10) == 0)
        let leaving = try #require(rig.forecast?.placements.firstIndex { $0.residency == .absent && $0.count > 0 })
        rig.firstToken(leaving - 1)
        #expect(rig.forecast?.placements[leaving].residency == .absent)
    }

    @Test(arguments: [2.0, 3.0])
    func `waits behind prompts that are read in turn are none for a slot, even where somebody's end falls in`(
        decode: Double
    ) throws {
        let rig = SoonestRig(boxes: 1, slots: nil)
        rig.show(0, loaded: [0])
        // Two seconds of reading each, one after the other; then each writes beside the others.
        for round in 0..<3 {
            let start = rig.now
            let numbers = (0..<4).map { round * 4 + $0 }
            for number in numbers { #expect(try rig.send(number, tokens: 2_000) == 0) }
            var events: [(at: Double, run: () -> Void)] = []
            for (place, number) in numbers.enumerated() {
                let first = start + 2 * Double(place + 1)
                events.append((first, { rig.firstToken(number) }))
                events.append(
                    (
                        first + decode,
                        { rig.end(number, prompt: 2_000, prefill: 2, decode: decode, queued: 2 * Double(place)) }
                    ))
            }
            for event in events.sorted(by: { $0.at < $1.at }) {
                rig.now = event.at
                event.run()
            }
            rig.now += 1
        }
        let slots = try #require(rig.forecast?.placements[0].slots)
        #expect(!slots.isKnown && slots.count >= 4)
        for number in 100..<104 { #expect(try rig.send(number) == 0, "nobody is held back") }
    }

    @Test func `a box thought to have one slot gets a second request now and then, and is believed when it serves it`()
        throws
    {
        let rig = SoonestRig(boxes: 1, slots: nil)
        rig.show(0, loaded: [0])
        try rig.measure()
        // Somebody else's load made ours wait behind one another.
        for number in [0, 2] {
            _ = try rig.send(number)
            _ = try rig.send(number + 1)
            rig.firstToken(number)
            rig.now += 3
            rig.end(number)
            rig.now += 0.1
            rig.firstToken(number + 1)
            rig.now += 1
            rig.end(number + 1, queued: 3)
        }
        #expect(rig.forecast?.placements[0].slots.count == 1 && rig.forecast?.placements[0].slots.isKnown == true)
        var trials = 0
        for number in stride(from: 10, to: 90, by: 2) {
            #expect(try rig.send(number) == 0)
            let isTrial = try rig.send(number + 1) == 0
            trials += isTrial ? 1 : 0
            rig.now += 0.1
            rig.firstToken(number)
            rig.firstToken(number + 1)
            rig.now += 1
            rig.end(number + 1)
            rig.end(number)
            rig.pass(0.01)
            if !isTrial {
                rig.now += 1
                rig.firstToken(number + 1)
                rig.end(number + 1)
            }
            if rig.forecast?.placements[0].slots.isKnown == false { break }
        }
        #expect(trials == 2, "a second one confirms what the first has shown")
        #expect(rig.forecast?.placements[0].slots.count == 4)
    }
}
