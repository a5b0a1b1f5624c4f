import Balancer
import Dialects
import Gateway
import Ledger
import LedgerStore
import Locking
import TestSupport
import Testing

@testable import Server

@Suite struct ResponseRecallTests {
    /// A database that has its rows from a question on.
    private final class Database: AnswerStore {
        struct State {
            var rows: [KeptAnswer] = []
            var asked = 0
            /// The question from which on the rows are there; none answers before.
            var from = 1
            var isOut = false
            /// Whether it answers nothing, and who waits for that.
            var hangs = false
            var hanging: [CheckedContinuation<Void, Never>] = []
        }

        let state = Locked(State())

        func read(at now: WallTime) async throws(StoreError) -> KeptRows { KeptRows() }
        func write(_ changes: KeptChanges, at now: WallTime) async throws(StoreError) {
            for name in changes.forgotten { _ = try await remove(name, at: now) }
        }

        func find(_ names: [KeptAnswer.Name], at now: WallTime) async throws(StoreError) -> [KeptAnswer] {
            if state.withLock({ $0.hangs }) {
                await withCheckedContinuation { waiting in state.withLock { $0.hanging.append(waiting) } }
            }
            return try ask().filter { names.contains($0.name) }
        }

        func remove(_ name: KeptAnswer.Name, at now: WallTime) async throws(StoreError) -> Bool {
            let isThere = try ask().contains { $0.name == name }
            state.withLock { $0.rows.removeAll { isThere && $0.name == name } }
            return isThere
        }

        private func ask() throws(StoreError) -> [KeptAnswer] {
            let (rows, isOut) = state.withLock { state in
                state.asked += 1
                return (state.asked >= state.from ? state.rows : [], state.isOut)
            }
            if isOut { throw StoreError(.noServer, "gone") }
            return rows
        }
    }

    private let clock = ManualClock()
    private let database = Database()

    private var recall: ResponseRecall {
        ResponseRecall(KeptResponses(in: .database(takesConfined: true)), in: database, time: clock.source)
    }

    private func keep(_ id: String, of owner: String = "user:ann") {
        let row = KeptAnswer(
            name: KeptAnswer.Name(owner: owner, id: id), object: [1], items: [2], pieces: [3],
            confinement: Confinement.key.rawValue, until: WallTime(microseconds: .max))
        database.state.withLock { $0.rows.append(row) }
    }

    /// Moves the clock on to whatever is slept for, until the work is done.
    private func playing<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
        let ticking = Task { [clock] in
            while !Task.isCancelled {
                clock.advance(by: .milliseconds(10))
                await Task.yield()
            }
        }
        defer { ticking.cancel() }
        return await work()
    }

    @Test func `an answer that is there is found with all that was kept of it`() async throws {
        keep("a")
        let recall = recall
        let found = try await playing { await recall.find(["a"], of: .user("ann")) }.get()
        #expect(found.count == 1 && found[0].response.pieces == [3] && found[0].confinement == .key)
        #expect(database.state.withLock { $0.asked } == 1)
        #expect(try await playing { await recall.find(["a"], of: .user("bob")) }.get().isEmpty)
    }

    @Test func `one that comes a moment later is waited for, and one that never comes is not for long`() async throws {
        let recall = recall
        keep("a")
        database.state.withLock { $0.from = 3 }
        #expect(try await playing { await recall.find(["a"], of: .user("ann")) }.get().count == 1)
        #expect(database.state.withLock { $0.asked } == 3)
        let start = clock.now
        #expect(try await playing { await recall.find(["b"], of: .user("ann")) }.get().isEmpty)
        #expect(clock.now - start < .seconds(4) && database.state.withLock { $0.asked } == 10)
    }

    @Test func `one is forgotten once, and a database that is out says so`() async throws {
        let recall = recall
        keep("a")
        #expect(try await playing { await recall.remove("a", of: .user("ann")) }.get())
        #expect(try await playing { await recall.remove("a", of: .user("ann")) }.get() == false)
        database.state.withLock { $0.isOut = true }
        await #expect(throws: RecallFault.self) { try await playing { await recall.find(["a"], of: .keyless) }.get() }
    }

    @Test func `one that answers nothing keeps nobody waiting for long, and no more than so many`() async throws {
        let recall = recall
        database.state.withLock { $0.hangs = true }
        for _ in 0..<256 {
            await #expect(throws: RecallFault.self) {
                try await playing { await recall.find(["a"], of: .keyless) }.get()
            }
        }
        // Their questions stand in its queue still: the next one is told at once.
        let now = clock.now
        await #expect(throws: RecallFault.self) { try await recall.find(["a"], of: .keyless).get() }
        #expect(clock.now == now)
        let all = database.state.withLock { state in
            state.hangs = false
            defer { state.hanging = [] }
            return state.hanging
        }
        for waiting in all { waiting.resume() }
        keep("a", of: "anybody")
        while (try? await playing({ await recall.find(["a"], of: .keyless) }).get())?.count != 1 { await Task.yield() }
    }
}
