import BoxModel
import Testing

/// Models are in memory from the start; a card reads 1,000 and writes 10 tokens a second.
@Suite struct CardPaceTests {
    private func driver(
        models: Int = 1, slots: Int = 2, slowdown: Double = 0, interference: Double = 0,
        _ change: (inout BoxSettings) -> Void = { _ in }
    ) -> BoxDriver {
        var driver = BoxDriver(models: models, slots: slots, slowdown: slowdown, interference: interference)
        var settings = driver.box.settings
        change(&settings)
        driver.box = BoxScheduler(settings)
        for model in 0..<models { _ = driver.box.preload(model, at: 0) }
        return driver
    }

    private func seconds(_ time: Nanoseconds?) -> Double { Double(time ?? -1) / 1e9 }

    private func isNear(_ one: Double, _ other: Double) -> Bool { abs(one - other) < 1e-6 }

    @Test func `a prompt that is read slows whoever writes`() throws {
        var box = driver(interference: 1)
        let first = box.ask(tokens: 20, prompt: 0)
        box.pass(.second)
        let second = box.ask(tokens: 10, prompt: 1_000)
        box.runDry()
        // Ten tokens alone, five during the second's reading, five at full pace again.
        #expect(isNear(seconds(box.timings(first)?.finished), 2.5))
        #expect(isNear(seconds(box.timings(second)?.read), 2))
        #expect(isNear(seconds(box.timings(second)?.finished), 3))
    }

    @Test func `where reading disturbs, readers count as streams too`() throws {
        var box = driver(slowdown: 0.5, interference: 1)
        let first = box.ask(tokens: 20, prompt: 0)
        box.pass(.second)
        box.ask(tokens: 1, prompt: 10_000)
        box.runDry()
        // The other ten at 10 / (1 + 0.5 + 1) = 4 a second.
        #expect(isNear(seconds(box.timings(first)?.finished), 3.5))
    }

    @Test func `models that are at work share the card`() throws {
        var box = driver(models: 2)
        let first = box.ask(0, tokens: 20, prompt: 0)
        box.pass(.second)
        let second = box.ask(1, tokens: 10, prompt: 1_000)
        box.runDry()
        // From the first second on both at half pace: ten tokens and a thousand take two seconds each.
        #expect(isNear(seconds(box.timings(first)?.finished), 3))
        #expect(isNear(seconds(box.timings(second)?.read), 3))
        #expect(isNear(seconds(box.timings(second)?.finished), 4))
    }

    @Test func `a model's speed holds for reading and writing`() throws {
        var box = driver { $0.models[0].speed = 2 }
        let id = box.ask(tokens: 20, prompt: 1_000)
        box.runDry()
        #expect(isNear(seconds(box.timings(id)?.read), 0.5))
        #expect(isNear(seconds(box.timings(id)?.finished), 1.5))
    }

    @Test func `slowing reading acts on prompts that are being read`() throws {
        var box = driver()
        let id = box.ask(tokens: 10, prompt: 1_000)
        box.pass(.second / 2)
        box.box.slow(by: 2, reading: 5, at: box.now, into: &box.changes)
        box.runDry()
        #expect(isNear(seconds(box.timings(id)?.read), 3))
        #expect(isNear(seconds(box.timings(id)?.finished), 5))
    }

    @Test func `time at work is counted once however many work`() {
        var box = driver(models: 2)
        box.ask(0, tokens: 10, prompt: 0)
        box.ask(1, tokens: 10, prompt: 0)
        box.runDry()
        box.pass(10 * .second)
        #expect(isNear(seconds(box.box.workingTime), 2))
    }

    @Test(arguments: 1...20)
    func `first and last tokens come when they would with every token told`(seed: Int) {
        func run(_ steps: BoxSettings.TokenSteps) -> [Double] {
            var box = driver(models: 2, slots: 3, slowdown: 0.2, interference: 1) { $0.tokenSteps = steps }
            var state = UInt64(seed)
            func next(_ bound: UInt64) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((state >> 33) % bound)
            }
            var ids: [Int] = []
            for _ in 0..<40 {
                ids.append(box.ask(next(2), tokens: 1 + next(30), prompt: next(2_000)))
                box.pass(Nanoseconds(next(3_000)) * .millisecond)
                if next(8) == 0 { box.cancel(ids[next(UInt64(ids.count))]) }
            }
            box.runDry()
            return ids.flatMap { [seconds(box.timings($0)?.read), seconds(box.timings($0)?.finished)] }
        }
        // To a microsecond: sums of other steps round otherwise.
        #expect(zip(run(.each), run(.firstAndRest)).allSatisfy(isNear))
    }
}
