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
        var box = BoxDriver(slots: 4, readsInTurn: true)
        box.ask(tokens: 0)
        box.runDry()
        let start = Double(box.now) / 1e9
        let ids = (0..<4).map { _ in box.ask(tokens: 20, prompt: 2_000) }
        for (index, times) in read(&box, ids).enumerated() {
            #expect(abs(times.started - start - 2 * Double(index)) < 1e-6)
            #expect(abs(times.read - start - 2 * Double(index + 1)) < 1e-6)
        }
    }

    @Test func `one that comes when nobody reads any more begins at once`() {
        var box = BoxDriver(slots: 4, readsInTurn: true)
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
        var box = BoxDriver(slots: 4, readsInTurn: true)
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
