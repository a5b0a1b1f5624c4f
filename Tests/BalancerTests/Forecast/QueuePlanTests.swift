import Testing

@testable import Balancer

/// Who of the waiting is served next.
@Suite struct QueuePlanTests {
    /// One box with two slots, both at work.
    func busyRig(slots: Int = 2, maxWaiting: Int = 100) throws -> SoonestRig {
        let rig = SoonestRig(boxes: 1, slots: slots, maxWaiting: maxWaiting)
        rig.show(0, loaded: [0])
        try rig.measure()
        for number in 0..<slots { _ = try rig.send(number) }
        return rig
    }

    @Test func `is served in the order of coming when all are alike`() throws {
        let rig = try busyRig()
        for number in 10..<14 { #expect(try rig.send(number) == nil) }
        for number in [0, 1, 10, 11] {
            rig.now += 0.3
            rig.end(number)
            rig.pass(0.01)
        }
        #expect(rig.granted == [10, 11, 12, 13])
    }

    @Test func `a key that asks for little is served before the flood of another`() throws {
        let rig = try busyRig()
        for number in 10..<30 { _ = try rig.send(number, tokens: 1_000, flow: 1) }
        _ = try rig.send(40, tokens: 1_000, flow: 2)
        rig.end(0)
        rig.pass(0.01)
        rig.end(1)
        rig.pass(0.01)
        #expect(rig.granted.contains(40))
    }

    @Test func `the more urgent class is served first`() throws {
        let rig = try busyRig()
        for number in 10..<15 { _ = try rig.send(number, serviceClass: .batch) }
        _ = try rig.send(20)
        _ = try rig.send(30, serviceClass: .interactive)
        rig.end(0)
        rig.pass(0.01)
        rig.end(1)
        rig.pass(0.01)
        #expect(rig.granted.prefix(2) == [30, 20])
    }

    @Test func `batch requests leave a slot to those that somebody waits for`() throws {
        let rig = try busyRig(slots: 4)
        for number in 0..<4 { rig.end(number) }
        for number in 10..<16 { _ = try rig.send(number, serviceClass: .batch) }
        rig.pass(0.1)
        #expect(rig.inFlight == 3)
        #expect(try rig.send(20, serviceClass: .interactive) == 0)
    }

    @Test func `batch requests take every slot while nobody else asks`() throws {
        let rig = SoonestRig(boxes: 1, slots: 4)
        rig.show(0, loaded: [0])
        for number in 10..<16 { _ = try rig.send(number, serviceClass: .batch) }
        rig.pass(0.1)
        #expect(rig.inFlight == 4)
    }

    @Test func `nobody waits for ever behind more urgent ones`() throws {
        let rig = try busyRig()
        _ = try rig.send(10, serviceClass: .batch)
        var running = [0, 1]
        for number in 20..<120 where !rig.granted.contains(10) {
            _ = try rig.send(number, serviceClass: .interactive)
            rig.now += 1
            rig.end(running.removeFirst())
            rig.pass(0.01)
            if let next = rig.granted.last, next != 10, !running.contains(next) { running.append(next) }
        }
        #expect(rig.granted.contains(10))
        #expect(rig.now < 80)
    }

    @Test func `one that leaves frees its place`() throws {
        let rig = try busyRig()
        for number in 10..<13 { _ = try rig.send(number) }
        #expect(rig.leave(10))
        #expect(!rig.leave(10))
        #expect(rig.waitingCount == 2)
        rig.end(0)
        rig.pass(0.01)
        #expect(rig.granted == [11])
    }

    @Test func `one whose client will not wait so long is told at once`() throws {
        let rig = try busyRig()
        for number in 10..<30 { _ = try rig.send(number) }
        rig.pass(0.3)
        guard
            case .tooLate(let why) = #expect(
                throws: PickError.self,
                performing: {
                    try rig.send(40, patience: .seconds(1))
                })
        else { return #expect(Bool(false), "twenty wait for two slots") }
        #expect(why.retryAfter >= .seconds(1))
        #expect(try rig.send(41, patience: .seconds(600)) == nil)
    }

    @Test func `a full queue takes nobody`() throws {
        let rig = try busyRig(maxWaiting: 2)
        for number in 10..<12 { _ = try rig.send(number) }
        #expect(throws: PickError.queueFull) { try rig.send(12) }
    }

    @Test func `plans come at least five milliseconds apart`() throws {
        let rig = try busyRig()
        for number in 10..<40 { _ = try rig.send(number) }
        rig.pass(0.001)
        let first = try #require(rig.nextWake())
        rig.end(0)
        let next = try #require(rig.nextWake())
        #expect(next.seconds >= rig.now + 0.003 && next <= first)
    }
}
