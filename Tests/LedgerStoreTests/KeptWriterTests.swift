import Balancer
import Ledger
import Locking
import Logging
import TestSupport
import Testing

@testable import LedgerStore

@Suite struct KeptWriterTests {
    /// A store that fails as often as it is told.
    private final class Store: KeptStore {
        struct State {
            var failures = 0
            /// Why, after those for want of room.
            var error: StoreError?
            var reads = 0
            var tried: [[String]] = []
            var written: [[String]] = []
        }

        let state = Locked(State())

        init(failures: Int = 0) { state.withLock { $0.failures = failures } }

        private func fail() throws(StoreError) {
            let fails = state.withLock { state in
                guard state.failures > 0 else { return false }
                state.failures -= 1
                return true
            }
            if fails { throw StoreError(.full, "make room") }
            if let error = state.withLock({ $0.error }) { throw error }
        }

        func read(at now: WallTime) async throws(StoreError) -> KeptRows {
            try fail()
            state.withLock { $0.reads += 1 }
            return KeptRows()
        }

        func write(_ changes: KeptChanges, at now: WallTime) async throws(StoreError) {
            let ids = changes.forgotten.map(\.id)
            state.withLock { $0.tried.append(ids) }
            try fail()
            state.withLock { $0.written.append(ids) }
        }
    }

    private let clock = ManualClock()
    private let lines = LogCatcher.Lines()
    /// What is told next, and whether it was the last time.
    private final class Memory: Sendable {
        let ids = Locked<[String]>([])
        let restored = Locked(0)
        let lasts = Locked(0)
    }

    private let memory = Memory()

    private func writer(_ store: Store) -> KeptWriter {
        let source = KeptWriter.Source(
            restore: { [memory] _ in memory.restored.withLock { $0 += 1 } },
            changes: { [memory] isLast in
                if isLast { memory.lasts.withLock { $0 += 1 } }
                var changes = KeptChanges()
                changes.forgotten = memory.ids.withLock { ids in
                    defer { ids = [] }
                    return ids.map { KeptAnswer.Name(owner: "o", id: $0) }
                }
                return changes
            })
        return KeptWriter(
            source, store: store, time: clock.source,
            logger: Logger(label: "test") { [lines] _ in LogCatcher(lines: lines) })
    }

    private func change(_ id: String) { memory.ids.withLock { $0.append(id) } }

    @Test func `reads once, then writes what has changed, and nothing where nothing has`() async {
        let store = Store()
        let writer = writer(store)
        #expect(await writer.tick())
        change("a")
        await writer.tick()
        await writer.tick()
        #expect(memory.restored.withLock { $0 } == 1 && store.state.withLock { $0.reads } == 1)
        #expect(store.state.withLock { $0.written } == [["a"]] && lines.texts.isEmpty)
    }

    @Test func `nothing is written before it was read`() async {
        let store = Store(failures: 2)
        let writer = writer(store)
        change("a")
        #expect(await !writer.tick())
        #expect(await !writer.tick())
        #expect(store.state.withLock { $0.tried.isEmpty } && memory.restored.withLock { $0 } == 0)
        #expect(await writer.tick())
        #expect(memory.restored.withLock { $0 } == 1 && store.state.withLock { $0.written } == [["a"]])
        #expect(lines.texts.count == 2)
        #expect(lines.texts[0].hasPrefix("warning: responses and the pool's history are in memory alone"))
        #expect(lines.texts[0].hasSuffix("error=make room"))
        #expect(lines.texts[1].hasPrefix("notice: ") && lines.texts[1].hasSuffix("failures=2"))
    }

    @Test func `what was not confirmed is written as it was, before anything newer`() async {
        let store = Store()
        let writer = writer(store)
        await writer.tick()
        store.state.withLock { $0.failures = 2 }
        change("a")
        await writer.tick()
        change("b")
        await writer.tick()
        await writer.tick()
        #expect(store.state.withLock { $0.tried } == [["a"], ["a"], ["a"], ["b"]])
        #expect(store.state.withLock { $0.written } == [["a"], ["b"]])
    }

    @Test func `writes four times a second until the end, and then what is left`() async {
        let store = Store()
        let writer = writer(store)
        change("a")
        let running = Task { await writer.run() }
        #expect(await clock.nextSleep() == Moment.zero + .milliseconds(250))
        clock.advance(by: .milliseconds(250))
        _ = await clock.nextSleep()
        #expect(store.state.withLock { $0.written } == [["a"]])
        change("b")
        running.cancel()
        await running.value
        #expect(store.state.withLock { $0.written } == [["a"], ["b"]] && memory.lasts.withLock { $0 } == 1)
    }

    @Test func `the end waits for two attempts and no more`() async {
        let store = Store()
        let writer = writer(store)
        await writer.tick()
        change("a")
        store.state.withLock { $0.failures = 9 }
        let running = Task { await writer.run() }
        running.cancel()
        await running.value
        #expect(store.state.withLock { $0.tried } == [["a"], ["a"]])
    }

    @Test func `a store that is out and turns out to be another program's is told of once as that`() async {
        let store = Store(failures: 1)
        store.state.withLock { $0.error = StoreError(.foreign, "LiteLLM's") }
        let writer = writer(store)
        for _ in 0..<4 { #expect(await !writer.tick()) }
        #expect(lines.texts.count == 2 && lines.texts[0].contains("in memory alone"))
        #expect(lines.texts.last?.contains("are not kept in the database, and each gateway keeps its own") == true)
        // It goes and comes back as what it is.
        for error in [StoreError(.noServer, "gone"), StoreError(.foreign, "LiteLLM's")] {
            store.state.withLock { ($0.failures, $0.error) = (2, error) }
            for _ in 0..<2 { #expect(await !writer.tick()) }
        }
        #expect(lines.texts.count == 2, "\(lines.texts)")
    }
}
