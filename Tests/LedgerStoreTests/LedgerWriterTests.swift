import Balancer
import Ledger
import Locking
import Logging
import TestSupport
import Testing

@testable import LedgerStore

@Suite struct LedgerWriterTests {
    let clock = ManualClock()
    let lines = LogCatcher.Lines()
    let ledger = SpendLedger(LedgerState(origin: 7, at: .at(day: 20_000)))

    func writer(_ store: ScriptedStore, ledger: SpendLedger? = nil) -> LedgerWriter {
        let ledger = ledger ?? self.ledger
        return LedgerWriter(
            source: { ledger.takeBatch() }, store: store, time: clock.source,
            logger: Logger(label: "test") { [lines] _ in LogCatcher(lines: lines) })
    }

    func settle(_ name: String, in ledger: SpendLedger? = nil) {
        (ledger ?? self.ledger).record(LedgerEntry(requestID: name, start: .at(day: 20_000), end: .at(day: 20_000)))
    }

    @Test func `writes what was settled, and nothing when nothing was`() async {
        let store = ScriptedStore()
        let writer = writer(store)
        await writer.tick()
        settle("a")
        settle("b")
        await writer.tick()
        await writer.tick()
        settle("c")
        await writer.tick()
        #expect(store.written.map { $0.entries.map(\.requestID) } == [["a", "b"], ["c"]])
        #expect(store.asked == [1, 2] && lines.texts.isEmpty)
    }

    @Test(arguments: [ScriptedStore.Step.fails, .losesAnswer])
    func `a batch that was not confirmed is handed over again as it was, before anything newer`(
        _ step: ScriptedStore.Step
    ) async {
        let store = ScriptedStore([step, step, .writes])
        let writer = writer(store)
        settle("a")
        await writer.tick()
        settle("b")
        await writer.tick()
        #expect(store.asked == [1, 1])
        #expect(await !writer.isWell)
        await writer.tick()
        #expect(store.asked == [1, 1, 1, 2])
        #expect(store.written.map { $0.entries.map(\.requestID) } == [["a"], ["b"]])
        #expect(await writer.isWell)
    }

    @Test func `says once that the store is out, and once that it is well`() async {
        let store = ScriptedStore([.fails, .fails, .fails, .writes, .fails, .writes])
        let writer = writer(store)
        settle("a")
        for _ in 0..<4 { await writer.tick() }
        #expect(
            lines.texts == [
                "warning: the store is out: spend is kept in memory, budgets hold, and it is written when the store is well"
                    + " error=make room", "notice: the store is well again failures=3",
            ])
        settle("b")
        for _ in 0..<2 { await writer.tick() }
        #expect(lines.texts.count == 4)
    }

    @Test func `while the store is out memory is bounded, and says how many rows it had no room for`() async {
        var settings = LedgerSettings()
        settings.bookCapacity = 10
        let small = SpendLedger(LedgerState(settings: settings, origin: 1, at: .at(day: 20_000)))
        let store = ScriptedStore(Array(repeating: .fails, count: 5))
        let writer = writer(store, ledger: small)
        for round in 0..<5 {
            for number in 0..<10 { settle("\(round)-\(number)", in: small) }
            await writer.tick()
        }
        await writer.tick()
        let rows = store.written.flatMap(\.entries).map(\.requestID)
        #expect(rows == (0..<2).flatMap { round in (0..<10).map { "\(round)-\($0)" } })
        #expect(store.written.map(\.dropped) == [0, 30])
        #expect(lines.texts.last?.contains("no room for all requests") == true)
        #expect(lines.texts.last?.hasSuffix("requests=30") == true)
    }

    @Test func `comes four times a second, waits longer after each failure, and not longer than five seconds`() async {
        let store = ScriptedStore(Array(repeating: .fails, count: 7))
        let writer = writer(store)
        settle("a")
        let task = Task { await writer.run() }
        var waits: [Int64] = []
        for _ in 0..<9 {
            let until = await clock.nextSleep()
            let wait = until - clock.now
            waits.append(wait.nanoseconds / 1_000_000)
            clock.advance(by: wait)
        }
        #expect(waits == [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 250])
        task.cancel()
        await task.value
    }

    @Test func `the end writes what is left`() async {
        let store = ScriptedStore([.fails, .fails])
        let writer = writer(store)
        let task = Task { await writer.run() }
        _ = await clock.nextSleep()
        settle("a")
        task.cancel()
        await task.value
        #expect(store.written.flatMap(\.entries).map(\.requestID) == ["a"])
    }

    @Test func `the end does not wait for a store that is out, and says what is lost`() async {
        let store = ScriptedStore(Array(repeating: .fails, count: 100))
        let writer = writer(store)
        let now = LedgerTime(wall: .at(day: 20_000), ticks: 0)
        func pay(_ name: String) {
            settle(name)
            let claim = Claim(model: "m", provider: "p", bound: Money("0.5")!)
            guard case .granted(let reservation) = ledger.reserve(claim, at: now) else { return }
            reservation.settle(Charge(money: Money("0.25")!, promptTokens: 1, completionTokens: 1), at: now)
        }
        pay("a")
        await writer.tick()
        // Behind the batch that is under way.
        for number in 0..<3 { pay("\(number)") }
        let task = Task { await writer.run() }
        task.cancel()
        await task.value
        #expect(store.asked == [1, 1, 1, 1])
        #expect(
            lines.texts.last
                == "error: the store is out at the end: these requests and their spend are lost dollars=1.0 requests=4")
    }

    @Test func `the end of a gateway that has served nobody loses nothing, and says nothing of it`() async {
        var settings = LedgerSettings()
        settings.global.maxBudget = Money("1")
        settings.global.budgetDuration = BudgetPeriod("1d")
        let fresh = SpendLedger(LedgerState(settings: settings, origin: 1, at: .at(day: 20_000)))
        let store = ScriptedStore(Array(repeating: .fails, count: 100))
        let writer = writer(store, ledger: fresh)
        let task = Task { await writer.run() }
        task.cancel()
        await task.value
        #expect(store.asked == [1, 1, 1] && !lines.texts.contains { $0.hasPrefix("error") })
    }

    @Test func `alerts are told while the store is out`() async {
        let store = ScriptedStore(Array(repeating: .fails, count: 3))
        let told = Locked(0)
        let writer = LedgerWriter(
            source: { [ledger] in ledger.takeBatch() }, news: { told.withLock { $0 += 1 } }, store: store,
            time: clock.source, logger: Logger(label: "test") { [lines] _ in LogCatcher(lines: lines) })
        settle("a")
        for _ in 0..<3 { await writer.tick() }
        #expect(store.asked == [1, 1, 1] && told.withLock { $0 } == 3)
    }
}
