import Glibc
import Testing

@testable import LedgerStore

@Suite struct StoreThreadTests {
    actor Worker {
        nonisolated let thread = StoreThread()
        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
        var order: [Int] = []

        func note(_ number: Int) -> UInt {
            order.append(number)
            return UInt(pthread_self())
        }

        func pause() async { await Task.yield() }
    }

    @Test func `all of an actor's work is done on one thread, in order, and on none of the others'`() async {
        let worker = Worker()
        var threads: Set<UInt> = []
        for number in 0..<100 { threads.insert(await worker.note(number)) }
        await worker.pause()
        threads.insert(await worker.note(100))
        #expect(threads.count == 1)
        #expect(await worker.order == Array(0...100))
        #expect(!threads.contains(UInt(pthread_self())))
    }

    @Test func `many at once are each done once`() async {
        let worker = Worker()
        await withDiscardingTaskGroup { group in
            for number in 0..<500 { group.addTask { _ = await worker.note(number) } }
        }
        #expect(await worker.order.sorted() == Array(0..<500))
    }

    @Test func `threads end with their actors`() async throws {
        func threads() throws -> Int {
            let folder = try #require(opendir("/proc/self/task"))
            defer { closedir(folder) }
            var count = 0
            while readdir(folder) != nil { count += 1 }
            return count
        }
        let before = try threads()
        for _ in 0..<200 { _ = await Worker().note(1) }
        // Those of other tests come and go meanwhile; 200 would not go unseen.
        var after = try threads()
        for _ in 0..<1_000 where after > before + 100 {
            await Task.yield()
            after = try threads()
        }
        #expect(after <= before + 100)
    }
}
