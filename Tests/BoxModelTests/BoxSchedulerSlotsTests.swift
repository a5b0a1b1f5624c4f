import BoxModel
import Testing

@Suite struct BoxSchedulerSlotsTests {
    @Test func `slots are taken first come first served, however many wait`() {
        var box = BoxDriver(slots: 2, maxQueue: 4)
        box.ask(tokens: 0)
        box.runDry()
        let ids = (0..<1_000).map { _ in box.ask(tokens: 1) }
        #expect(box.rejected == 0)
        #expect(box.box.counts == BoxCounts(running: 2, waiting: 998, queued: 0))
        box.runDry()
        #expect(Array(box.started.dropFirst()) == ids)
    }

    @Test func `cancelling frees the slot for the first in line`() {
        var box = BoxDriver()
        let ids = (0..<4).map { _ in box.ask(tokens: 100) }
        box.pass(2 * .second)
        box.cancel(ids[1])
        box.cancel(ids[0])
        #expect(box.started == [ids[0], ids[2]])
        #expect(box.box.counts == BoxCounts(running: 1, waiting: 1, queued: 0))
    }

    @Test(arguments: [0, 0.5, 1.0])
    func `each further stream slows the others`(slowdown: Double) throws {
        var box = BoxDriver(slots: 4, slowdown: slowdown)
        box.ask(tokens: 0)
        box.runDry()
        let ids = (0..<4).map { _ in box.ask(tokens: 20, prompt: 0) }
        let start = box.now
        box.runDry()
        let seconds = 2 * (1 + 3 * slowdown)
        for id in ids {
            let took = Double(try #require(box.timings(id)).finished - start) / 1e9
            #expect(abs(took - seconds) < 1e-6)
        }
    }

    @Test func `a stream speeds up when another ends`() throws {
        var box = BoxDriver(slots: 2, slowdown: 1)
        box.ask(tokens: 0)
        box.runDry()
        let start = box.now
        let long = box.ask(tokens: 20, prompt: 0)
        box.ask(tokens: 10, prompt: 0)
        box.runDry()
        // Both at half pace until the short one's ten tokens are out, then the other ten at full pace.
        #expect(abs(Double(try #require(box.timings(long)).finished - start) / 1e9 - 3) < 1e-6)
    }

    @Test func `slowing acts on streams that run`() throws {
        var box = BoxDriver()
        let id = box.ask(tokens: 20, prompt: 0)
        box.pass(2 * .second)
        #expect(box.tokens(id) == 10)
        box.box.slow(by: 4, at: box.now, into: &box.changes)
        box.pass(2 * .second)
        #expect(box.tokens(id) == 15)
        box.box.slow(by: 1, at: box.now, into: &box.changes)
        box.runDry()
        #expect(abs(Double(try #require(box.timings(id)).finished) / 1e9 - 4.5) < 1e-6)
    }

    @Test func `a model that only embeds has one slot`() {
        var settings = BoxDriver(slots: 4).box.settings
        settings.models[0].embeddingOnly = true
        var box = BoxDriver()
        box.box = BoxScheduler(settings)
        for _ in 0..<3 {
            box.arrive(BoxDemand(model: 0, options: LoadOptions(), keepAlive: nil, promptTokens: 9, work: .embed))
        }
        box.pass(.second)
        #expect(box.box.counts == BoxCounts(running: 1, waiting: 2, queued: 0))
    }

    @Test func `a card without limits writes an answer at once`() {
        var settings = BoxDriver().box.settings
        settings.gpu.prefillTokensPerSecond = .infinity
        settings.gpu.decodeTokensPerSecond = .infinity
        settings.gpu.loadBytesPerSecond = .infinity
        var box = BoxDriver()
        box.box = BoxScheduler(settings)
        let id = box.ask(tokens: 1_000, prompt: 1_000_000)
        box.pass(0)
        #expect(box.tokens(id) == 1_000)
        #expect(box.finished == [id])
    }
}
