import BoxModel
import Testing

@Suite struct BoxSchedulerLoadingTests {
    @Test func `a burst of 600 on a cold box has 87 refused`() {
        var box = BoxDriver()
        for _ in 0..<600 { box.ask(tokens: 1) }
        #expect(box.rejected == 87)
        #expect(box.box.counts == BoxCounts(running: 0, waiting: 0, queued: 513))
        box.runDry()
        #expect(box.finished.count == 513)
        #expect(box.loads == [0])
    }

    @Test func `one load at a time, in the order asked, while the loaded model goes on serving`() {
        var box = BoxDriver(slots: 2)
        box.ask(0, tokens: 0)
        box.runDry()
        let (first, second) = (box.ask(1, tokens: 0), box.ask(2, tokens: 0))
        let passing = box.ask(0, tokens: 1)
        box.pass(500 * .millisecond)
        #expect(box.finished.last == passing)
        #expect(box.loads == [0, 1])
        box.runDry()
        #expect(box.finished.suffix(2) == [first, second])
        #expect(box.loads == [0, 1, 2])
    }

    @Test func `the load belongs to the request at its head`() throws {
        var box = BoxDriver()
        let (head, next) = (box.ask(tokens: 0, prompt: 0), box.ask(tokens: 0, prompt: 0))
        box.pass(900 * .millisecond)
        box.cancel(head)
        #expect(box.changes == [.loadBegan(model: 0), .loadAborted(model: 0), .loadBegan(model: 0)])
        box.runDry()
        #expect(try #require(box.timings(next)).obtained == 1_900 * .millisecond)
    }

    @Test func `a request that left the queue still counts to its limit`() {
        var box = BoxDriver(maxQueue: 2)
        box.ask()
        let (left, right) = (box.ask(), box.ask())
        box.cancel(left)
        box.cancel(right)
        #expect(box.box.counts.open == 1)
        box.ask()
        #expect(box.rejected == 1)
        box.pass(.second)
        box.ask(1)
        #expect(box.rejected == 1)
    }

    @Test func `the first model loads whatever its size, partly beside the card`() throws {
        var box = BoxDriver(sizes: [14])
        box.ask(tokens: 1)
        box.runDry()
        let resident = try #require(box.box.residentModels.first)
        #expect(resident.bytes == 14_000_000_000)
        #expect(resident.cardBytes == 10_000_000_000)
    }

    @Test(arguments: [(4, [0, 1]), (5, [1])])
    func `a further model must fit in four fifths of what is free`(size: Int, left: [Int]) {
        var box = BoxDriver(sizes: [5, size])
        box.ask(0, tokens: 0)
        box.runDry()
        box.ask(1, tokens: 0)
        box.runDry()
        #expect(box.loadedModels == left)
    }

    @Test func `the context counts to the memory, per slot`() {
        var settings = BoxDriver(slots: 4, sizes: [2, 3]).box.settings
        settings.models[1].contextBytesPerToken = 131_072
        var box = BoxDriver()
        box.box = BoxScheduler(settings)
        box.ask(0, tokens: 0)
        box.ask(1, tokens: 0)
        box.runDry()
        #expect(box.loadedModels == [0, 1])
        #expect(box.box.residentModels[1].bytes == 3_000_000_000 + 4 * 4_096 * 131_072)
        box.ask(1, tokens: 0, context: 8_192)
        box.runDry()
        #expect(box.loadedModels == [1])
    }

    @Test func `the most models at once is kept to`() {
        var box = BoxDriver(models: 4, maxLoaded: 2)
        for model in 0..<4 {
            box.ask(model, tokens: 0)
            box.runDry()
        }
        #expect(box.loadedModels.count == 2)
        #expect(box.evictions.count == 2)
    }

    @Test func `victims go by keep-alive, then by name, not by last use`() {
        var box = BoxDriver(models: 5, maxLoaded: 3)
        box.ask(2, tokens: 0)
        box.ask(1, tokens: 0)
        box.ask(0, tokens: 0, keepAlive: .after(600 * .second))
        box.runDry()
        // b was used last and goes first: it has the shorter keep-alive, and comes before c.
        box.ask(1, tokens: 0)
        box.runDry()
        box.ask(3, tokens: 0, keepAlive: .forever)
        box.runDry()
        box.ask(4, tokens: 0, keepAlive: .forever)
        box.runDry()
        #expect(box.evictions == [1, 2])
        #expect(box.loadedModels == [0, 3, 4])
    }

    @Test func `an idle model goes before a busy one of shorter keep-alive`() {
        var box = BoxDriver(maxLoaded: 2)
        box.ask(0, tokens: 100, keepAlive: .after(1 * .second))
        box.ask(1, tokens: 0, prompt: 0)
        box.pass(2 * .second)
        box.ask(2, tokens: 0)
        #expect(box.evictions == [1])
    }

    @Test func `a busy victim drains first, those who wait for its slots too`() {
        var box = BoxDriver(maxLoaded: 1)
        let running = box.ask(0, tokens: 10)
        let waiting = box.ask(0, tokens: 10)
        box.pass(1_500 * .millisecond)
        let other = box.ask(1, tokens: 0)
        let late = box.ask(0, tokens: 10)
        #expect(box.evictions.isEmpty)
        box.runDry()
        #expect(box.finished == [running, waiting, late, other])
        #expect(box.evictions == [0])
        #expect(box.loadedModels == [1])
    }

