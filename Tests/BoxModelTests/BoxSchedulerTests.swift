import BoxModel
import Testing

@Suite struct BoxSchedulerTests {
    @Test func `a cold box loads, reads, then writes at its pace`() throws {
        var box = BoxDriver()
        let id = box.ask(tokens: 10, prompt: 500)
        box.runDry()
        let timings = try #require(box.timings(id))
        #expect(timings.obtained == 1 * .second)
        #expect(timings.started == 1 * .second)
        #expect(timings.read == 1_500 * .millisecond)
        #expect(timings.finished == 2_500 * .millisecond)
        #expect(box.tokens(id) == 10)
    }

    @Test func `asks to be woken for the next event and for nothing else`() {
        var box = BoxDriver()
        #expect(box.nextWake == nil)
        box.ask(tokens: 1, prompt: 500, keepAlive: .forever)
        #expect(box.nextWake == 1 * .second)
        box.pass(1 * .second)
        #expect(box.nextWake == 1_500 * .millisecond)
        box.pass(.second)
        #expect(box.nextWake == nil)
    }

    @Test func `one big step says the same as many small ones`() throws {
        var coarse = BoxDriver(slots: 2, slowdown: 0.5, recovery: 700 * .millisecond)
        var fine = coarse
        for step in 0..<30 {
            let (model, tokens) = (step % 3, 1 + step % 7)
            coarse.ask(model, tokens: tokens, context: step % 11 == 0 ? 64 : nil)
            fine.ask(model, tokens: tokens, context: step % 11 == 0 ? 64 : nil)
            coarse.pass(300 * .millisecond)
            for _ in 0..<300 { fine.pass(.millisecond) }
        }
        coarse.pass(600 * .second)
        fine.pass(600 * .second)
        for id in 1...30 {
            let (one, many) = try (#require(coarse.timings(id)).finished, #require(fine.timings(id)).finished)
            #expect(abs(one - many) < 1_000)
        }
        #expect(coarse.loads == fine.loads)
    }

    @Test func `a request that is only to load takes no slot`() throws {
        var box = BoxDriver()
        let id = box.arrive(
            BoxDemand(model: 1, options: LoadOptions(), keepAlive: nil, promptTokens: 0, work: .load))
        box.runDry()
        #expect(box.loadedModels == [1])
        #expect(box.started.isEmpty)
        #expect(try #require(box.timings(id)).finished == .second)
    }

    @Test func `an embedding reads and writes nothing`() throws {
        var box = BoxDriver()
        let id = box.arrive(
            BoxDemand(model: 0, options: LoadOptions(), keepAlive: nil, promptTokens: 250, work: .embed))
        box.runDry()
        #expect(box.tokens(id) == 0)
        #expect(try #require(box.timings(id)).finished == 1_250 * .millisecond)
    }

    @Test func `a delay holds the slot before the first token`() throws {
        var box = BoxDriver()
        let slow = box.ask(tokens: 1, prompt: 0, delay: 3 * .second)
        let next = box.ask(tokens: 1, prompt: 0)
        box.runDry()
        #expect(try #require(box.timings(slow)).read == 4 * .second)
        #expect(try #require(box.timings(next)).started == 4_100 * .millisecond)
    }

    @Test func `one that sticks keeps its slot until its client leaves`() {
        var box = BoxDriver()
        let stuck = box.ask(tokens: 3, sticks: true)
        let next = box.ask(tokens: 1)
        box.pass(100 * .second)
        #expect(box.tokens(stuck) == 3)
        #expect(box.finished.isEmpty)
        #expect(box.box.counts.running == 1)
        box.cancel(stuck)
        box.runDry()
        #expect(box.finished == [next])
    }

    @Test func `cancelling what is over does nothing`() {
        var box = BoxDriver()
        let id = box.ask()
        box.runDry()
        let before = box.changes
        box.cancel(id)
        #expect(box.changes == before)
        #expect(box.box.counts == BoxCounts())
    }

    @Test func `preloads what fits and has it idle`() {
        var box = BoxDriver(sizes: [6, 3, 3])
        let fitted = (0..<3).map { box.box.preload($0, at: 0) }
        #expect(fitted == [true, true, false])
        box.ask(0, tokens: 1)
        box.runDry()
        #expect(box.loads.isEmpty)
        box.pass(301 * .second)
        #expect(box.loadedModels.isEmpty)
    }
}
