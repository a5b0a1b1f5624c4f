import Testing

@testable import Balancer

/// What the prompts that are read on a box mean for the others there, and for those that are still to be sent.
@Suite struct ForecastReadingTests {
    /// Boxes that were all measured alike, with the model in memory.
    private static func rig(boxes: Int = 2, slots: Int? = nil, maxWaiting: Int = 100) throws -> SoonestRig {
        let rig = SoonestRig(boxes: boxes, slots: slots, maxWaiting: maxWaiting)
        for box in 0..<boxes { rig.show(box, loaded: [0]) }
        for number in 0..<(4 * boxes) { try rig.measure(number: 1_000 + number) }
        return rig
    }

    @Test func `a box whose next prompt is late has no slot to spare, though nobody has told or learned its slots`()
        throws
    {
        let rig = try Self.rig()
        let one = try #require(try rig.send(1))
        rig.firstToken(1)
        let other = try #require(try rig.send(2))
        #expect(other != one)
        rig.firstToken(2)
        // The one has a single slot: the third waits there for the end of the first.
        #expect(try rig.send(3) == one)
        rig.pass(4.5)
        for number in 4...6 {
            #expect(try rig.send(number) == other)
            rig.firstToken(number)
        }
        // With its first token it is a matter of slots again.
        rig.end(1, decode: 5)
        rig.firstToken(3)
        #expect(try rig.send(7) == one)
    }

    @Test func `a first token that nobody sees is not late`() throws {
        let rig = try Self.rig()
        let one = try #require(try rig.send(1))
        rig.firstToken(1)
        _ = try rig.send(2)
        rig.firstToken(2)
        #expect(try rig.send(3, isStreamed: false) == one)
        rig.pass(5)
        #expect(rig.forecast?.usableSlots(one, at: rig.now) == rig.forecast?.placements[one].slots.count)
    }

    @Test func `a stream that stood still while another's prompt was read does not look slow for it`() throws {
        let rig = try Self.rig(boxes: 1, slots: 4)
        let pace = try #require(rig.forecast?.placements[0].decode.alone)
        for round in 0..<4 {
            let (stream, long) = (2 * round, 2 * round + 1)
            _ = try rig.send(stream)
            rig.firstToken(stream)
            // Ten seconds of reading, in which it writes next to nothing.
            _ = try rig.send(long, tokens: 10_000)
            rig.pass(10)
            rig.firstToken(long)
            rig.pass(0.6)
            rig.end(stream, decode: 10.6)
            rig.pass(0.6)
            rig.end(long, prompt: 10_000, prefill: 10, decode: 1.2)
        }
        let now = try #require(rig.forecast?.placements[0].decode.alone)
        #expect(now < 2 * pace, "\(now) s a token, \(pace) before")
    }

    @Test func `a slot is not foreseen to come free while the prompt beside it is still read`() throws {
        let rig = try Self.rig(boxes: 1, slots: 2)
        _ = try rig.send(1)
        rig.firstToken(1)
        rig.pass(0.5)
        _ = try rig.send(2, tokens: 10_000)
        for _ in 0..<2 {
            var free = 0.0
            rig.forecastForTests { free = $0.slotFree(0, at: rig.now) - rig.now }
            #expect(free > 4 && free < 12, "\(free) s")
            rig.pass(4)
        }
    }

    /// Boxes that have ten seconds to read each, and slots to spare.
    private static func readingRig(boxes: Int = 2, slots: Int? = 4, maxWaiting: Int = 100) throws -> SoonestRig {
        let rig = try Self.rig(boxes: boxes, slots: slots, maxWaiting: maxWaiting)
        for number in 0..<boxes { #expect(try rig.send(number, tokens: 10_000) != nil) }
        return rig
    }

    @Test func `waits at the gateway while others' prompts are read, and takes what comes free sooner`() throws {
        let rig = try Self.readingRig()
        let other = try #require(rig.box(of: 1))
        #expect(try rig.send(2) == nil)
        rig.pass(1)
        #expect(rig.box(of: 2) == nil)
        // Not what was foreseen: its prompt was mostly remembered.
        rig.firstToken(1)
        rig.pass(0.01)
        #expect(rig.box(of: 2) == other)
    }

    @Test func `who waits for others' prompts is there before its turn`() throws {
        let rig = try Self.readingRig()
        #expect(try rig.send(2) == nil)
        rig.pass(9.4)
        #expect(rig.box(of: 2) == nil)
        rig.pass(0.6)
        #expect(rig.box(of: 2) != nil)
    }

    @Test func `nobody waits at the gateway for others' prompts who gains nothing by it`() throws {
        // Nowhere else to go; slots that may be fewer than thought; no room in the queue; less time than it takes; somebody
        // else who would take it.
        #expect(try Self.readingRig(boxes: 1).send(2) != nil)
        #expect(try Self.readingRig(slots: nil).send(2) != nil)
        #expect(try Self.readingRig(maxWaiting: 0).send(2) != nil)
        #expect(try Self.readingRig().send(2, patience: .seconds(5)) != nil)
        #expect(try Self.readingRig().send(2, goesAtOnce: true) != nil)
    }
}
