import BoxModel
import Testing

/// Blocks of 100 tokens; one model in memory; a card reads 1,000 tokens a second.
@Suite struct SlotCacheTests {
    private func driver(slots: Int) -> BoxDriver {
        var driver = BoxDriver(models: 1, slots: slots)
        _ = driver.box.preload(0, at: 0)
        return driver
    }

    private func cached(_ box: inout BoxDriver, prompt: Int, _ chain: [UInt64], transcript: [UInt64] = []) -> Int? {
        let id = box.ask(tokens: 1, prompt: prompt, prefix: chain, transcript: transcript)
        box.runDry()
        return box.timings(id)?.cachedTokens
    }

    @Test func `what a slot read last need not be read again`() {
        var box = driver(slots: 1)
        #expect(cached(&box, prompt: 250, [1, 2]) == 0)
        let start = box.now
        let id = box.ask(tokens: 0, prompt: 450, prefix: [1, 2, 3, 4])
        box.runDry()
        #expect(box.timings(id)?.cachedTokens == 200)
        // 250 tokens left of 450.
        #expect(box.now - start == 250 * .millisecond)
        #expect(cached(&box, prompt: 300, [7, 8, 9]) == 0)
        #expect(cached(&box, prompt: 450, [1, 2, 3, 4]) == 0)
    }

    @Test func `the last token of a prompt is read all the same`() {
        var box = driver(slots: 1)
        _ = cached(&box, prompt: 200, [1, 2])
        #expect(cached(&box, prompt: 200, [1, 2]) == 199)
    }

    @Test func `the answer is remembered with the prompt`() {
        var box = driver(slots: 1)
        _ = cached(&box, prompt: 100, [1], transcript: [1, 2, 3])
        #expect(cached(&box, prompt: 500, [1, 2, 3, 4, 5]) == 300)
    }

    @Test func `the idle slot with most in common is taken, else the one used least lately`() {
        var box = driver(slots: 2)
        _ = cached(&box, prompt: 200, [1, 2])
        _ = cached(&box, prompt: 200, [7, 8])
        // Of the first slot, although the other one is used later.
        #expect(cached(&box, prompt: 300, [1, 2, 3]) == 200)
        // Nothing in common: overwrites the slot that was used least lately.
        #expect(cached(&box, prompt: 100, [5]) == 0)
        #expect(cached(&box, prompt: 200, [7, 8]) == 0)
        #expect(cached(&box, prompt: 200, [5]) == 100)
    }

    @Test func `a slot at work is not taken for what it knows`() {
        var box = driver(slots: 2)
        box.ask(tokens: 100, prompt: 200, prefix: [1, 2])
        let id = box.ask(tokens: 1, prompt: 200, prefix: [1, 2])
        box.runDry()
        #expect(box.timings(id)?.cachedTokens == 0)
    }

    @Test func `unloading forgets`() {
        var box = driver(slots: 1)
        _ = cached(&box, prompt: 200, [1, 2])
        box.box.unload(0, at: box.now, into: &box.changes)
        #expect(cached(&box, prompt: 200, [1, 2]) == 0)
    }
}
