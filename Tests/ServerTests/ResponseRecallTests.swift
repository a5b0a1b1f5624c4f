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
            /// How many answers were read, and how many were asked for in each question.
            var read = 0
            var wanted: [Int] = []
            /// It turned out to be another program's.
            var isForeign = false
            /// The question from which on the rows are there; none answers before.
            var from = 1
            var isOut = false
            /// Requests that there was no memory for.
            var refusals = 0
            /// Whether it answers nothing, and who waits for that.
            var hangs = false
            var hanging: [CheckedContinuation<Void, Never>] = []
        }

        let state = Locked(State())

        func read(at now: WallTime) async throws(StoreError) -> KeptRows { KeptRows() }
        func write(_ changes: KeptChanges, at now: WallTime) async throws(StoreError) {
            for name in changes.forgotten { _ = try await remove(name, at: now) }
        }

        func sizes(
            of names: [KeptAnswer.Name], at now: WallTime
        ) async throws(StoreError) -> [KeptAnswer.Name: Int] {
            let rows = try await ask(for: names)
            return Dictionary(
                uniqueKeysWithValues: rows.map { ($0.name, max($0.object.count, Int($0.items[0]) << 20)) })
        }

        func find(_ names: [KeptAnswer.Name], at now: WallTime) async throws(StoreError) -> [KeptAnswer] {
            // One alone is asked for by itself, others behind their sizes.
            let rows = names.count == 1 ? try await ask(for: names) : state.withLock { $0.rows }
            let found = rows.filter { names.contains($0.name) }
            state.withLock { $0.read += found.count }
            return found
        }

        private func ask(for names: [KeptAnswer.Name]) async throws(StoreError) -> [KeptAnswer] {
            state.withLock { $0.wanted.append(names.count) }
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
            if state.withLock({ $0.isForeign }) { throw StoreError(.foreign, "LiteLLM's") }
            if isOut { throw StoreError(.noServer, "gone") }
            return rows
        }
    }

    private let clock = ManualClock()
    private let database = Database()
    private let memory = MemoryBudget(limit: 64 << 20)

    private var recall: ResponseRecall {
        ResponseRecall(
            KeptResponses(in: .database(takesConfined: true)), in: database, memory: memory, time: clock.source
        ) { [database] in database.state.withLock { $0.refusals += 1 } }
    }

    /// - Parameters:
    ///   - size: that it is said to have, in MiB.
    ///   - bytes: that its object has.
    private func keep(_ id: String, of owner: String = "user:ann", size: UInt8 = 0, bytes: Int = 1) {
        let row = KeptAnswer(
            name: KeptAnswer.Name(owner: owner, id: id), object: Array(repeating: 1, count: bytes), items: [size],
            pieces: [3],
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
        let found = try await playing { await recall.find(["a"], of: .user("ann")) }.get().answers
        #expect(found.count == 1 && found[0].response.pieces == [3] && found[0].confinement == .key)
        #expect(database.state.withLock { $0.asked } == 1)
        #expect(try await playing { await recall.find(["a"], of: .user("bob")) }.get().answers.isEmpty)
    }

    @Test func `one that comes a moment later is waited for, and one that never comes is not for long`() async throws {
        let recall = recall
        keep("a")
        database.state.withLock { $0.from = 3 }
        #expect(try await playing { await recall.find(["a"], of: .user("ann")) }.get().answers.count == 1)
        #expect(database.state.withLock { $0.asked } == 3)
        let start = clock.now
        #expect(try await playing { await recall.find(["b"], of: .user("ann")) }.get().answers.isEmpty)
        #expect(clock.now - start < .seconds(4) && database.state.withLock { $0.asked } == 10)
    }

    @Test func `one is forgotten once, and a database that is out says so`() async throws {
        let recall = recall
        keep("a")
        #expect(try await playing { await recall.remove("a", of: .user("ann"), isKnown: false) }.get())
        #expect(try await playing { await recall.remove("a", of: .user("ann"), isKnown: false) }.get() == false)
        database.state.withLock { $0.isOut = true }
        await #expect(throws: RecallFault.self) { try await playing { await recall.find(["a"], of: .keyless) }.get() }
    }

    @Test func `one that answers nothing keeps nobody waiting for long, and no more than so many`() async throws {
        let recall = recall
        database.state.withLock { $0.hangs = true }
        for number in 0..<256 {
            await #expect(throws: RecallFault()) {
                try await playing { await recall.find(["a"], of: .user("\(number % 8)")) }.get()
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
        while (try? await playing({ await recall.find(["a"], of: .keyless) }).get())?.answers.count != 1 {
            await Task.yield()
        }
    }

    @Test func `those that were found are not looked for again`() async throws {
        let recall = recall
        for number in 0..<5 { keep("\(number)") }
        let ids = (0..<6).map { "\($0)" }
        let found = try await playing { await recall.find(ids + ids, of: .user("ann")) }.get().answers
        #expect(Set(found.map(\.response.id)) == Set(ids.dropLast()))
        database.state.withLock { state in
            #expect(state.wanted == [6, 1, 1, 1, 1, 1, 1] && state.read == 5)
        }
    }

    @Test func `no request asks for more than so many answers, or so many bytes of them`() async throws {
        let recall = recall
        for number in 0..<5 { keep("\(number)", size: 8) }
        let four = (0..<4).map { "\($0)" }
        #expect(try await playing { await recall.find(four, of: .user("ann")) }.get().answers.count == 4)
        for number in 5..<300 { keep("\(number)") }
        #expect(
            try await playing { await recall.find((5..<261).map { "\($0)" }, of: .user("ann")) }.get().answers.count
                == 256)
        let read = database.state.withLock { $0.read }
        for ids in [four + ["4"], (5..<262).map { "\($0)" }] {
            let fault = await playing { await recall.find(ids, of: .user("ann")) }
            guard case .failure(let fault) = fault else { throw fault.fault ?? RecallFault() }
            #expect(fault.refusal.status == 400 && fault.refusal.message.contains("send some of the items themselves"))
        }
        #expect(database.state.withLock { $0.read } == read, "nothing is read of what is too much")
    }

    @Test func `answers are counted with the memory of bodies before they are read`() async throws {
        let recall = recall
        for id in ["a", "b", "c"] { for part in 0..<2 { keep("\(id)\(part)", size: 15) } }
        let first = try await playing { await recall.find(["a0", "a1"], of: .user("ann")) }.get()
        let second = try await playing { await recall.find(["b0", "b1"], of: .user("ann")) }.get()
        #expect(memory.held == 60 << 20)
        let third = await playing { await recall.find(["c0", "c1"], of: .user("ann")) }
        #expect(third.fault == RecallFault(ServerLimits.memoryIsFull) && database.state.withLock { $0.read } == 4)
        #expect(database.state.withLock { $0.refusals } == 1)
        // One alone is read first, and counted by what it has.
        let rest = MemoryHold(of: memory)
        try #require(rest.hold((4 << 20) - 65_536))
        keep("d", bytes: 65_536)
        let fourth = try await playing { await recall.find(["d"], of: .user("ann")) }.get()
        #expect(memory.held == 64 << 20, "memory is held in steps of 64 KiB")
        #expect(await playing { await recall.find(["d"], of: .user("ann")) }.fault != nil)
        #expect(database.state.withLock { $0.refusals } == 2)
        withExtendedLifetime((fourth, rest)) {}
        withExtendedLifetime((first, second)) {}
    }

    @Test func `memory is given back with the answers`() async throws {
        let recall = recall
        for id in ["a", "b"] { keep(id, size: 15) }
        for _ in 0..<4 {
            #expect(try await playing { await recall.find(["a", "b"], of: .user("ann")) }.get().answers.count == 2)
        }
        while memory.held > 0 { await Task.yield() }
    }

    @Test func `a client that asks for what is not there leaves others their places`() async throws {
        let recall = recall
        keep("a", of: "user:bob")
        keep("mine")
        let asking = (0..<40).map { _ in Task { await recall.find(["x", "y"], of: .user("ann")) } }
        // Those beyond its own are told at once, while time stands still.
        while database.state.withLock({ $0.wanted.count }) < 40 { await Task.yield() }
        #expect(try await recall.find(["a"], of: .user("bob")).get().answers.count == 1)
        // What is there is found all the same.
        #expect(try await recall.find(["mine"], of: .user("ann")).get().answers.count == 1)
        let fault = await recall.find(["x"], of: .user("ann")).fault
        #expect(fault?.refusal.status == 503 && fault?.refusal.message.contains("of this client") == true)
        let all = await playing {
            var faults = 0
            for task in asking { if await task.value.fault != nil { faults += 1 } }
            return faults
        }
        #expect(all == 8)
    }

    @Test func `a database that turns out to be another program's has nothing, and that is said at once`() async throws
    {
        let recall = recall
        database.state.withLock { $0.isForeign = true }
        #expect(try await recall.find(["a"], of: .user("ann")).get().answers.isEmpty)
        #expect(try await recall.remove("a", of: .user("ann"), isKnown: false).get() == false)
        #expect(database.state.withLock { $0.asked } == 2)
    }

    @Test func `one that was here is not waited for where it is to be forgotten there`() async throws {
        let recall = recall
        #expect(try await recall.remove("a", of: .user("ann"), isKnown: true).get())
        #expect(database.state.withLock { $0.asked } == 1)
    }
}

extension Result where Failure == RecallFault {
    fileprivate var fault: RecallFault? { if case .failure(let fault) = self { fault } else { nil } }
}
