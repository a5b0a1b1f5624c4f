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
        // More than the two slots can serve: somebody urgent always waits.
        var running = [0, 1]
        for number in 20..<400 where !rig.granted.contains(10) {
            _ = try? rig.send(number, serviceClass: .interactive)
            guard number.isMultiple(of: 2), !running.isEmpty else { continue }
            rig.now += 1
            rig.end(running.removeFirst())
            rig.pass(0.01)
            running += rig.granted.suffix(2).filter { rig.box(of: $0) != nil && !running.contains($0) }
        }
        #expect(rig.granted.contains(10))
    }

    @Test func `a batch request is served where there is but one slot and hardly anybody else`() throws {
        let rig = SoonestRig(boxes: 1, slots: 1)
        rig.show(0, loaded: [0])
        for number in 0..<10 {
            _ = try rig.send(number, serviceClass: .interactive)
            rig.now += 1
            rig.end(number)
            rig.now += 9
        }
        #expect(try rig.send(20, serviceClass: .batch) == 0)
    }

    @Test func `keys that all ask for more than there is get equal shares of it`() throws {
        let rig = SoonestRig(boxes: 2, slots: 2, maxWaiting: 1_000)
        for box in 0..<2 { rig.show(box, loaded: [0]) }
        // Key k asks for prompts of k × 400 tokens.
        for round in 0..<100 {
            for key in 1...4 { _ = try rig.send(round * 10 + key, tokens: key * 400, flow: UInt64(key)) }
        }
        var served = [0.0, 0, 0, 0]
        for _ in 0..<120 {
            let open = rig.grants.keys.sorted()
            guard let one = open.first else { break }
            served[one % 10 - 1] += Double(one % 10 * 400 + 50)
            rig.now += 0.5
            rig.end(one, prompt: one % 10 * 400)
            rig.pass(0.01)
        }
        let sum = served.reduce(0, +)
        let jain = sum * sum / (4 * served.reduce(0) { $0 + $1 * $1 })
        #expect(jain > 0.95)
    }

    @Test func `those in line are told when nothing can serve them any more`() throws {
        let rig = try busyRig()
        for number in 10..<13 { _ = try rig.send(number) }
        rig.drain(0)
        rig.pass(0.01)
        #expect(rig.refused.sorted() == [10, 11, 12])
        #expect(rig.waitingCount == 0)
    }

    @Test func `a key whose waiting requests leave does not pay for them`() throws {
        let rig = try busyRig()
        for number in 10..<30 { _ = try rig.send(number, tokens: 1_000, flow: 1) }
        for number in 10..<30 { _ = rig.leave(number) }
        _ = try rig.send(40, tokens: 1_000, flow: 2)
        _ = try rig.send(41, tokens: 1_000, flow: 1)
        _ = try rig.send(42, tokens: 1_000, flow: 2)
        for number in [0, 1] {
            rig.end(number)
            rig.pass(0.01)
        }
        #expect(Set(rig.granted) == [40, 41])
    }

    @Test func `a cold model is loaded in the end although others are always at work on its box`() throws {
        let rig = SoonestRig(boxes: 1, models: 5, slots: 4)
        rig.show(0, loaded: [1, 2, 3])
        for number in 0..<3 { _ = try rig.send(number, model: 1 + number) }
        #expect(try rig.send(10, model: 0) == nil)
        rig.pass(29)
        #expect(rig.box(of: 10) == nil)
        rig.pass(2)
        #expect(rig.box(of: 10) == 0)
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

    @Test func `one in line that cannot be in time any more is told, and those behind it go on`() throws {
        let rig = SoonestRig(boxes: 1, slots: 1)
        rig.show(0, loaded: [0])
        for number in 0..<4 { try rig.measure(number: 1_000 + number) }
        _ = try rig.send(1)
        _ = try rig.send(2, patience: .seconds(3))
        _ = try rig.send(3)
        #expect(rig.waitingCount == 2 && rig.refused == [])
        // The first goes on and on.
        rig.pass(4)
        #expect(rig.refused == [2] && rig.waitingCount == 1)
        rig.end(1)
        rig.pass(0.1)
        #expect(rig.granted == [3])
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