    @Test func `a request with its own keep-alive restores the victim, and the other model waits that long`() {
        var box = BoxDriver(maxLoaded: 1)
        box.ask(0, tokens: 10, prompt: 0)
        box.pass(1_500 * .millisecond)
        let other = box.ask(1, tokens: 0, prompt: 0)
        box.ask(0, tokens: 0, prompt: 0, keepAlive: .after(20 * .second))
        box.pass(20 * .second)
        #expect(!box.finished.contains(other))
        box.pass(3 * .second)
        #expect(box.finished.last == other)
    }

    @Test func `after an unload the next load waits for the memory`() throws {
        var box = BoxDriver(maxLoaded: 1, recovery: 500 * .millisecond)
        box.ask(0, tokens: 0, prompt: 0)
        box.runDry()
        let other = box.ask(1, tokens: 0, prompt: 0)
        #expect(box.loadedModels.isEmpty)
        #expect(box.loads == [0])
        box.runDry()
        #expect(try #require(box.timings(other)).obtained == 2_500 * .millisecond)
    }

    @Test func `two contexts thrash the box`() {
        var box = BoxDriver(recovery: 500 * .millisecond)
        for round in 0..<10 { box.ask(tokens: 1, context: round.isMultiple(of: 2) ? 2_048 : 4_096) }
        box.runDry()
        #expect(box.loads.count == 10)
        #expect(box.evictions.count == 9)
        var calm = BoxDriver(recovery: 500 * .millisecond)
        for _ in 0..<10 { calm.ask(tokens: 1, context: 2_048) }
        calm.runDry()
        #expect(calm.loads.count == 1)
        #expect(calm.now * 5 < box.now)
    }

    @Test func `a context beyond the model's is the model's, and none matches only none`() {
        var box = BoxDriver()
        box.ask(tokens: 0, context: 1_000_000)
        box.ask(tokens: 0, context: 8_192)
        box.runDry()
        #expect(box.loads.count == 1)
        #expect(box.box.residentModels[0].context == 8_192)
        box.ask(tokens: 0)
        box.runDry()
        #expect(box.loads.count == 2)
        #expect(box.box.residentModels[0].context == 4_096)
    }

    @Test(arguments: [(12, 4_096), (24, 4_096), (26, 32_768), (80, 262_144)])
    func `the context by default goes by the card's memory`(gigabytes: Int, context: Int) {
        var settings = BoxDriver(memory: gigabytes).box.settings
        settings.models[0].maxContext = .max
        #expect(settings.context(of: settings.models[0], with: LoadOptions()) == context)
        settings.contextLength = 2_048
        #expect(settings.context(of: settings.models[0], with: LoadOptions()) == 2_048)
    }

    @Test func `a reload waits for what runs`() {
        var box = BoxDriver()
        let running = box.ask(tokens: 10)
        box.pass(1_500 * .millisecond)
        let other = box.ask(tokens: 0, context: 64)
        box.runDry()
        #expect(box.finished == [running, other])
        #expect(box.loads.count == 2)
    }

    @Test func `a keep-alive of zero unloads at once, after the last request`() {
        var box = BoxDriver()
        box.ask(tokens: 10, keepAlive: .after(0))
        box.ask(tokens: 10)
        box.runDry()
        #expect(box.loadedModels.isEmpty)
        #expect(box.loads.count == 1)
        #expect(box.evictions.isEmpty)
    }

    @Test func `a keep-alive stays for later requests without one, and its time starts when the model is idle`() {
        var box = BoxDriver()
        box.ask(tokens: 0, prompt: 0, keepAlive: .after(10 * .second))
        box.runDry()
        box.pass(9 * .second)
        box.ask(tokens: 50, prompt: 0)
        box.pass(5 * .second)
        #expect(box.nextWake == 25 * .second)
        box.pass(9_999 * .millisecond)
        #expect(box.loadedModels == [0])
        box.pass(.millisecond)
        #expect(box.loadedModels.isEmpty)
    }

    @Test func `for ever is for ever`() {
        var box = BoxDriver(keepAlive: .forever)
        box.ask(tokens: 0)
        box.runDry()
        box.pass(100_000 * .second)
        #expect(box.loadedModels == [0])
        #expect(box.box.residentModels[0].expiresAt == .forever)
    }

    @Test func `unload is at once when idle, else when the last request ends`() {
        var box = BoxDriver()
        let id = box.ask(tokens: 10)
        box.pass(1_500 * .millisecond)
        box.box.unload(0, at: box.now, into: &box.changes)
        #expect(box.loadedModels == [0])
        box.runDry()
        #expect(box.finished == [id])
        #expect(box.loadedModels.isEmpty)
        box.ask(tokens: 0)
        box.runDry()
        box.box.unload(0, at: box.now, into: &box.changes)
        #expect(box.loadedModels.isEmpty)
    }

    @Test func `a head that leaves while it waits for a victim lets the next one in`() {
        var box = BoxDriver(maxLoaded: 1)
        box.ask(0, tokens: 1_000)
        box.pass(2 * .second)
        let (head, next) = (box.ask(1, tokens: 0), box.ask(2, tokens: 0))
        box.cancel(head)
        box.runDry()
        #expect(box.finished.last == next)
        #expect(box.loads == [0, 2])
    }
}
