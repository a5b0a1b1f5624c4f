import Testing

@testable import Balancer

/// What the prompts that are read on a box mean for the others there, and for those that are still to be sent.
@Suite struct ForecastReadingTests {
    /// Boxes that were all measured alike, with the model in memory.
    private static func rig(boxes: Int = 2, slots: Int? = nil) throws -> SoonestRig {
        let rig = SoonestRig(boxes: boxes, slots: slots)
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
}
