import Balancer
import Ledger
import LedgerStore
import Locking
import Logging
import TestSupport
import Testing

@Suite struct LedgerRetentionTests {
    let clock = ManualClock()
    let lines = LogCatcher.Lines()

    @Test func `forgets at the start and then every hour what is older than it is to be kept`() async {
        let store = ScriptedStore([.fails])
        let retention = LedgerRetention(
            store: store, kept: .seconds(100), time: clock.source,
            logger: Logger(label: "test") { [lines] _ in LogCatcher(lines: lines) })
        let task = Task { await retention.run() }
        for _ in 0..<2 {
            _ = await clock.nextSleep()
            clock.advance(by: .seconds(3_600))
        }
        _ = await clock.nextSleep()
        task.cancel()
        await task.value
        #expect(
            store.state.withLock { $0.prunedBefore.map { $0?.microseconds } } == [
                -100_000_000, 3_500_000_000, 7_100_000_000,
            ])
        // Where they are kept for ever, only windows are folded.
        await LedgerRetention(store: store, kept: nil, time: clock.source, logger: Logger(label: "test")).look()
        #expect(store.state.withLock { $0.prunedBefore.last } == .some(nil))
        #expect(
            lines.texts == [
                "warning: old requests were not forgotten error=end that process",
                "info: requests older than the retention were forgotten requests=3",
                "info: requests older than the retention were forgotten requests=3",
            ])
    }
}
