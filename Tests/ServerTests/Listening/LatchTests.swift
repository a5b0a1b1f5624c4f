import Testing

@testable import Server

@Suite struct LatchTests {
    @Test func `it lets through who waits and who comes later`() async {
        let latch = Latch()
        #expect(!latch.isOpen)
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<100 { tasks.addTask { await latch.wait() } }
            latch.open()
        }
        await latch.wait()
        latch.open()
        #expect(latch.isOpen)
    }

    @Test func `a task that is cancelled does not wait`() async {
        let latch = Latch()
        for _ in 0..<100 {
            let task = Task { await latch.wait() }
            task.cancel()
            await task.value
        }
        #expect(!latch.isOpen)
    }
}
