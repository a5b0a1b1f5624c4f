import Locking
import Testing

@Suite struct LockedTests {
    @Test func `a lock lets one in at a time`() async {
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<5000 { counter.value.withLock { $0 += 1 } } }
            }
        }
        #expect(counter.value.withLock { $0 } == 20_000)
    }

    @Test func `what is thrown inside comes out, and the lock is free again`() {
        struct Fault: Error {}
        let counter = Counter()
        #expect(throws: Fault.self) {
            try counter.value.withLock { value throws(Fault) in
                value = 1
                throw Fault()
            }
        }
        #expect(counter.value.withLock { $0 } == 1)
    }

    @Test func `a value that cannot be copied moves in and out`() {
        struct Ticket: ~Copyable { let number: Int }
        let place = Locked<Ticket?>(Ticket(number: 7))
        guard let taken = place.withLock({ $0.take() }) else {
            Issue.record("the ticket is not there")
            return
        }
        #expect(taken.number == 7)
        #expect(place.withLock { $0 == nil })
    }
}

private final class Counter: Sendable {
    let value = Locked(0)
}
