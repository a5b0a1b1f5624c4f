import Testing

@testable import Ledger

@Suite struct BookTests {
    private func entry(_ id: String) -> LedgerEntry {
        LedgerEntry(requestID: id, start: Samples.wall(), end: Samples.wall(1))
    }

    @Test func `hands out everything once, in batches with names of their own`() {
        var book = Book(origin: 7, capacity: 10)
        let nothing = book.takeBatch(with: [])
        #expect(nothing == nil)
        book.add(entry("a"))
        book.add(entry("b"))
        let first = book.takeBatch(with: [])
        #expect(first?.entries.map(\.requestID) == ["a", "b"] && first?.id == BatchID(origin: 7, number: 1))
        let again = book.takeBatch(with: [])
        #expect(again == nil)
        let sum = AccountSum(account: .global, window: .endless, tally: Tally(requests: 1))
        let second = book.takeBatch(with: [sum])
        #expect(second?.sums == [sum] && second?.id.text == "7-2")
    }

    @Test func `counts what it has no room for`() {
        var book = Book(origin: 7, capacity: 2)
        for id in ["a", "b", "c", "d"] { book.add(entry(id)) }
        let batch = book.takeBatch(with: [])
        #expect(batch?.entries.count == 2 && batch?.dropped == 2)
        book.add(entry("e"))
        let next = book.takeBatch(with: [])
        #expect(next?.entries.count == 1 && next?.dropped == 0)
    }

    @Test func `keeps words as long as there is room for them, and rows beyond it`() throws {
        var book = Book(origin: 7, capacity: 1_000)
        let half = Book.mostWords / 2 / EntryWords.longest
        let text = String(repeating: "x", count: EntryWords.longest)
        func add(_ id: String) {
            var entry = entry(id)
            entry.words = EntryWords(request: text, response: text)
            book.add(entry)
        }
        for number in 0..<half { add("\(number)") }
        add("one more")
        let taken = book.takeBatch(with: [])
        let batch = try #require(taken)
        #expect(batch.entries.count == half + 1 && batch.dropped == 0)
        #expect(batch.entries.count { $0.words == nil } == 1 && batch.entries.last?.words == nil)
        // What was handed out has left its room.
        add("next")
        let next = book.takeBatch(with: [])
        #expect(next?.entries.first?.words?.request == text)
    }
}
