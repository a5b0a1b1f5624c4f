import LedgerStore
import Testing

@testable import Server

/// The last day of each box over a restart.
@Suite struct PoolHistoryKeptTests {
    private static let start: Int64 = 1_795_360_200

    private func rows(_ changes: (spans: [KeptSpan], moves: [KeptMove])) -> KeptRows {
        var rows = KeptRows()
        (rows.spans, rows.moves) = (changes.spans.sorted { $0.number < $1.number }, changes.moves)
        return rows
    }

    @Test func `the next process goes on where the one before has ended, in the same span`() throws {
        var before = PoolHistory()
        before.look(at: Self.start, try PoolHistoryTests.pool(inFlight: 3, requests: 4, loaded: ["a"]))
        before.look(at: Self.start + 300, try PoolHistoryTests.pool(requests: 9, loaded: ["b"]))
        let kept = rows(before.changes())
        var after = PoolHistory()
        after.restore(kept, at: Self.start + 310)
        #expect(after.boxes["a"]?.spans == before.boxes["a"]?.spans)
        #expect(after.boxes["a"]?.moves.map(\.model) == ["b", "a"])
        // Its counters begin anew, and are no requests; a model that is there at the first look has not come just then.
        after.look(at: Self.start + 320, try PoolHistoryTests.pool("down", requests: 1, loaded: ["c"], answers: true))
        let last = try #require(after.boxes["a"]?.spans.last)
        #expect(last.looks == 2 && last.out == 1 && last.requests == 5 && after.boxes["a"]?.moves.count == 2)
    }

    @Test func `what has changed is told once, with the span that goes on`() throws {
        var history = PoolHistory()
        history.look(at: Self.start, try PoolHistoryTests.pool(loaded: []))
        history.look(at: Self.start + 300, try PoolHistoryTests.pool(loaded: ["a"]))
        #expect(history.changes().spans.count == 2)
        history.look(at: Self.start + 310, try PoolHistoryTests.pool(loaded: ["a", "b"]))
        let second = history.changes()
        #expect(second.spans.map(\.looks) == [2] && second.moves.map(\.model) == ["b"])
        // After a restart nothing that is written already is written again.
        var after = PoolHistory()
        after.restore(rows(second), at: Self.start + 320)
        #expect(after.changes().spans.count <= 1 && after.changes().moves.isEmpty)
    }

    @Test func `what is read late is put before what was seen since`() throws {
        var before = PoolHistory()
        before.look(at: Self.start - 300, try PoolHistoryTests.pool(inFlight: 2))
        before.look(at: Self.start, try PoolHistoryTests.pool(inFlight: 7))
        let kept = rows(before.changes())
        var after = PoolHistory()
        after.look(at: Self.start + 60, try PoolHistoryTests.pool(inFlight: 1))
        after.look(at: Self.start + 300, try PoolHistoryTests.pool(inFlight: 4))
        after.restore(kept, at: Self.start + 300)
        let spans = try #require(after.boxes["a"]?.spans)
        #expect(spans.map(\.busiest) == [2, 7, 4] && spans.map(\.looks) == [1, 2, 1])
        #expect(after.changes().spans.map(\.busiest) == [7, 4], "the span of both is written anew")
    }

    @Test func `what is older than a day is left out, and with it a box of which nothing is left`() throws {
        var before = PoolHistory()
        before.look(at: Self.start, try PoolHistoryTests.pool(name: "gone"))
        var after = PoolHistory()
        after.restore(rows(before.changes()), at: Self.start + 90_000)
        #expect(after.boxes.isEmpty)
    }
}
