import BoxModel
import Testing

/// Prompts of one model that are read one after the other.
@Suite struct ReadingInTurnTests {
    private func read(_ box: inout BoxDriver, _ ids: [Int]) -> [(started: Double, read: Double)] {
        box.runDry()
        return ids.map { id in
            let timings = box.timings(id)!
            return (Double(timings.started) / 1e9, Double(timings.read) / 1e9)
        }
    }

    @Test func `each waits for those before it, and its own time begins with its turn`() {
        var box = BoxDriver(slots: 4, reading: .inTurn)
        box.ask(tokens: 0)
        box.runDry()
        let start = Double(box.now) / 1e9
        // Whole batches: nothing of a prompt shares one with the next.
        let ids = (0..<4).map { _ in box.ask(tokens: 20, prompt: 2_048) }
        for (index, times) in read(&box, ids).enumerated() {
            #expect(abs(times.started - start - 2.048 * Double(index)) < 1e-6)
            #expect(abs(times.read - start - 2.048 * Double(index + 1)) < 1e-6)
        }
    }

    /// Measured on llama-server, four prompts of 920 tokens at once: 33, 63, 88, 108 s to the first tokens, of which it called
    /// 33, 50, 42 and 32 s their own; 30 s alone. Here at 1,000 tokens a second.
    @Test func `the batch that the prompt before leaves room in counts as a prompt's own time`() {
        var box = BoxDriver(slots: 4, reading: .inTurn)
        box.ask(tokens: 0)
        box.runDry()
        let start = Double(box.now) / 1e9
        let ids = (0..<4).map { _ in box.ask(tokens: 20, prompt: 920) }
        for (times, begins) in zip(read(&box, ids), [0, 0.512, 1.536, 2.56]) {
            #expect(abs(times.started - start - begins) < 1e-6)
        }
    }

    @Test func `one whose client leaves holds up nobody behind it`() {
        var box = BoxDriver(slots: 4, reading: .inTurn)
        box.ask(tokens: 0)
        box.runDry()
        let start = Double(box.now) / 1e9
        let ids = (0..<4).map { _ in box.ask(tokens: 0, prompt: 1_024) }
        box.pass(1_536 * .millisecond)
        // The second has read half.
        box.cancel(ids[1])
        let times = read(&box, [ids[0], ids[2], ids[3]])
        for (times, end) in zip(times, [1.024, 2.56, 3.584]) { #expect(abs(times.read - start - end) < 1e-6) }
    }

    @Test func `batches that go round the slots make all late, and call it their own`() {
        var box = BoxDriver(slots: 4, reading: .shared)
        box.ask(tokens: 0)
        box.runDry()
        let start = Double(box.now) / 1e9
        let ids = (1...2).map { box.ask(tokens: 0, prompt: 1_000 * $0) }
        let times = read(&box, ids)
        #expect(times.allSatisfy { abs($0.started - start) < 1e-6 })
        #expect(abs(times[0].read - start - 2) < 1e-6 && abs(times[1].read - start - 3) < 1e-6)
    }

    @Test(arguments: [GPUClass.Reading.inTurn, .shared])
    func `streams write one token with each batch of a prompt`(reading: GPUClass.Reading) {
        var box = BoxDriver(slots: 4, interference: nil, reading: reading)
        box.ask(tokens: 0)
        box.runDry()
        let stream = box.ask(tokens: 100)
        box.pass(.second)
        let before = box.tokens(stream)
        box.ask(tokens: 0, prompt: 5_120)
        box.pass(5_120 * .millisecond)
        // Ten tokens a second without it.
        #expect((9...11).contains(box.tokens(stream) - before), "\(box.tokens(stream) - before)")
    }

    @Test func `one that comes when nobody reads any more begins at once`() {
        var box = BoxDriver(slots: 4, reading: .inTurn)
        box.ask(tokens: 0)
        box.runDry()
        let first = box.ask(tokens: 100, prompt: 1_000)
        box.pass(3 * .second)
        let start = Double(box.now) / 1e9
        let second = box.ask(tokens: 10, prompt: 1_000)
        let times = read(&box, [first, second])
        #expect(abs(times[1].started - start) < 1e-6 && abs(times[1].read - start - 1) < 1e-6)
    }

    @Test func `models take no turns with each other, and without it nobody waits`() {
        var box = BoxDriver(slots: 4, reading: .inTurn)
        for model in 0..<2 { box.ask(model, tokens: 0) }
        box.runDry()
        let start = Double(box.now) / 1e9
        let ids = [box.ask(0, tokens: 0, prompt: 1_000), box.ask(1, tokens: 0, prompt: 1_000)]
        // Two models share the card.
        for times in read(&box, ids) { #expect(abs(times.read - start - 2) < 1e-6) }
        var plain = BoxDriver(slots: 4)
        plain.ask(tokens: 0)
        plain.runDry()
        let began = Double(plain.now) / 1e9
        let free = (0..<4).map { _ in plain.ask(tokens: 0, prompt: 1_000) }
        for times in read(&plain, free) { #expect(abs(times.read - began - 1) < 1e-6) }
    }
}
